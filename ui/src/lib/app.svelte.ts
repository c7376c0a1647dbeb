// What the app is doing now: the core's last state, and the one action that is under way.
import { asProblem, backend } from "./backend";
import type { AppState, Problem, Rule } from "./bindings";
import { i18n } from "./i18n/index.svelte";
import { navigation } from "./navigation.svelte";

/** Actions that wait for the core; screens use the name to show which button is busy. */
export type Action = "confirm" | "reject" | "send" | "check" | "refresh" | "log_out" | "retry" | "reset" | "unlock" | "remove";

class App {
  state = $state.raw<AppState | null>(null);
  /** The browser is open and we wait for it to come back. */
  signingIn = $state(false);
  busy = $state<Action | null>(null);
  /** The last thing that went wrong, until the next action begins. */
  problem = $state.raw<Problem | null>(null);
  /** Nobody looks, and the app is locked for others: nothing of it is drawn. */
  covered = $state(false);
  /** What the state was when it was last not locked. */
  #open: AppState["kind"] | null = null;
  /** Locked as it is now, the reader has been asked once. */
  asked = false;
  /** The reader has chosen the lock. */
  #locks = false;
  /** How many pictures of this person would not do. */
  pictureTries = $state(0);
  /** What was last told of a login that a link has finished. */
  #toldOfLink = "null";
  /** Number of the newest login, so that an abandoned one cannot speak for it. */
  #login = 0;

  async start(): Promise<void> {
    this.#followTheDevice();
    try {
      await backend.onStateChanged((state) => this.#take(state));
      this.#take(await backend.appState());
    } catch (error) {
      this.#take({ kind: "stopped", problem: asProblem(error) });
    }
  }

  async logIn(): Promise<void> {
    const login = ++this.#login;
    this.problem = null;
    this.signingIn = true;
    try {
      // A login that succeeds counts, also when it was given up meanwhile: the core has the card then.
      this.#take(await backend.startLogin());
    } catch (error) {
      if (login === this.#login) this.problem = asProblem(error);
    } finally {
      if (login === this.#login) this.signingIn = false;
    }
  }

  async cancelLogin(): Promise<void> {
    this.#login++;
    this.signingIn = false;
    // Nothing is lost if the core had no login to cancel.
    await backend.cancelLogin().catch(() => undefined);
  }

  /** The browser window was closed or lost: drop the waiting login and open a new one. */
  async openBrowserAgain(): Promise<void> {
    this.#login++;
    await backend.cancelLogin().catch(() => undefined);
    await this.logIn();
  }

  confirmPhoto = (sha256: string) => this.#run("confirm", () => backend.confirmPhoto(sha256));
  rejectPhoto = (sha256: string) => this.#run("reject", () => backend.rejectPhoto(sha256));
  /** Sends a picture of one's own. What it was refused for, if it was; null if it could not be sent at all. */
  async submitPicture(id: string, anyway: boolean): Promise<"sent" | Rule[] | null> {
    let outcome = null as "sent" | Rule[] | null;
    await this.#run("send", async () => {
      const answer = await backend.submitPicture(id, anyway);
      outcome = answer.kind === "sent" ? "sent" : answer.reasons;
      return answer.kind === "sent" ? answer.state : this.state!;
    });
    return outcome;
  }
  checkAgain = () => this.#run("check", () => backend.checkAgain());
  refresh = () => this.#run("refresh", () => backend.refresh());
  logOut = () => {
    this.pictureTries = 0;
    return this.#run("log_out", () => backend.logOut());
  };
  unlock = (reason: string) => this.#run("unlock", () => backend.unlock(reason));
  removeCard = (cardId: string) => this.#run("remove", () => backend.removeCard(cardId));
  removeEverything = () => {
    this.pictureTries = 0;
    return this.#run("remove", () => backend.removeEverything());
  };
  retryOpen = () => this.#run("retry", () => backend.retryOpen());
  resetStore = () => this.#run("reset", () => backend.resetStore());

  /** Tells the core what it cannot see: the language, whether anybody looks, and that the network is back. */
  #followTheDevice(): void {
    const tell = (told: Promise<void>) => void told.catch(() => undefined);
    $effect.root(() => {
      $effect(() => tell(backend.setLanguage(i18n.code)));
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.covered = this.#locks;
      const told = backend.pageHidden(document.hidden);
      if (document.hidden || !this.covered) tell(told);
      else void this.#uncover(told);
    });
    addEventListener("online", () => tell(backend.lookAgain()));
  }

  /** Not before the core has said whether the lock has closed meanwhile. */
  async #uncover(told: Promise<void>): Promise<void> {
    try {
      await told.catch(() => undefined);
      this.#take(await backend.appState());
    } catch (error) {
      this.#take({ kind: "stopped", problem: asProblem(error) });
    }
    this.covered = document.hidden;
  }

  /** Told by whoever reads or changes the settings. */
  locks(on: boolean): void {
    this.#locks = on;
  }

  async #run(action: Action, call: () => Promise<AppState>): Promise<void> {
    if (this.busy) return;
    this.busy = action;
    this.problem = null;
    try {
      this.#take(await call());
    } catch (error) {
      this.problem = asProblem(error);
    } finally {
      this.busy = null;
    }
  }

  #take(state: AppState): void {
    const moved = this.state?.kind !== state.kind;
    this.state = state;
    // Of a login that a link has finished: nobody has waited for its answer.
    const failed = state.kind === "welcome" || state.kind === "home" ? state.login_failed : null;
    // Once: it stands in each state until something goes well, and is not news again after it was dismissed.
    const told = JSON.stringify(failed);
    if (failed && told !== this.#toldOfLink) this.problem = failed;
    this.#toldOfLink = told;
    if (!moved) return;
    if (state.kind === "locked") {
      this.asked = false;
      navigation.close();
    } else {
      // Locked and opened again, the app is as its owner left it.
      if (state.kind !== this.#open) navigation.reset();
      this.#open = state.kind;
    }
    void backend.preferences().then(({ app_lock }) => this.locks(app_lock), () => undefined);
  }
}

export const app = new App();
