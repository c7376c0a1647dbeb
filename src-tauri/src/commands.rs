//! The commands of the screens; each is one call of the core.

mod mine;

use county_api::{Profile, SubmittedFrom};
use tauri::{AppHandle, Emitter as _, Runtime, State};
use verifier::Scan;
use verifier::exam_room::TableWords;

use crate::checking::Checking;
use crate::core::Core;
use crate::login;
use crate::screen::ScreenHold;
use crate::selfie::Selfies;
use crate::view::{
    AdmissionView, AppState, ChallengeView, CheckerView, CodeView, ExamRoomView, FrameView,
    LibraryCodeView, PhotoCodeView, PictureView, Problem, SubmissionView, ValidityView,
};

pub(crate) use mine::*;

/// The event that tells the screens of a change they did not ask for.
pub(crate) const STATE_CHANGED: &str = "state-changed";
/// The event that tells the screens that lists of candidates have deleted themselves.
pub(crate) const EXAM_ROOMS_CHANGED: &str = "exam-rooms-changed";

type Answer<T> = Result<T, Problem>;

/// What to show now.
#[tauri::command]
pub(crate) async fn app_state(
    core: State<'_, Core>,
    selfies: State<'_, Selfies>,
    screen: State<'_, ScreenHold>,
) -> Answer<AppState> {
    // Asked when the screens are loaded, which then know of no picture and show no code.
    selfies.clear();
    screen.hold(false);
    Ok(core.state().await)
}

