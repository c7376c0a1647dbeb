//! Android, by the Kotlin in `android/`: the keys through the JVM, wherever there is one; what needs the app's window
//! through Tauri's plugin.

#![allow(unsafe_code)]

use std::future::Future as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jni::objects::{GlobalRef, JObject, JString};
use jni::{JNIEnv, JavaVM};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tauri::plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError};
use tauri::{AppHandle, Runtime};
use wallet::platform::{DeviceKey, HolderKeyError, HolderKeys, KeyWish};

use crate::key_messages::{Ask, Trouble, done, made, names, signed};
use crate::{BackgroundRefresh, Device, Haptic, Haptics, Privacy, Screen};

/// The package of the Kotlin.
const PACKAGE: &str = "no.lommebevis.device";

/// The powers of a phone with Android.
pub(crate) fn device<R: Runtime, C: DeserializeOwned>(
    _app: &AppHandle<R>,
    api: &PluginApi<R, C>,
) -> Result<Device, PluginInvokeError> {
    let plugin = Arc::new(Plugin(Arc::new(
        api.register_android_plugin(PACKAGE, "DevicePlugin")?,
    )));
    Ok(Device {
        keys: Arc::new(Keystore),
        screen: plugin.clone(),
        privacy: plugin.clone(),
        haptics: plugin.clone(),
        background: plugin,
    })
}

/// The keys, for a process in which no activity was made: `None` before [`lend`].
pub(crate) fn keys_without_window() -> Option<Arc<dyn HolderKeys>> {
    ground().map(|_| Arc::new(Keystore) as _)
}

/// `DevicePlugin.kt`.
struct Plugin<R: Runtime>(Arc<PluginHandle<R>>);

impl<R: Runtime> Plugin<R> {
    /// Hands it over at once and in order, and waits for no answer: it comes from the thread of the windows, which may
    /// wait for the caller, and comes never if the activity is gone.
    fn call(&self, command: &'static str, payload: Value) {
        let plugin = self.0.clone();
        let mut call = Box::pin(async move {
            let answer = plugin
                .run_mobile_plugin_async::<Value>(command, payload)
                .await;
            if let Err(error) = answer {
                tracing::warn!(command, %error, "the phone did not do it");
            }
        });
        // The first step is what hands it over. Tauri panics where there is no activity, as in a process that outlives
        // it; whoever asks then is to live on.
        let first = catch_unwind(AssertUnwindSafe(|| {
            call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        }));
        match first {
            Ok(Poll::Pending) => {
                tauri::async_runtime::spawn(call);
            }
            Ok(Poll::Ready(())) => {}
            Err(_) => tracing::warn!(command, "there is no window to do it"),
        }
    }
}

impl<R: Runtime> Screen for Plugin<R> {
    fn full_brightness(&self, on: bool) {
        self.call("fullBrightness", json!({ "on": on }));
    }

    fn keep_awake(&self, on: bool) {
        self.call("keepAwake", json!({ "on": on }));
    }
}

impl<R: Runtime> Privacy for Plugin<R> {
    fn hide_in_background(&self, on: bool) {
        self.call("hideInBackground", json!({ "on": on }));
    }
}

impl<R: Runtime> Haptics for Plugin<R> {
    fn play(&self, haptic: Haptic) {
        self.call("playHaptic", json!({ "haptic": haptic }));
    }
}

impl<R: Runtime> BackgroundRefresh for Plugin<R> {
    fn every(&self, interval: Duration) {
        self.call("refreshEvery", json!({ "seconds": interval.as_secs() }));
    }

    fn stop(&self) {
        self.call("stopRefreshing", Value::Null);
    }
}

/// `HolderKeys.kt`, which needs no activity.
struct Keystore;

impl HolderKeys for Keystore {
    fn generate(&self, wish: KeyWish) -> Result<DeviceKey, HolderKeyError> {
        made(&ask(&Ask::generate(wish))?)
    }

    fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64], HolderKeyError> {
        signed(&ask(&Ask::sign(name, message))?)
    }

    fn names(&self) -> Result<Vec<String>, HolderKeyError> {
        names(&ask(&Ask::Names)?)
    }

    fn delete(&self, name: &str) -> Result<(), HolderKeyError> {
        done(&ask(&Ask::Delete { name })?)
    }
}

/// What calls into the JVM need. Lives as long as the process, as all of it does over there.
struct Ground {
    vm: JavaVM,
    /// The application, not an activity: those come and go.
    application: GlobalRef,
    /// The class `HolderKeys`. Looked up once, and by the application's class loader: a thread that began in Rust is given
    /// the system's, which does not know the app's classes.
    keys: GlobalRef,
}

