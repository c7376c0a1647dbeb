// One thing at a time for a screen, and what went wrong with the last.
import { asProblem } from "./backend";
import type { Problem } from "./bindings";

export class Work {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Does nothing while something else is being done. */
  async run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = asProblem(error);
    } finally {
      this.busy = false;
    }
  }
}
