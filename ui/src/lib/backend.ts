// The only door to Rust. Screens never call `invoke` themselves.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type {
  AdmissionView, AppState, ChallengeView, CheckerView, CodeView, ExamRoomView, ExportWords, FrameView, HistoryView, LibraryCodeView, MineView, PhotoCodeView, PhotoSource,
  PictureView, PreferencesView, Problem, Profile, Scan, SubmissionView, TableWords, ValidityView,
} from "./bindings";

/** Where a picture of one's own comes from. */
export type OwnSource = Extract<PhotoSource, "selfie" | "upload">;

/** What is felt: something was taken in, it went well, look at it. */
export type Haptic = "tap" | "success" | "warning";

/** Everything the core can do for the screens. Each call rejects with a {@link Problem}. */
export interface Backend {
  appState(): Promise<AppState>;
  /** Resolves when the browser came back and, if it can be, the card is there. */
  startLogin(): Promise<AppState>;
  cancelLogin(): Promise<void>;
  confirmPhoto(sha256: string): Promise<AppState>;
  rejectPhoto(sha256: string): Promise<AppState>;
  /** Looks at a frame of the live view, a JPEG in base64. Nothing of it is kept, and nothing leaves the device. */
  /** `pictureWidth`: how wide the picture would be that is taken now, in pixels. */
  checkFrame(jpeg: string, pictureWidth: number): Promise<FrameView>;
  /** Makes the portrait of a picture, a JPEG in base64, and says what could be better. It is kept until sent or dropped. */
  checkPicture(jpeg: string, source: OwnSource): Promise<PictureView>;
  /** Sends the portrait to the school. `anyway`: a person is to look at it, whatever the rules say. */
  submitPicture(id: string, anyway: boolean): Promise<SubmissionView>;
  dropPicture(id: string): Promise<void>;
  checkAgain(): Promise<AppState>;
  refresh(): Promise<AppState>;
  /** `challenge` is the text of a checker's code, which the new code then answers. */
  showCode(cardId: string, profile: Profile, challenge: string | null): Promise<CodeView>;
  showPhotoCode(cardId: string): Promise<PhotoCodeView>;
  showLibraryCode(): Promise<LibraryCodeView>;
  checkValidity(cardId: string): Promise<ValidityView>;
  /** Full brightness, and awake, while a code is on the screen; the last call counts. */
  holdScreen(on: boolean): Promise<void>;
  /** Something to be felt, where the device can and the person has not turned it off in the system. */
  haptic(kind: Haptic): Promise<void>;
  /** At once, and without a network; the issuer is told in the background. */
  logOut(): Promise<AppState>;
  retryOpen(): Promise<AppState>;
  /** Only from `stopped`: puts the damaged store aside and starts anew. */
  resetStore(): Promise<AppState>;

  // One's own data, the choices for this device, and the lock.
  mine(): Promise<MineView>;
  /** Newest first. */
  history(): Promise<HistoryView[]>;
  clearHistory(): Promise<HistoryView[]>;
  /** Everything about the person as JSON, headed by the reader's own words. */
  exportData(words: ExportWords): Promise<string>;
  /** Takes a card off this device; `checkAgain` fetches it again. */
  removeCard(cardId: string): Promise<AppState>;
  /** As if the app had never been here. */
  removeEverything(): Promise<AppState>;
  preferences(): Promise<PreferencesView>;
  setHistory(on: boolean): Promise<PreferencesView>;
  setNotifications(on: boolean): Promise<PreferencesView>;
  /** `reason`: what the system says when it asks who is there. */
  setAppLock(on: boolean, reason: string): Promise<PreferencesView>;
  unlock(reason: string): Promise<AppState>;
  /** The language that notices come in. */
  setLanguage(language: string): Promise<void>;
  /** The screens are out of sight, or in sight again. */
  pageHidden(hidden: boolean): Promise<void>;
  /** The network is back: what is old is fetched. */
  lookAgain(): Promise<void>;

  // Checking: no login, and no network but for the lists.
  checkerState(): Promise<CheckerView>;
  updateChecker(): Promise<CheckerView>;
  /** `answers`: the code has to answer the newest challenge. */
  scanCode(text: string, answers: boolean): Promise<Scan>;
  /** What was scanned last, with the lists of now; null if it was not this text. */
  scanAgain(text: string): Promise<Scan | null>;
  newChallenge(): Promise<ChallengeView>;
  endChallenge(): Promise<void>;
  examRooms(): Promise<ExamRoomView[]>;
  /** `text` is the content of the signed file. */
  openRoster(text: string): Promise<ExamRoomView>;
  chooseRoom(id: string, room: string | null): Promise<ExamRoomView>;
  admit(id: string, text: string): Promise<AdmissionView>;
  /** As `scanAgain`, at the door; null as well if somebody has decided otherwise since. */
  admitAgain(id: string, text: string): Promise<AdmissionView | null>;
  admitByHand(id: string, index: number): Promise<ExamRoomView>;
  undoAdmission(id: string, index: number): Promise<ExamRoomView>;
  /** The list as CSV, headed by the reader's own words. */
  exportExamRoom(id: string, words: TableWords): Promise<string>;
  deleteExamRoom(id: string): Promise<ExamRoomView[]>;

