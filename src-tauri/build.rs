//! Reads `tauri.conf.json` and the capability files into the build, and hands on the county that is to be built in.

use std::{env, fs, path::Path};

/// What `mobile/county-config.mjs` wrote. A file, since Xcode starts cargo with few variables of whoever started Xcode.
const COUNTY_FILE: &str = "tauri.county.json";
/// The same text as a variable, for who has no file.
const COUNTY_VARIABLE: &str = "LOMMEBEVIS_COUNTY_JSON";
/// An address, a name and a key are some hundred bytes.
const LONGEST: u64 = 64 * 1024;

fn main() {
    println!("cargo::rerun-if-env-changed={COUNTY_VARIABLE}");
    match county() {
        Ok(Some(text)) => {
            println!("cargo::warning=this app is built for one county: {text}");
            println!("cargo::rustc-env=LOMMEBEVIS_BUILT_IN_COUNTY={text}");
        }
        Ok(None) => {}
        Err(error) => println!("cargo::error={error}"),
    }
    tauri_build::build();
}

/// The county's text on one line, or nothing: then the app has no county built in.
fn county() -> Result<Option<String>, String> {
    let by_variable = env::var(COUNTY_VARIABLE)
        .ok()
        .filter(|text| !text.is_empty())
        .map(|text| checked(&text).map_err(|error| format!("{COUNTY_VARIABLE} {error}")))
        .transpose()?;
    match (by_variable, by_file()?) {
        // Some systems would get the one, some the other, and all the links of the file's.
        (Some(one), Some(other)) if one != other => Err(format!(
            "{COUNTY_VARIABLE} and src-tauri/{COUNTY_FILE} name two counties: unset the one or delete the other"
        )),
        (one, other) => Ok(one.or(other)),
    }
}

fn by_file() -> Result<Option<String>, String> {
    let file = Path::new(COUNTY_FILE);
    let Ok(about) = fs::metadata(file) else {
        // Not watched: cargo takes a file that is not there for a changed one, at each build. county-config.mjs touches
        // tauri.conf.json, which is watched.
        return Ok(None);
    };
    println!("cargo::rerun-if-changed={COUNTY_FILE}");
    if about.len() > LONGEST {
        return Err(format!("{COUNTY_FILE} has more than {LONGEST} bytes"));
    }
    fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| checked(&text))
        .map(Some)
        .map_err(|error| format!("{COUNTY_FILE} {error}"))
}

/// The app reads it anew and fully; this is for whoever builds, who otherwise sees a mistake on a phone alone.
fn checked(text: &str) -> Result<String, String> {
    let county: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
    if county["issuer"].as_str().is_none_or(str::is_empty) {
        return Err("has no issuer".to_owned());
    }
    if !county["trust_list_key"].is_object() {
        return Err("has no trust_list_key".to_owned());
    }
    if county["trust_list_key"].get("d").is_some() {
        return Err("holds a private key".to_owned());
    }
    Ok(county.to_string())
}
