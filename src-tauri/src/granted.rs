//! What the screens may ask the system for, held against what they do ask for: on every system the same, and no more.
//!
//! Own commands need no grant; Tauri's and its plugins' do. What a permission allows is read from the manifests that the
//! build has written for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

const SYSTEMS: [&str; 5] = ["linux", "macOS", "windows", "android", "iOS"];
/// The addresses that a link may open outside of the app.
const OUTSIDE: [&str; 3] = ["https://*", "mailto:*", "tel:*"];

/// `core:event|listen`, as Tauri names a command of a plugin.
type Commands = BTreeSet<String>;

/// The text of every file below a folder of the repository with one of these endings.
fn texts(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings
                .iter()
                .any(|ending| path.to_string_lossy().ends_with(ending))
            {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn manifests() -> Value {
    serde_json::from_str(include_str!(concat!(
        env!("OUT_DIR"),
        "/acl-manifests.json"
    )))
    .unwrap()
}

fn capabilities() -> Vec<Value> {
    texts("capabilities", &[".json", ".toml"])
        .iter()
        .map(|(_, text)| serde_json::from_str(text).unwrap())
        .collect()
}

fn screens() -> String {
    let texts = texts("../ui/src", &[".ts", ".svelte"]);
    texts.into_iter().map(|(_, text)| text).collect()
}

/// What the screens call, or what it is that cannot be told.
fn called(screens: &str) -> Result<Commands, String> {
    let mut called = Commands::new();
    for line in screens.lines().filter(|line| line.contains("@tauri-apps")) {
        let names = line
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'))
            .ok_or_else(|| format!("imports all of a module: {line}"))?
            .0;
        for name in names.split(',').map(str::trim) {
            match name {
                "invoke" => {}
                "listen" => {
                    called.insert("core:event|listen".into());
                    // What it gives back is to be called when nobody listens any more.
                    called.insert("core:event|unlisten".into());
                }
                other => return Err(format!("nobody has said what {other} needs")),
            }
        }
    }
    for rest in screens.split("plugin:").skip(1) {
        let is_named = |c: char| c.is_ascii_alphanumeric() || "-_:|".contains(c);
        let name = rest.split(|c| !is_named(c)).next().unwrap_or_default();
        called.insert(name.to_owned());
    }
    // The opener's own script takes the clicks on these.
    if screens.contains("target=\"_blank\"") {
        called.insert("opener|open_url".into());
    }
    Ok(called)
}

/// The commands that a permission, or a set of them, allows.
fn allowed(manifests: &Value, identifier: &str) -> Option<Commands> {
    let (plugin, name) = identifier.rsplit_once(':')?;
    let manifest = manifests.get(plugin)?;
    if let Some(permission) = manifest["permissions"].get(name) {
        let commands = permission["commands"]["allow"].as_array()?;
        return Some(
            commands
                .iter()
                .filter_map(Value::as_str)
                .map(|command| format!("{plugin}|{command}"))
                .collect(),
        );
    }
    let set = if name == "default" {
        manifest.get("default_permission")?
    } else {
        manifest["permission_sets"].get(name)?
    };
    let mut all = Commands::new();
    for member in set["permissions"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
    {
        let member = if member.contains(':') {
            member.to_owned()
        } else {
            format!("{plugin}:{member}")
        };
        all.extend(allowed(manifests, &member)?);
    }
    Some(all)
}

/// Everything that is wrong with these capabilities for these screens.
fn complaints(capabilities: &[Value], manifests: &Value, screens: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let called = match called(screens) {
        Ok(called) => called,
        Err(unclear) => return vec![unclear],
    };
    for system in SYSTEMS {
        let mut granted = Commands::new();
        for capability in capabilities {
            let is_here = capability.get("platforms").is_none_or(|platforms| {
                platforms
                    .as_array()
                    .is_some_and(|all| all.iter().any(|one| one == system))
            });
            if is_here {
                grant(capability, manifests, &mut granted, &mut wrong);
            }
        }
        for more in granted.difference(&called) {
            wrong.push(format!("{system}: {more} is granted and never called"));
        }
        for less in called.difference(&granted) {
            wrong.push(format!("{system}: {less} is called and not granted"));
        }
    }
    wrong
}

fn grant(capability: &Value, manifests: &Value, granted: &mut Commands, wrong: &mut Vec<String>) {
    if capability.get("remote").is_some() {
        wrong.push("pages from elsewhere are granted something".into());
    }
    if capability.get("windows") != Some(&json!(["main"])) || capability.get("webviews").is_some() {
        wrong.push("another window than the one is granted something".into());
    }
    for permission in capability["permissions"].as_array().into_iter().flatten() {
        let identifier = permission["identifier"]
            .as_str()
            .or(permission.as_str())
            .unwrap_or_default();
        let Some(commands) = allowed(manifests, identifier) else {
            wrong.push(format!("there is no permission {identifier}"));
            continue;
        };
        let addresses: Vec<_> = permission["allow"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| entry["url"].as_str().unwrap_or_default())
            .collect();
        if commands.contains("opener|open_url") {
            if addresses != OUTSIDE {
                wrong.push(format!("{identifier} opens {addresses:?}"));
            }
        } else if permission.is_object() {
            wrong.push(format!(
                "nobody has said what the scope of {identifier} is for"
            ));
        }
        granted.extend(commands);
    }
}

#[test]
fn the_screens_are_granted_what_they_call_and_nothing_else() {
    let wrong = complaints(&capabilities(), &manifests(), &screens());
    assert!(wrong.is_empty(), "{wrong:#?}");
    let called = called(&screens()).unwrap();
    let all: Vec<_> = called.iter().map(String::as_str).collect();
    assert_eq!(
        all,
        [
            "core:event|listen",
            "core:event|unlisten",
            "opener|open_url"
        ]
    );
}

#[test]
fn a_capability_that_grants_too_much_or_too_little_is_found() {
    let with = |permission: Value| {
        let mut all = capabilities();
        all[0]["permissions"]
            .as_array_mut()
            .unwrap()
            .push(permission);
        all
    };
    let changed = |name: &str, value: Value| {
        let mut all = capabilities();
        all[0][name] = value;
        all
    };
    let beside = |platform: &str, permission: &str| {
        let mut all = capabilities();
        all.push(json!({
            "identifier": "more", "windows": ["main"], "platforms": [platform], "permissions": [permission],
        }));
        all
    };
    let opening = |addresses: &[&str]| {
        let allow: Vec<_> = addresses.iter().map(|url| json!({"url": url})).collect();
        let mut all = capabilities();
        let permissions = all[0]["permissions"].as_array_mut().unwrap();
        permissions.retain(|permission| permission.is_string());
        permissions.push(json!({"identifier": "opener:allow-open-url", "allow": allow}));
        all
    };
    for (doctored, complaint) in [
        (with(json!("core:default")), "core:window|title is granted"),
        (
            with(json!("core:event:default")),
            "core:event|emit is granted",
        ),
        (
            with(json!("core:event:allow-emit")),
            "core:event|emit is granted",
        ),
        (
            with(json!("opener:default")),
            "opener|reveal_item_in_dir is granted",
        ),
        (
            with(json!("opener:allow-open-path")),
            "opener|open_path is granted",
        ),
        (
            with(json!("notification:default")),
            "notification|notify is granted",
        ),
        (with(json!("core:*")), "there is no permission core:*"),
        (with(json!("*")), "there is no permission *"),
        (
            with(json!("biometric:allow-authenticate")),
            "there is no permission biometric",
        ),
        (
            with(json!({"identifier": "core:event:allow-listen", "allow": [{"event": "*"}]})),
            "the scope of core:event:allow-listen",
        ),
        (
            beside("android", "core:event:allow-emit-to"),
            "android: core:event|emit_to is granted",
        ),
        (
            beside("iOS", "deep-link:default"),
            "there is no permission deep-link:default",
        ),
        (
            changed("platforms", json!(["linux"])),
            "iOS: opener|open_url is called and not",
        ),
        (changed("windows", json!(["*"])), "another window"),
        (
            changed("windows", json!(["main", "other"])),
            "another window",
        ),
        (changed("webviews", json!(["main"])), "another window"),
        (
            changed("remote", json!({"urls": ["https://bevis.example"]})),
            "pages from elsewhere",
        ),
        (
            changed("permissions", json!([])),
            "core:event|listen is called and not",
        ),
        (
            opening(&["https://*", "mailto:*", "tel:*", "http://*"]),
            "opens",
        ),
        (
            opening(&["https://*", "mailto:*", "tel:*", "sms:*"]),
            "opens",
        ),
        (opening(&["*"]), "opens"),
        (opening(&[]), "opens"),
    ] {
        let wrong = complaints(&doctored, &manifests(), &screens());
        assert!(
            wrong.iter().any(|one| one.contains(complaint)),
            "{complaint}: {wrong:?}"
        );
    }
}

#[test]
fn screens_that_call_more_or_less_are_found() {
    let screens = screens();
    for (changed, complaint) in [
        (
            screens.replace("target=\"_blank\"", ""),
            "opener|open_url is granted and never called",
        ),
        (
            screens.replace("{ listen }", "{ invoke }"),
            "core:event|unlisten is granted and never called",
        ),
        (
            screens.replace("{ listen }", "{ listen, emit }"),
            "nobody has said what emit needs",
        ),
        (
            format!("{screens}\nimport * as all from \"@tauri-apps/api\";"),
            "imports all",
        ),
        (
            format!("{screens}\ninvoke(\"plugin:biometric|authenticate\")"),
            "biometric|authenticate is called and not granted",
        ),
    ] {
        let wrong = complaints(&capabilities(), &manifests(), &changed);
        assert!(
            wrong.iter().any(|one| one.contains(complaint)),
            "{complaint}: {wrong:?}"
        );
    }
}

#[test]
fn nothing_is_granted_beside_the_capability_files() {
    for (file, text) in texts(".", &["tauri.conf.json", ".conf.json"]) {
        let config: Value = serde_json::from_str(&text).unwrap();
        let app = &config["app"];
        assert!(app["security"].get("capabilities").is_none(), "{file}");
        assert_ne!(app["withGlobalTauri"], json!(true), "{file}");
        assert!(
            app["security"]
                .get("dangerousDisableAssetCspModification")
                .is_none()
        );
    }
}

#[test]
fn the_app_itself_opens_an_address_in_the_login_alone() {
    for (file, text) in texts("src", &[".rs"]) {
        let opens = [".open_url(", ".open_path(", "opener::open_"]
            .iter()
            .any(|call| text.contains(call));
        let may = ["login/desktop.rs", "login/phone.rs", "granted.rs"]
            .iter()
            .any(|known| file.ends_with(known));
        assert!(may || !opens, "{file}");
    }
}
