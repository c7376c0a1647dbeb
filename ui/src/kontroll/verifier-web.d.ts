// What crates/verifier-web is to the page. The module itself is written by `web-bindgen` when the page is built.
declare module "verifier-web" {
  /** Fetches and starts the WebAssembly. */
  export default function init(): Promise<unknown>;

  /** Texts in, JSON out; times are milliseconds since 1970. */
  export class Kontroll {
    constructor(countyJson: string);
    takeTrustList(jws: string, nowMs: number): string;
    takeStatusList(jwt: string, nowMs: number): string;
    lists(nowMs: number): string;
    scan(text: string, nowMs: number): string | undefined;
    scanAgain(scannedMs: number): string | undefined;
    forget(): void;
    free(): void;
  }
}
