//! Debug builds only: a picture file as the camera, so that a test can hold a portrait in front of the real window.
//!
//! `LOMMEBEVIS_TEST_CAMERA` names the file, a JPEG; it is read anew for every frame. The script stands in for the
//! browser's camera below the screens, which are the same with and without it.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, Runtime};

/// Names the picture file.
const VARIABLE: &str = "LOMMEBEVIS_TEST_CAMERA";

struct File(PathBuf);

/// Does nothing unless a file is named.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    let builder = Builder::new("test-camera");
    let Some(file) = std::env::var_os(VARIABLE) else {
        return builder.build();
    };
    builder
        .js_init_script(include_str!("test_camera.js"))
        .setup(move |app, _| {
            app.manage(File(file.into()));
            Ok(())
        })
        .build()
}

/// What the camera sees now, as an address for an image.
#[tauri::command]
pub(crate) fn test_frame<R: Runtime>(app: AppHandle<R>) -> Result<String, String> {
    let file = app.try_state::<File>().ok_or("no file is named")?;
    let jpeg = std::fs::read(&file.0).map_err(|error| error.to_string())?;
    Ok(format!("data:image/jpeg;base64,{}", BASE64.encode(jpeg)))
}
