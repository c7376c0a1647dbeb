// The one way from these screens to the rules: in the app the core's commands, on the page /minid the same rules as
// WebAssembly. Whoever draws the screens brings the door; the screens know no difference.
import type { ClassPlan, ClassWords, Deadline, Facts, Kept, NumberCheck, PupilPlan, PupilWords } from "./bindings";

/** Whether this device reminds: no, since it was turned off here, or since the system lets nothing through. */
export type Reminds = "yes" | "off" | "denied";

/** Days are `YYYY-MM-DD`. Each call rejects when it cannot be done. */
export interface Door {
  facts(): Promise<Facts>;
  /** The number is looked at here and now; it is not stored, sent or logged. */
  checkNumber(text: string): Promise<NumberCheck>;
  pupilPlan(orderedOn: string, arrived: boolean, registered: boolean): Promise<PupilPlan>;
  classPlan(intake: number, deadline: Deadline): Promise<ClassPlan>;
  /** An iCalendar file. */
  pupilCalendar(orderedOn: string, words: PupilWords): Promise<string>;
  classCalendar(intake: number, deadline: Deadline, words: ClassWords): Promise<string>;
  kept(): Promise<Kept>;
  /** False if it will be forgotten when the screens are closed. */
  keep(kept: Kept): Promise<boolean>;
  /** The county's accessibility statement. In the app it is in the menu. */
  statement?(): Promise<string | null>;
  /** Whether this device reminds of the days by itself. A page in a browser cannot, and says nothing of it. */
  reminds?(): Promise<Reminds>;
  /** Whether the settings can be opened now: not while the app is locked. */
  maySet?(): boolean;
}
