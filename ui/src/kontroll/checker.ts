// The one door to the verifier: Rust, as WebAssembly.
import init, { Kontroll } from "verifier-web";
import type { Scan } from "../lib/bindings";

/** What became of a list that was handed over. */
export type Taken = { kind: "taken" | "older" | "refused" } | { kind: "clock_behind"; seconds: number };

/** What is at hand and how old it is. */
export interface Lists {
  ready: boolean;
  demo: boolean;
  status_lists: number;
  status_age_seconds: number | null;
  stale: boolean;
}

let starting: Promise<unknown> | null = null;

export class Checker {
  readonly #inner: Kontroll;

  private constructor(county: string) {
    this.#inner = new Kontroll(county);
  }

  /** A checker for the county whose county.json this is. */
  static async start(county: string): Promise<Checker> {
    starting ??= init().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    await starting;
    return new Checker(county);
  }

  takeTrustList = (jws: string, now: number) => JSON.parse(this.#inner.takeTrustList(jws, now)) as Taken;
  takeStatusList = (jwt: string, now: number) => JSON.parse(this.#inner.takeStatusList(jwt, now)) as Taken;
  lists = (now: number) => JSON.parse(this.#inner.lists(now)) as Lists;

  /** Null before there is a trust list. */
  scan = (text: string, now: number) => read(this.#inner.scan(text, now));
  /** The newest scan once more, with the lists of now. */
  scanAgain = (scannedAt: number) => read(this.#inner.scanAgain(scannedAt));
  forget = () => this.#inner.forget();
}

const read = (answer: string | undefined) => (answer === undefined ? null : (JSON.parse(answer) as Scan));
