//! The page `/kontroll` is built by itself and carried in the program: a newer page makes a newer program.

use std::{env, fs};

const PAGE: &str = "../../ui/dist-kontroll";

fn main() {
    // A folder that is not there could not be watched. Where the sources may not be written to, it must be made before.
    let _ = fs::create_dir_all(PAGE);
    // Debug builds read the page when it is asked for.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={PAGE}");
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
}
