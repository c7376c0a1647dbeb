// The only door to Rust. Screens never call `invoke` themselves.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { AppState, CodeView, LibraryCodeView, Problem, ValidityView } from "./bindings";

/** Everything the core can do for the screens. Each call rejects with a {@link Problem}. */
export interface Backend {
  appState(): Promise<AppState>;
  /** Resolves when the browser came back and, if it can be, the card is there. */
  startLogin(): Promise<AppState>;
  cancelLogin(): Promise<void>;
  confirmPhoto(sha256: string): Promise<AppState>;
  rejectPhoto(sha256: string): Promise<AppState>;
  checkAgain(): Promise<AppState>;
  refresh(): Promise<AppState>;
  showCode(cardId: string): Promise<CodeView>;
  showLibraryCode(): Promise<LibraryCodeView>;
  checkValidity(cardId: string): Promise<ValidityView>;
  logOut(): Promise<AppState>;
  retryOpen(): Promise<AppState>;
  /** Only from `stopped`: puts the damaged store aside and starts anew. */
  resetStore(): Promise<AppState>;
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
  checkAgain: () => call("check_again"),
  refresh: () => call("refresh"),
  showCode: (cardId) => call("show_code", { cardId }),
  showLibraryCode: () => call("show_library_code"),
  checkValidity: (cardId) => call("check_validity", { cardId }),
  logOut: () => call("log_out"),
  retryOpen: () => call("retry_open"),
  resetStore: () => call("reset_store"),
  onStateChanged: async (changed) => {
    await listen<AppState>("state-changed", (event) => changed(event.payload));
  },
};
