// What crates/minid-web is to the page. The module itself is written by `web-bindgen` when the page is built.
declare module "minid-web" {
  /** Fetches and starts the WebAssembly. */
  export default function init(): Promise<unknown>;

  /** Texts in, JSON or a calendar file out; days are `YYYY-MM-DD`. A failure is a word, thrown. */
  export class Minid {
    constructor(guideJson?: string);
    facts(today: string): string;
    checkNumber(text: string, today: string): string;
    pupilPlan(orderedOn: string, arrived: boolean, registered: boolean, today: string): string;
    classPlan(intake: number, deadline: string, today: string): string;
    pupilCalendar(orderedOn: string, wordsJson: string, today: string): string;
    classCalendar(intake: number, deadline: string, wordsJson: string, today: string): string;
    readKept(text: string): string;
    free(): void;
  }
}
