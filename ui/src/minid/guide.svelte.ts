// Where the reader is on the way to a MinID: what is kept, the plan that follows from it, and how to undo the last step.
import type { ClassCounts, ClassPlan, Deadline, Facts, Kept, PupilPlan } from "./bindings";
import { today } from "./dates";
import type { Door } from "./door";
import type { PageWords } from "./words/nb";

const NOTHING: Kept = { ordered_on: null, arrived: false, registered: false, counts: null };
export const NO_COUNTS: ClassCounts = { pupils: 0, ordered: 0, arrived: 0, registered: 0 };

/** What was just done, in the words of whichever language is chosen, and what was kept before; null once it is undone. */
interface Done {
  say: (t: PageWords) => string;
  before: Kept | null;
}

class Guide {
  facts = $state.raw<Facts | null>(null);
  kept = $state.raw<Kept>(NOTHING);
  plan = $state.raw<PupilPlan | null>(null);
  done = $state.raw<Done | null>(null);
  /** `stuck`: nothing can be shown at all. `failed`: the last thing was not done. */
  trouble = $state<"none" | "stuck" | "failed">("none");
  /** Whether what is kept will be there another day. */
  remembers = $state(true);
  /** The county's accessibility statement, where these screens are the ones to link to it. */
  statement = $state<string | null>(null);
  /** Where others find these screens, if that is known. */
  address = $state<string | null>(null);

  intake = $state<number | null>(null);
  deadline = $state<Deadline>("ordinary");
  /** For the chosen intake, by deadline. */
  classPlans = $state.raw<Record<Deadline, ClassPlan> | null>(null);

  #door: Door | null = null;
  #day = "";
  /** One change at a time, in the order in which they were made. */
  #last: Promise<void> = Promise.resolve();

  get classPlan(): ClassPlan | null {
    return this.classPlans?.[this.deadline] ?? null;
  }

  get door(): Door {
    if (!this.#door) throw new Error("there is no door");
    return this.#door;
  }

  async start(door: Door): Promise<void> {
    this.#door = door;
    void door.statement?.().then((address) => (this.statement = address));
    this.trouble = "none";
    this.done = null;
    try {
      const [facts, kept] = await Promise.all([door.facts(), door.kept()]);
      // A day that the clock says is still to come: as if nothing had been ordered.
      this.plan = await Promise.resolve(this.#planOf(kept)).catch(() => null);
      this.kept = kept;
      this.#day = today();
      this.intake ??= facts.intakes[0] ?? null;
      await this.#planClass();
      this.facts = facts;
    } catch {
      this.trouble = "stuck";
    }
  }

  /** A new day has come while the screen stood open. */
  async refresh(): Promise<void> {
    if (!this.facts || this.#day === today()) return;
    await this.start(this.door);
  }

  change(next: Partial<Kept>, say: Done["say"]): Promise<void> {
    return this.#try(async () => {
      const before = this.kept;
      await this.#keep({ ...before, ...next });
      this.done = { say, before };
    });
  }

  undo(): Promise<void> {
    return this.#try(async () => {
      if (!this.done?.before) return;
      await this.#keep(this.done.before);
      this.done = { say: (t) => t.undone, before: null };
    });
  }

  /** Counted at once, and kept after that: buttons are pressed faster than things are kept. */
  count(part: Partial<ClassCounts>): Promise<void> {
    const before = this.kept;
    this.kept = { ...before, counts: { ...(before.counts ?? NO_COUNTS), ...part } };
    this.done = null;
    return this.#try(async () => {
      try {
        this.remembers = await this.door.keep(this.kept);
      } catch (error) {
        this.kept = before;
        throw error;
      }
    });
  }

  /** Another screen is opened: what was done on the last one is done. */
  settle(): void {
    this.done = null;
    this.trouble = "none";
  }

  chooseClass(intake: number, deadline: Deadline): Promise<void> {
    this.intake = intake;
    this.deadline = deadline;
    return this.#try(() => this.#planClass());
  }

  #try(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.trouble = "none";
      try {
        await work();
      } catch {
        this.trouble = "failed";
      }
    });
    return this.#last;
  }

  async #planClass(): Promise<void> {
    const { intake } = this;
    if (intake === null) return;
    const [ordinary, priority] = await Promise.all([this.door.classPlan(intake, "ordinary"), this.door.classPlan(intake, "priority")]);
    // The reader may have chosen another meanwhile.
    if (this.intake === intake) this.classPlans = { ordinary, priority };
  }

  #planOf(kept: Kept): Promise<PupilPlan> | null {
    return kept.ordered_on === null ? null : this.door.pupilPlan(kept.ordered_on, kept.arrived, kept.registered);
  }

  async #keep(next: Kept): Promise<void> {
    const plan = await this.#planOf(next);
    this.remembers = await this.door.keep(next);
    this.kept = next;
    this.plan = plan;
  }
}

export const guide = new Guide();
