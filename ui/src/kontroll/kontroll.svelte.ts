// What the page is doing: its lists, the newest verdict, and how to get from one to the other.
import type { Scan, Verdict } from "../lib/bindings";
import { isSame } from "../lib/verdict";
import { Checker, type Lists } from "./checker";
import { clocks, fetchLists, keepLists, keptLists, type Clocks, type CountyLists, type Fetched } from "./lists";
import type { Seen } from "./opened";
import { Store } from "./store";

/** Lists are asked for anew when they were last asked for so long ago. */
const REFRESH_MS = 10 * 60_000;
/** With a person at hand a block must not wait for the ten minutes; a queue of people must not ask at every scan. */
const SCAN_REFRESH_MS = 5_000;
/** Below this, clocks are taken to agree; times on the wire are whole seconds. */
const CLOCKS_AGREE_MS = 2_000;
/** When the clock that can be set has gone so much further than the one that only runs on, it has been set. */
const CLOCK_SET_MS = 5_000;
/** From here on it is worth telling. */
const CLOCK_WARNING_S = 30;

/** `stuck`: no lists and no network. `broken`: the verifier cannot be started. */
export type Phase = "starting" | "ready" | "stuck" | "broken";

class Kontroll {
  phase = $state<Phase>("starting");
  county = $state("");
  /** The county's accessibility statement. */
  statement = $state<string | null>(null);
  lists = $state.raw<Lists | null>(null);
  updating = $state(false);
  updateFailed = $state(false);
  /** How far this device's clock is off, when that matters. */
  clockWarningSeconds = $state<number | null>(null);
  /** What is on the screen. */
  scan = $state<Scan | null>(null);
  /** The card that a photo code may belong to. */
  before = $state.raw<Verdict | null>(null);
  /** A code waits for its verdict. */
  waiting = $state(false);

  #store: Store | null = null;
  #checker: Checker | null = null;
  #inUse: CountyLists | null = null;
  #clockOff = 0;
  /** This device's clocks when that was measured. */
  #measuredAt = clocks();
  #askedAt = 0;
  #askedMeanwhile = false;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #seen: Seen | null = null;

  /** Judges at once with what was kept, and once more when fresh lists have come. */
  async start(opened: Seen | null): Promise<void> {
    this.#seen = opened;
    this.waiting = opened !== null;
    const fetching = fetchLists().catch(() => null);
    this.updating = true;
    this.#askedAt = Date.now();
    try {
      this.#store = await Store.open();
      const kept = await keptLists(this.#store);
      if (kept) await this.#use(kept);
      this.#judgeWaiting();
      await this.#take(await fetching);
      this.#judgeWaiting();
    } catch {
      this.phase = "broken";
    } finally {
      this.#updated();
    }
  }

  /** Asks for the lists anew; while they are on their way already, once more after that: they may be too old by then. */
  async update(): Promise<void> {
    if (this.updating) {
      this.#askedMeanwhile = true;
      return;
    }
    this.updating = true;
    this.#askedAt = Date.now();
    try {
      await this.#take(await fetchLists().catch(() => null));
      this.#judgeWaiting();
    } catch {
      this.phase = "broken";
    } finally {
      this.#updated();
    }
  }

  #updated(): void {
    this.updating = false;
    const again = this.#askedMeanwhile;
    this.#askedMeanwhile = false;
    if (again) void this.update();
  }

