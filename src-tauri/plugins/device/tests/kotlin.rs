//! Where Rust and Kotlin find each other by name alone, which no compiler looks at.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

/// A file of the app's, by its path from `src-tauri`.
fn file(path: &str) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(from.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn kotlin(name: &str) -> String {
    file(&format!(
        "plugins/device/android/src/main/java/no/lommebevis/device/{name}.kt"
    ))
}

/// The words that stand between `before` and `after`, wherever they occur.
fn between<'a>(text: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split_once(after))
        .map(|(word, _)| word)
        .collect()
}

#[test]
fn every_command_of_the_plugin_is_called_and_every_call_is_a_command() {
    let plugin = kotlin("DevicePlugin");
    let offered = between(&plugin, "@Command\n    fun ", "(invoke: Invoke)");
    let rust = file("plugins/device/src/android.rs");
    assert_eq!(offered.len(), 6, "{offered:?}");
    assert_eq!(offered, between(&rust, "self.call(\"", "\""));
    assert!(rust.contains("register_android_plugin(PACKAGE, \"DevicePlugin\")"));
    assert!(plugin.contains("@TauriPlugin\nclass DevicePlugin("));
}

#[test]
fn what_the_plugin_is_given_goes_by_the_names_that_it_reads() {
    let rust = file("plugins/device/src/android.rs");
    let read = kotlin("DevicePlugin");
    let given = between(&rust, "json!({ \"", "\":");
    let read: BTreeSet<_> = read
        .split("getArgs().get")
        .skip(1)
        .filter_map(|rest| rest.split('"').nth(1))
        .collect();
    assert_eq!(given, read);
    let haptics = kotlin("Felt");
    for haptic in ["tap", "success", "warning"] {
        assert!(haptics.contains(&format!("\"{haptic}\" ->")), "{haptic}");
    }
}

#[test]
fn the_jvm_finds_every_function_that_the_worker_calls() {
    let native = kotlin("Native");
    let wanted = between(&native, "external fun ", "(");
    let rust = file("src/background/android.rs");
    let offered = between(&rust, "fn Java_no_lommebevis_device_Native_", "(");
    // Some carry a lifetime.
    let offered: BTreeSet<_> = offered
        .iter()
        .map(|name| name.split('<').next().unwrap_or(name))
        .collect();
    assert_eq!(wanted.len(), 2, "{wanted:?}");
    assert_eq!(wanted, offered);
    let library = between(&native, "loadLibrary(\"", "\"");
    assert_eq!(library.len(), 1);
    for name in library {
        assert!(file("Cargo.toml").contains(&format!("[lib]\nname = \"{name}\"")));
    }
}

#[test]
fn what_is_looked_up_by_name_is_kept_from_the_shrinker() {
    let kept = file("plugins/device/android/consumer-rules.pro");
    assert!(kept.contains("class no.lommebevis.device.HolderKeys {"));
    assert!(kept.contains("class no.lommebevis.device.Native { native <methods>; }"));
    assert!(kotlin("HolderKeys").contains("@JvmStatic\n    fun call(request: String): String"));
    assert!(file("plugins/device/src/android.rs").contains("{PACKAGE}.HolderKeys"));
}

#[test]
fn the_worker_takes_back_the_notices_that_a_refresh_makes_untrue_and_no_others() {
    let (worker, app) = (kotlin("Notices"), file("src/notices/system.rs"));
    assert!(worker.contains("OUTDATED = 1..32\n"));
    assert!(app.contains("UNTIL_REFRESHED: std::ops::RangeInclusive<i32> = 1..=32;"));
    // What it shows itself is among what the app takes back when the person logs out.
    assert!(worker.contains("LAST_SHOWN = 1064\n"));
    assert!(app.contains("NUMBERS: std::ops::RangeInclusive<i32> = 1..=64;"));
    assert!(app.contains("SHOWN: i32 = 1_000;"));
}