  /** Calls back after every update of the checker's lists, and as they grow older, until it is told to stop. */
  onCheckerChanged(changed: (checker: CheckerView) => void): Promise<() => void>;

  /** Calls back when rosters have deleted themselves, until it is told to stop. */
  onExamRoomsChanged(changed: (rooms: ExamRoomView[]) => void): Promise<() => void>;

  /** Calls back whenever the core's state changes by itself. */
  onStateChanged(changed: (state: AppState) => void): Promise<void>;
}

/** What a failed call is when the core did not say: a fault of ours, never shown raw. */
export function asProblem(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "kind" in error && "support_code" in error) {
    return error as Problem;
  }
  return { kind: "internal", category: "bug", support_code: "LB-UI-001" };
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw asProblem(error);
  }
}

export const backend: Backend = {
  appState: () => call("app_state"),
  startLogin: () => call("start_login"),
  cancelLogin: () => call("cancel_login"),
  confirmPhoto: (sha256) => call("confirm_photo", { sha256 }),
  rejectPhoto: (sha256) => call("reject_photo", { sha256 }),
  checkFrame: (jpeg, pictureWidth) => call("check_frame", { jpeg, pictureWidth }),
  checkPicture: (jpeg, source) => call("check_picture", { jpeg, source }),
  submitPicture: (id, anyway) => call("submit_picture", { id, anyway }),
  dropPicture: (id) => call("drop_picture", { id }),
  checkAgain: () => call("check_again"),
  refresh: () => call("refresh"),
  showCode: (cardId, profile, challenge) => call("show_code", { cardId, profile, challenge }),
  showPhotoCode: (cardId) => call("show_photo_code", { cardId }),
  showLibraryCode: () => call("show_library_code"),
  checkValidity: (cardId) => call("check_validity", { cardId }),
  holdScreen: (on) => call("hold_screen", { on }),
  haptic: (kind) => call("haptic", { kind }),
  logOut: () => call("log_out"),
  mine: () => call("mine"),
  history: () => call("history"),
  clearHistory: () => call("clear_history"),
  exportData: (words) => call("export_data", { words }),
  removeCard: (cardId) => call("remove_card", { cardId }),
  removeEverything: () => call("remove_everything"),
  preferences: () => call("preferences"),
  setHistory: (on) => call("set_history", { on }),
  setNotifications: (on) => call("set_notifications", { on }),
  setAppLock: (on, reason) => call("set_app_lock", { on, reason }),
  unlock: (reason) => call("unlock", { reason }),
  setLanguage: (language) => call("set_language", { language }),
  pageHidden: (hidden) => call("page_hidden", { hidden }),
  lookAgain: () => call("look_again"),
  retryOpen: () => call("retry_open"),
  resetStore: () => call("reset_store"),
  checkerState: () => call("checker_state"),
  updateChecker: () => call("update_checker"),
  scanCode: (text, answers) => call("scan_code", { text, answers }),
  scanAgain: (text) => call("scan_again", { text }),
  newChallenge: () => call("new_challenge"),
  endChallenge: () => call("end_challenge"),
  examRooms: () => call("exam_rooms"),
  openRoster: (text) => call("open_roster", { text }),
  chooseRoom: (id, room) => call("choose_room", { id, room }),
  admit: (id, text) => call("admit", { id, text }),
  admitAgain: (id, text) => call("admit_again", { id, text }),
  admitByHand: (id, index) => call("admit_by_hand", { id, index }),
  undoAdmission: (id, index) => call("undo_admission", { id, index }),
  exportExamRoom: (id, words) => call("export_exam_room", { id, words }),
  deleteExamRoom: (id) => call("delete_exam_room", { id }),
  onCheckerChanged: (changed) => listen<CheckerView>("checker-changed", (event) => changed(event.payload)),
  onExamRoomsChanged: (changed) => listen<ExamRoomView[]>("exam-rooms-changed", (event) => changed(event.payload)),
  onStateChanged: async (changed) => {
    await listen<AppState>("state-changed", (event) => changed(event.payload));
  },
};
