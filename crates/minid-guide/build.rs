//! The settings are written as TOML and carried as JSON, which takes much less code to read in a browser.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=guide.toml");
    let settings: serde_json::Value = toml::from_str(&fs::read_to_string("guide.toml")?)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(out.join("guide.json"), settings.to_string())?;
    Ok(())
}
