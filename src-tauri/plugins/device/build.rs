//! Tells Tauri where the Android side is. The screens are given no command of this plugin: Rust alone speaks to it.

fn main() {
    tauri_plugin::Builder::new(&[])
        .android_path("android")
        .build();
}
