//! The commands of the screens; each is one call of the core.

use tauri::{AppHandle, Emitter as _, Runtime, State};

use crate::core::Core;
use crate::login;
use crate::view::{AppState, CodeView, LibraryCodeView, Problem, ValidityView};

/// The event that tells the screens of a change they did not ask for.
pub(crate) const STATE_CHANGED: &str = "state-changed";

type Answer<T> = Result<T, Problem>;

/// What to show now.
#[tauri::command]
pub(crate) async fn app_state(core: State<'_, Core>) -> Answer<AppState> {
    Ok(core.state().await)
}

/// Logs in through the system's browser; answers when the browser has come back.
#[tauri::command]
pub(crate) async fn start_login<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, Core>,
) -> Answer<AppState> {
    Ok(login::log_in(&app, &core).await?)
}

/// Ends a login that waits for the browser.
#[tauri::command]
pub(crate) fn cancel_login(core: State<'_, Core>) {
    core.cancel_login();
}

/// "Dette er meg".
#[tauri::command]
pub(crate) async fn confirm_photo(core: State<'_, Core>, sha256: String) -> Answer<AppState> {
    Ok(core.confirm_photo(&sha256).await?)
}

/// "Dette er ikke meg".
#[tauri::command]
pub(crate) async fn reject_photo(core: State<'_, Core>, sha256: String) -> Answer<AppState> {
    Ok(core.reject_photo(&sha256).await?)
}

/// Asks the issuer again how the enrolment stands.
#[tauri::command]
pub(crate) async fn check_again(core: State<'_, Core>) -> Answer<AppState> {
    Ok(core.go_on().await?)
}

/// Fetches what is new.
#[tauri::command]
pub(crate) async fn refresh(core: State<'_, Core>) -> Answer<AppState> {
    Ok(core.refresh().await?)
}

/// A new control code.
#[tauri::command]
pub(crate) async fn show_code(core: State<'_, Core>, card_id: String) -> Answer<CodeView> {
    Ok(core.code(&card_id)?)
}

/// The library card's code.
#[tauri::command]
pub(crate) async fn show_library_code(core: State<'_, Core>) -> Answer<LibraryCodeView> {
    Ok(core.library_code()?)
}

/// "Sjekk gyldighet".
#[tauri::command]
pub(crate) async fn check_validity(core: State<'_, Core>, card_id: String) -> Answer<ValidityView> {
    Ok(core.check_validity(&card_id).await?)
}

/// Forgets the person on this device.
#[tauri::command]
pub(crate) async fn log_out(core: State<'_, Core>) -> Answer<AppState> {
    Ok(core.log_out().await?)
}

/// Tries again to open a store that did not open.
#[tauri::command]
pub(crate) async fn retry_open(core: State<'_, Core>) -> Answer<AppState> {
    core.retry_open();
    Ok(core.state().await)
}

/// Puts a store that cannot be opened aside and begins anew.
#[tauri::command]
pub(crate) async fn reset_store(core: State<'_, Core>) -> Answer<AppState> {
    core.reset_store();
    Ok(core.state().await)
}

/// Refreshes and tells the screens.
pub(crate) async fn refresh_and_tell<R: Runtime>(app: &AppHandle<R>, core: &Core) {
    let Ok(state) = core.refresh().await else {
        return;
    };
    if let Err(error) = app.emit(STATE_CHANGED, state) {
        tracing::warn!(%error, "the screens could not be told");
    }
}