static GROUND: OnceLock<Ground> = OnceLock::new();

/// From [`lend`], or from Tauri, which has told `ndk_context` when it made the first activity.
fn ground() -> Option<&'static Ground> {
    if let Some(ground) = GROUND.get() {
        return Some(ground);
    }
    let told = catch_unwind(ndk_context::android_context).ok()?;
    // SAFETY: whoever told ndk_context vouches for the pointer; there is one JVM, as long as the process lives.
    let vm = unsafe { JavaVM::from_raw(told.vm().cast()) }.ok()?;
    let mut env = vm.attach_current_thread().ok()?;
    // SAFETY: a global reference that its owner never lets go (tao keeps it in a static, as `lend` does).
    let application = unsafe { JObject::from_raw(told.context().cast()) };
    remember(&mut env, &application)
}

fn remember(env: &mut JNIEnv<'_>, application: &JObject<'_>) -> Option<&'static Ground> {
    let found = env.with_local_frame(8, |env| -> jni::errors::Result<Ground> {
        let loader = env
            .call_method(
                application,
                "getClassLoader",
                "()Ljava/lang/ClassLoader;",
                &[],
            )?
            .l()?;
        let name = env.new_string(format!("{PACKAGE}.HolderKeys"))?;
        let keys = env
            .call_method(
                &loader,
                "loadClass",
                "(Ljava/lang/String;)Ljava/lang/Class;",
                &[(&name).into()],
            )?
            .l()?;
        Ok(Ground {
            vm: env.get_java_vm()?,
            application: env.new_global_ref(application)?,
            keys: env.new_global_ref(keys)?,
        })
    });
    match found {
        Ok(found) => Some(GROUND.get_or_init(|| found)),
        Err(error) => {
            clear_exception(env);
            tracing::warn!(%error, "the app's Kotlin cannot be reached");
            None
        }
    }
}

fn ask(ask: &Ask<'_>) -> Result<String, HolderKeyError> {
    let request = serde_json::to_string(ask).map_err(|_| Trouble::Unreachable)?;
    let ground = ground().ok_or(Trouble::Unreachable)?;
    // Let go of at the end, if this thread was not of the JVM before.
    let mut env = ground
        .vm
        .attach_current_thread()
        .map_err(|_| Trouble::Unreachable)?;
    let answer = env.with_local_frame(4, |env| -> jni::errors::Result<String> {
        let request = env.new_string(&request)?;
        let answer = env.call_static_method(
            &ground.keys,
            "call",
            "(Ljava/lang/String;)Ljava/lang/String;",
            &[(&request).into()],
        )?;
        let answer = JString::from(answer.l()?);
        Ok(env.get_string(&answer)?.into())
    });
    answer.map_err(|_| {
        clear_exception(&env);
        Trouble::Unreachable.into()
    })
}

/// With one pending, the next call into the JVM would end the process. What it says is not logged.
fn clear_exception(env: &JNIEnv<'_>) {
    if env.exception_check().unwrap_or(false) {
        let _ = env.exception_clear();
    }
}

/// Tells Rust's parts of the JVM and the application in a process without an activity, as `RefreshWorker.kt` does, while
/// `act` runs: whoever asks `ndk_context` has to do it there, and to keep what it says. Afterwards all is as it was, so that
/// Tauri can tell the same itself with its first activity: `ndk_context` ends the process if it is told twice. Where it has
/// been told, `act` is left out. False if the app's Kotlin cannot be reached.
///
/// To be called on the main thread alone, as Tauri makes its activities there.
pub fn lend(env: &mut JNIEnv<'_>, application: &JObject<'_>, act: impl FnOnce()) -> bool {
    let Some(ground) = remember(env, application) else {
        return false;
    };
    if catch_unwind(ndk_context::android_context).is_ok() {
        return true;
    }
    // SAFETY: both live as long as the process, in `GROUND`. Nobody has told it yet, as was just seen, and nobody can in
    // between: all who do are on the main thread. Nobody reads it meanwhile but `act`: the keys look into `GROUND`, which
    // is filled, and the key store of this process is opened in `act` or found without a context.
    unsafe {
        ndk_context::initialize_android_context(
            ground.vm.get_java_vm_pointer().cast(),
            ground.application.as_obj().as_raw().cast(),
        );
    }
    let outcome = catch_unwind(AssertUnwindSafe(act));
    // SAFETY: told just above, and on this thread.
    unsafe { ndk_context::release_android_context() };
    outcome.is_ok()
}
