//! The desktop program; phones start at `lommebevis_app::run`.

// A console window beside the app on Windows helps nobody.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    lommebevis_app::run();
}