  updateIfOld(): void {
    this.#watchClock();
    this.#refreshAges();
    if (Math.abs(Date.now() - this.#askedAt) > REFRESH_MS) void this.update();
  }

  /** Judges what was scanned or opened just now, and once more if fresh lists say otherwise. */
  judge(seen: Seen): void {
    this.#seen = seen;
    this.waiting = true;
    this.#judgeWaiting();
    this.#updateSoon();
  }

  /** Lists that were asked for before the scan may not know of what was blocked just then. */
  #updateSoon(): void {
    const since = Math.abs(Date.now() - this.#askedAt);
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.update(), Math.max(0, SCAN_REFRESH_MS - since));
  }

  /** Nothing of anybody stays in the page once the verdict is closed. */
  forget(): void {
    this.scan = null;
    this.before = null;
    this.waiting = false;
    this.#seen = null;
    this.#checker?.forget();
  }

  /** Ready for the second code of the same person. */
  keepForPhoto(): void {
    this.scan = null;
  }

  #judgeWaiting(): void {
    if (!this.waiting || !this.#seen || !this.#checker) return;
    const scan = this.#checker.scan(this.#seen.text, this.#corrected(this.#seen.at));
    if (!scan) return;
    this.waiting = false;
    this.scan = scan;
    if (scan.kind !== "photo") this.before = scan.kind === "card" ? scan : null;
  }

  /** Fresh lists: does the verdict on the screen still hold? */
  #judgeAgain(): void {
    if (!this.scan || !this.#seen || !this.#checker) return;
    const again = this.#checker.scanAgain(this.#corrected(this.#seen.at));
    if (!again) return;
    if (again.kind === "card") this.before = again;
    // The same verdict is not told twice; only its age is put right.
    if (isSame(again, this.scan)) this.scan.status_age_seconds = again.status_age_seconds;
    else this.scan = again;
  }

  #corrected = (time: number) => {
    this.#watchClock();
    return time + this.#clockOff;
  };
  #now = () => this.#corrected(Date.now());

  /** What was measured before this device's clock was set says nothing about it any more, and is measured anew. */
  #watchClock(): void {
    const now = clocks();
    const { wall, mono } = this.#measuredAt;
    if (Math.abs(now.wall - wall - (now.mono - mono)) <= CLOCK_SET_MS) return;
    this.#measuredAt = now;
    this.#clockOff = 0;
    this.clockWarningSeconds = null;
    this.#askedAt = 0;
  }

  #refreshAges(): void {
    this.lists = this.#checker?.lists(this.#now()) ?? null;
  }

  /** Hands lists over to the verifier. Answers whether all were taken. */
  async #use(lists: CountyLists): Promise<boolean> {
    let checker = this.#checker;
    if (!checker || this.#inUse?.county !== lists.county) {
      const known = this.#inUse;
      checker = await Checker.start(lists.county);
      // What was believed before is still the least that is believed, unless the county has another key now.
      if (known) checker.takeTrustList(known.trustList, this.#now());
      this.#checker = checker;
    }
    const now = this.#now();
    const trust = checker.takeTrustList(lists.trustList, now);
    let whole = trust.kind === "taken";
    if (trust.kind === "clock_behind") this.#warnOfClock(trust.seconds);
    const good = lists.statusLists.filter(({ text }) => {
      const { kind } = checker.takeStatusList(text, now);
      whole &&= kind === "taken" || kind === "older";
      return kind === "taken";
    });
    const trustList = trust.kind === "taken" ? lists.trustList : this.#inUse?.trustList;
    if (trustList) this.#inUse = { ...lists, trustList, statusLists: good };
    const county = JSON.parse(lists.county) as { name: string; accessibility_statement_url?: string | null };
    this.county = county.name;
    this.statement = county.accessibility_statement_url ?? null;
    this.#refreshAges();
    if (this.lists?.ready) this.phase = "ready";
    return whole;
  }

  async #take(fetched: Fetched | null): Promise<void> {
    this.updateFailed = fetched === null;
    if (fetched) {
      this.#setClock(fetched.clockOff, fetched.measuredAt);
      const whole = await this.#use(fetched);
      this.updateFailed = !whole || !fetched.complete;
      if (this.#inUse && this.#store) await keepLists(this.#store, this.#inUse);
      this.#judgeAgain();
    }
    if (this.phase !== "ready") this.phase = "stuck";
  }

  #setClock(off: number | null, measuredAt: Clocks): void {
    if (off === null) return;
    this.#measuredAt = measuredAt;
    this.#clockOff = Math.abs(off) < CLOCKS_AGREE_MS ? 0 : off;
    this.clockWarningSeconds = null;
    this.#warnOfClock(off / 1000);
  }

  #warnOfClock(seconds: number): void {
    if (Math.abs(seconds) >= CLOCK_WARNING_S) this.clockWarningSeconds = Math.round(seconds);
  }
}

export const kontroll = new Kontroll();
