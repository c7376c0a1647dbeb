//! An app that cannot start says so on its screen: a phone has no terminal to tell, and an app that ends at once says
//! nothing to anybody.

use tauri::Runtime;
use tauri::ipc::Invoke;
use wallet::problem::{Problem, ProblemKind};

use crate::view;

/// Shows the screens of an app that has no county, until it is closed.
#[cfg(mobile)]
pub(crate) fn run(error: &crate::settings::SettingsError, context: tauri::Context) {
    tracing::error!(%error, "the app cannot start");
    let outcome = tauri::Builder::default()
        .plugin(crate::pages::own_pages_only())
        .invoke_handler(answer)
        .run(context);
    if let Err(error) = outcome {
        tracing::error!(%error, "the app ended");
    }
}

/// Whatever the screens ask, the answer is that the app is not set up.
fn answer<R: Runtime>(invoke: Invoke<R>) -> bool {
    let problem = view::Problem::from(Problem::from(ProblemKind::CountySetting));
    match invoke.message.command() {
        "app_state" => invoke.resolver.resolve(view::AppState::Stopped { problem }),
        _ => invoke.resolver.reject(problem),
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tauri::WebviewWindowBuilder;
    use tauri::test::{get_ipc_response, mock_builder, mock_context, noop_assets};

    #[test]
    fn an_app_without_a_county_says_so_to_its_screens() {
        let app = mock_builder()
            .invoke_handler(super::answer)
            .build(mock_context(noop_assets()))
            .unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        let call = |command: &str| {
            let request = tauri::webview::InvokeRequest {
                cmd: command.into(),
                callback: tauri::ipc::CallbackFn(0),
                error: tauri::ipc::CallbackFn(1),
                url: "tauri://localhost".parse().unwrap(),
                body: Value::Null.into(),
                headers: Default::default(),
                invoke_key: tauri::test::INVOKE_KEY.to_owned(),
            };
            get_ipc_response(&window, request).map(|body| body.deserialize::<Value>().unwrap())
        };
        let state = call("app_state").unwrap();
        assert_eq!(state["kind"], "stopped");
        assert_eq!(state["problem"]["kind"], "county_setting");
        assert_eq!(call("start_login").unwrap_err()["kind"], "county_setting");
    }
}