/// Logs in through the system's browser; answers when the browser has come back.
#[tauri::command]
pub(crate) async fn start_login<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, Core>,
    browser: State<'_, login::TheBrowser>,
) -> Answer<AppState> {
    Ok(login::log_in(&app, &core, &*browser.0).await?)
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

/// What to say of a frame of the live view: a JPEG in base64, since Android's bridge carries text alone.
#[tauri::command]
pub(crate) async fn check_frame(
    selfies: State<'_, Selfies>,
    jpeg: String,
    picture_width: u32,
) -> Answer<FrameView> {
    Ok(selfies.check_frame(jpeg, picture_width).await?)
}

/// Makes a portrait of a picture, keeps it until it is sent or dropped, and says what could be better.
#[tauri::command]
pub(crate) async fn check_picture(
    selfies: State<'_, Selfies>,
    jpeg: String,
    source: SubmittedFrom,
) -> Answer<PictureView> {
    Ok(selfies.check_picture(jpeg, source).await?)
}

/// Sends the picture of this name, and fetches the card if nothing is in its way any longer.
#[tauri::command]
pub(crate) async fn submit_picture(
    core: State<'_, Core>,
    selfies: State<'_, Selfies>,
    id: String,
    anyway: bool,
) -> Answer<SubmissionView> {
    let answer = core.submit_photo(selfies.waiting(&id)?, anyway).await?;
    if matches!(answer, SubmissionView::Sent { .. }) {
        selfies.drop_picture(&id);
    }
    Ok(answer)
}

/// Forgets the picture of this name.
#[tauri::command]
pub(crate) fn drop_picture(selfies: State<'_, Selfies>, id: String) {
    selfies.drop_picture(&id);
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
pub(crate) async fn show_code(
    core: State<'_, Core>,
    card_id: String,
    profile: Profile,
    challenge: Option<String>,
) -> Answer<CodeView> {
    Ok(core.code(&card_id, profile, challenge.as_deref()).await?)
}

/// The photo code.
#[tauri::command]
pub(crate) async fn show_photo_code(
    core: State<'_, Core>,
    card_id: String,
) -> Answer<PhotoCodeView> {
    Ok(core.photo_code(&card_id)?)
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

/// Tries again to open a store that did not open.
#[tauri::command]
pub(crate) async fn retry_open(core: State<'_, Core>) -> Answer<AppState> {
    core.retry_open().await;
    Ok(core.state().await)
}

/// Puts a store that cannot be opened aside and begins anew.
#[tauri::command]
pub(crate) async fn reset_store(core: State<'_, Core>) -> Answer<AppState> {
    core.reset_store().await;
    Ok(core.state().await)
}

/// How well prepared the checker is; has it brought up to date in the background if it is time.
#[tauri::command]
pub(crate) async fn checker_state(checking: State<'_, Checking>) -> Answer<CheckerView> {
    checking.look();
    Ok(checking.state())
}

/// Brings the checker up to date.
#[tauri::command]
pub(crate) async fn update_checker(checking: State<'_, Checking>) -> Answer<CheckerView> {
    Ok(checking.update().await)
}

/// Judges what was scanned.
#[tauri::command]
pub(crate) async fn scan_code(
    checking: State<'_, Checking>,
    text: String,
    answers: bool,
) -> Answer<Scan> {
    Ok(checking.scan(&text, answers)?)
}

/// Judges what is on the screen once more, with the lists of now.
#[tauri::command]
pub(crate) async fn scan_again(
    checking: State<'_, Checking>,
    text: String,
) -> Answer<Option<Scan>> {
    Ok(checking.scan_again(&text))
}

/// A new challenge.
#[tauri::command]
pub(crate) async fn new_challenge(checking: State<'_, Checking>) -> Answer<ChallengeView> {
    Ok(checking.new_challenge()?)
}

/// Forgets the challenge.
#[tauri::command]
pub(crate) fn end_challenge(checking: State<'_, Checking>) {
    checking.end_challenge();
}

/// The lists of candidates on this device.
#[tauri::command]
pub(crate) async fn exam_rooms(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
) -> Answer<Vec<ExamRoomView>> {
    core.let_in()?;
    Ok(checking.exam_rooms().await?)
}

/// Opens a signed list of candidates.
#[tauri::command]
pub(crate) async fn open_roster(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    text: String,
) -> Answer<ExamRoomView> {
    core.let_in()?;
    Ok(checking.open_roster(text).await?)
}

/// Chooses the room that the invigilator is in.
#[tauri::command]
pub(crate) async fn choose_room(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    id: String,
    room: Option<String>,
) -> Answer<ExamRoomView> {
    core.let_in()?;
    Ok(checking.choose_room(id, room).await?)
}

/// Judges a code at the door of an exam.
#[tauri::command]
pub(crate) async fn admit(
    checking: State<'_, Checking>,
    id: String,
    text: String,
) -> Answer<AdmissionView> {
    Ok(checking.admit(id, text).await?)
}

/// Judges whom the door has just answered once more, with the lists of now.
#[tauri::command]
pub(crate) async fn admit_again(
    checking: State<'_, Checking>,
    id: String,
    text: String,
) -> Answer<Option<AdmissionView>> {
    Ok(checking.admit_again(id, text).await?)
}

/// Registers a candidate without a code.
#[tauri::command]
pub(crate) async fn admit_by_hand(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    id: String,
    index: u32,
) -> Answer<ExamRoomView> {
    core.let_in()?;
    Ok(checking.admit_by_hand(id, index).await?)
}

/// Takes a registration back.
#[tauri::command]
pub(crate) async fn undo_admission(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    id: String,
    index: u32,
) -> Answer<ExamRoomView> {
    core.let_in()?;
    Ok(checking.undo(id, index).await?)
}

/// The list as CSV, with these words at its head.
#[tauri::command]
pub(crate) async fn export_exam_room(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    id: String,
    words: TableWords,
) -> Answer<String> {
    core.let_in()?;
    Ok(checking.export(id, words).await?)
}

/// Deletes a list of candidates.
#[tauri::command]
pub(crate) async fn delete_exam_room(
    core: State<'_, Core>,
    checking: State<'_, Checking>,
    id: String,
) -> Answer<Vec<ExamRoomView>> {
    core.let_in()?;
    Ok(checking.delete(id).await?)
}

/// Deletes the lists of candidates whose day is over, and tells the screens if there were any.
pub(crate) async fn delete_over_and_tell<R: Runtime>(app: &AppHandle<R>, checking: &Checking) {
    let left = match checking.delete_over().await {
        Ok(Some(left)) => left,
        Ok(None) => return,
        Err(problem) => {
            tracing::warn!(code = %problem.support_code, "old lists of candidates were not deleted");
            return;
        }
    };
    if let Err(error) = app.emit(EXAM_ROOMS_CHANGED, left) {
        tracing::warn!(%error, "the screens could not be told");
    }
}

/// Refreshes and tells the screens.
pub(crate) async fn refresh_and_tell<R: Runtime>(app: &AppHandle<R>, core: &Core) {
    if core.fetch_news().await.is_err() {
        return;
    }
    core.tell();
    tell_state(app, core).await;
}
