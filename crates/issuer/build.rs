//! The pages `/kontroll` and `/minid`, and the style of the other pages, are built by themselves and carried in the
//! program: newer ones make a newer program.

use std::{env, fs};

const PAGES: [&str; 3] = [
    "../../ui/dist-kontroll",
    "../../ui/dist-minid",
    "../../ui/dist-admin",
];

fn main() {
    // Debug builds read the pages when they are asked for.
    let carried = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    for page in PAGES {
        // A folder that is not there could not be watched. Where the sources may not be written to, it must be made before.
        let _ = fs::create_dir_all(page);
        if carried {
            println!("cargo::rerun-if-changed={page}");
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
}
