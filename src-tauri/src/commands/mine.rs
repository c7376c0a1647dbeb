//! The commands of one's own data, of the choices and of the lock.

use tauri::{AppHandle, Emitter as _, Manager as _, Runtime, State};
use tauri_plugin_device::{Device, Haptic};

use super::{Answer, STATE_CHANGED, refresh_and_tell};
use crate::background;
use crate::checking::Checking;
use crate::core::Core;
use crate::minid::Minid;
use crate::screen::ScreenHold;
use crate::selfie::Selfies;
use crate::view::{AppState, ExportWords, HistoryView, MineView, PreferencesView};

/// What is older than this is brought up to date when the app comes back.
const OLD: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// Full brightness and awake while a code is on the screen.
#[tauri::command]
pub(crate) fn hold_screen(screen: State<'_, ScreenHold>, on: bool) {
    screen.hold(on);
}

/// Something to be felt, where the device can and the person has not turned it off.
#[tauri::command]
pub(crate) fn haptic(device: State<'_, Device>, kind: Haptic) {
    device.haptics.play(kind);
}

/// The language of the screens, for the notices.
#[tauri::command]
pub(crate) async fn set_language(core: State<'_, Core>, language: String) -> Answer<()> {
    core.set_language(&language);
    Ok(())
}

/// What was chosen.
#[tauri::command]
pub(crate) async fn preferences(core: State<'_, Core>) -> Answer<PreferencesView> {
    Ok(core.preferences())
}

/// Keeps a history, or erases it and keeps none.
#[tauri::command]
pub(crate) async fn set_history(core: State<'_, Core>, on: bool) -> Answer<PreferencesView> {
    Ok(core.set_history(on)?)
}

/// Notices on or off.
#[tauri::command]
pub(crate) async fn set_notifications(core: State<'_, Core>, on: bool) -> Answer<PreferencesView> {
    Ok(core.set_notifications(on)?)
}

/// The lock on or off. `reason` is what the system says when it asks.
#[tauri::command]
pub(crate) async fn set_app_lock(
    core: State<'_, Core>,
    on: bool,
    reason: String,
) -> Answer<PreferencesView> {
    Ok(core.set_app_lock(on, reason).await?)
}

/// Asks the system who is there.
#[tauri::command]
pub(crate) async fn unlock(core: State<'_, Core>, reason: String) -> Answer<AppState> {
    Ok(core.unlock(reason).await?)
}

/// The screens are out of sight, or in sight again.
#[tauri::command]
pub(crate) async fn page_hidden<R: Runtime>(app: AppHandle<R>, hidden: bool) -> Answer<()> {
    seen_or_hidden(&app, hidden).await;
    Ok(())
}

/// The network is back.
#[tauri::command]
pub(crate) async fn look_again<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    refresh_if_old(&app).await;
    Ok(())
}

/// What this device holds about the person, in figures.
#[tauri::command]
pub(crate) async fn mine(core: State<'_, Core>, checking: State<'_, Checking>) -> Answer<MineView> {
    // Lists that cannot be read say so on their own screen.
    let lists = checking.exam_rooms().await.map_or(0, |rooms| rooms.len());
    Ok(core.mine(u32::try_from(lists).unwrap_or(u32::MAX))?)
}

/// The history.
#[tauri::command]
pub(crate) async fn history(core: State<'_, Core>) -> Answer<Vec<HistoryView>> {
    Ok(core.history()?)
}

/// Forgets the history.
#[tauri::command]
pub(crate) async fn clear_history(core: State<'_, Core>) -> Answer<Vec<HistoryView>> {
    Ok(core.clear_history()?)
}

/// Everything about the person, as JSON, with these words at its head.
#[tauri::command]
pub(crate) async fn export_data(
    core: State<'_, Core>,
    minid: State<'_, Minid>,
    words: ExportWords,
) -> Answer<String> {
    Ok(core.export(&words, &minid.kept())?)
}

/// Takes a card off this device.
#[tauri::command]
pub(crate) async fn remove_card(core: State<'_, Core>, card_id: String) -> Answer<AppState> {
    Ok(core.remove_card(&card_id).await?)
}

/// Forgets the person on this device, at once; the issuer is told in the background.
#[tauri::command]
pub(crate) async fn log_out<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, Core>,
    minid: State<'_, Minid>,
    selfies: State<'_, Selfies>,
) -> Answer<AppState> {
    selfies.clear();
    let state = core.log_out().await?;
    background::plan(&app);
    forget_minid(&minid)?;
    tauri::async_runtime::spawn(async move { app.state::<Core>().tell_log_outs().await });
    Ok(state)
}

/// Forgets everything that is on this device: the person, the lists of candidates, the MinID help, the choices.
#[tauri::command]
pub(crate) async fn remove_everything<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, Core>,
    minid: State<'_, Minid>,
    checking: State<'_, Checking>,
    selfies: State<'_, Selfies>,
) -> Answer<AppState> {
    selfies.clear();
    // The person first, and what fails keeps nothing else from being removed.
    let person = core.remove_everything().await;
    background::plan(&app);
    let lists = checking.delete_all().await;
    let minid = forget_minid(&minid);
    lists?;
    minid?;
    Ok(person?)
}

fn forget_minid(minid: &Minid) -> Result<(), wallet::Problem> {
    minid.forget().map_err(|error| {
        tracing::warn!(%error, "what was kept of the MinID help is still there");
        wallet::Problem::from(wallet::problem::ProblemKind::Internal)
    })
}

/// What is to be done when the app goes out of sight or comes back: the lock counts, and what is old is fetched.
pub(crate) async fn seen_or_hidden<R: Runtime>(app: &AppHandle<R>, hidden: bool) {
    let core = app.state::<Core>();
    core.hidden(hidden);
    if hidden {
        // Whoever has logged in meanwhile is cared for from now on.
        background::plan(app);
        return;
    }
    // It may have locked meanwhile: the card is taken off the screens before anything else.
    tell_state(app, &core).await;
    refresh_if_old(app).await;
}

/// Refreshes and tells the screens, if that is due.
pub(crate) async fn refresh_if_old<R: Runtime>(app: &AppHandle<R>) {
    let core = app.state::<Core>();
    core.tell_log_outs().await;
    if core.is_older_than(OLD) {
        refresh_and_tell(app, &core).await;
    }
}

/// Tells the screens how things stand.
pub(crate) async fn tell_state<R: Runtime>(app: &AppHandle<R>, core: &Core) {
    let state = loop {
        let changes = core.changes();
        let state = core.state().await;
        if core.is_current(changes, &state) {
            break state;
        }
    };
    if let Err(error) = app.emit(STATE_CHANGED, state) {
        tracing::warn!(%error, "the screens could not be told");
    }
}
