//! The way in for the worker of Android (`Native.kt` and `RefreshWorker.kt` of the device plugin): functions that the JVM
//! finds by their names. The one file of the app with unsafe code.

#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr;

use jni::JNIEnv;
use jni::objects::{JClass, JObject, JString};
use jni::sys::{JNI_FALSE, JNI_TRUE, jboolean, jstring};
use tauri_plugin_device::android::lend;
use wallet::platform::KeyringSecrets;

use super::{answer, refresh_without_window};

/// `Native.lend`.
// SAFETY: the name is of our own class, and no other function has it.
#[unsafe(no_mangle)]
extern "system" fn Java_no_lommebevis_device_Native_lend<'local>(
    mut env: JNIEnv<'local>,
    _: JClass<'local>,
    application: JObject<'local>,
) -> jboolean {
    // A panic may not go on into the JVM.
    match catch_unwind(AssertUnwindSafe(|| {
        // The key store asks for the application when it is opened, and keeps it.
        lend(&mut env, &application, || {
            if let Err(error) = KeyringSecrets::open_key_store() {
                tracing::warn!(%error, "the key store does not open yet");
            }
        })
    })) {
        Ok(true) => JNI_TRUE,
        _ => JNI_FALSE,
    }
}

/// `Native.refresh`. Answers null if it came to nothing.
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "system" fn Java_no_lommebevis_device_Native_refresh<'local>(
    mut env: JNIEnv<'local>,
    _: JClass<'local>,
    files: JString<'local>,
) -> jstring {
    let refreshed = catch_unwind(AssertUnwindSafe(|| -> jni::errors::Result<jstring> {
        let files: String = env.get_string(&files)?.into();
        let outcome = refresh_without_window(Path::new(&files));
        Ok(env.new_string(answer::text(&outcome))?.into_raw())
    }));
    match refreshed {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the worker was not understood");
            let _ = env.exception_clear();
            ptr::null_mut()
        }
        Err(_) => ptr::null_mut(),
    }
}
