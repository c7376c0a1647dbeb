// Fetching the county's lists, and reading what was kept of them.
//
// Always all status lists, never the one that a code names: the county learns that somebody checks, not whom.
import type { Store } from "./store";

/** How long one answer may take. */
const PATIENCE_MS = 15_000;
/** Nobody has so many; a faulty answer must not fill the phone. */
const MAX_STATUS_LISTS = 500;
const AT_ONCE = 6;

/** The built script lies in `…/kontroll/assets/`; the county's service begins two folders up. */
const script = import.meta.url;
const root = new URL("../../", script);
const at = (path: string) => new URL(path, root).href;

const COUNTY = at("kontroll/county.json");
const TRUST_LIST = at("trust-list");
const STATUS_LISTS = at("status-lists");

export interface StatusList {
  address: string;
  text: string;
}

export interface CountyLists {
  county: string;
  trustList: string;
  /** Where the status lists are, as the county says it. */
  aggregation: string;
  statusLists: StatusList[];
}

/** This device's two clocks: the one that shows the time and can be set, and the one that only runs on. */
export interface Clocks {
  wall: number;
  mono: number;
}

export const clocks = (): Clocks => ({ wall: Date.now(), mono: performance.now() });

export interface Fetched extends CountyLists {
  /** What this device's clock must be set forward by to be the server's, in milliseconds; null if not known. */
  clockOff: number | null;
  /** What it showed when that was measured. */
  measuredAt: Clocks;
  /** Every status list came. */
  complete: boolean;
}

interface Answer {
  text: string;
  clockOff: number | null;
  heard: Clocks;
}

/** The county's own word of where its status lists are, as addresses at this page's own server. */
function addresses(county: string, aggregation: string): string[] {
  const { issuer } = JSON.parse(county) as { issuer: string };
  const lists = (JSON.parse(aggregation) as { status_lists: unknown }).status_lists;
  if (!Array.isArray(lists)) throw new Error("no status lists");
  const begin = `${issuer.replace(/\/+$/, "")}/`;
  return lists
    .filter((uri): uri is string => typeof uri === "string" && uri.startsWith(begin))
    // The newest are the last.
    .slice(-MAX_STATUS_LISTS)
    .map((uri) => at(uri.slice(begin.length)));
}

async function ask(address: string, cache: RequestCache, accept = "*/*"): Promise<Answer> {
  const asked = Date.now();
  const answer = await fetch(address, { cache, credentials: "omit", headers: { accept }, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const heard = clocks();
  const text = await answer.text();
  // RFC 9110 §6.6.1, RFC 9111 §5.1: when it was said, and how long it lay on the way. Whole seconds, cut off.
  const said = Date.parse(answer.headers.get("date") ?? "") + 1000 * Number(answer.headers.get("age") ?? 0) + 500;
  return { text, clockOff: Number.isNaN(said) ? null : said - (asked + heard.wall) / 2, heard };
}

/** All lists, anew. Nothing of it has been checked, and nothing is kept yet. */
export async function fetchLists(): Promise<Fetched> {
  const [county, trustList, aggregation] = await Promise.all([
    ask(COUNTY, "no-cache"),
    // Never from a cache, since its time of sending sets our clock right.
    ask(TRUST_LIST, "no-store"),
    ask(STATUS_LISTS, "no-cache"),
  ]);
  const wanted = addresses(county.text, aggregation.text);
  const statusLists: StatusList[] = [];
  const waiting = [...wanted];
  const worker = async () => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      const answer = await ask(address, "no-cache", "application/statuslist+jwt").catch(() => null);
      if (answer) statusLists.push({ address, text: answer.text });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    county: county.text,
    trustList: trustList.text,
    aggregation: aggregation.text,
    statusLists,
    clockOff: trustList.clockOff,
    measuredAt: trustList.heard,
    complete: statusLists.length === wanted.length,
  };
}

/** What was kept the last time; null if there is nothing to judge with. */
export async function keptLists(store: Store): Promise<CountyLists | null> {
  const [county, trustList, aggregation] = await Promise.all([COUNTY, TRUST_LIST, STATUS_LISTS].map((address) => store.read(address)));
  if (!county || !trustList) return null;
  const statusLists: StatusList[] = [];
  for (const address of aggregation ? addresses(county, aggregation) : []) {
    const text = await store.read(address);
    if (text) statusLists.push({ address, text });
  }
  return { county, trustList, aggregation: aggregation ?? "", statusLists };
}

/** Keeps what was found good, and lets go of lists that the county no longer names. */
export async function keepLists(store: Store, good: CountyLists): Promise<void> {
  const named = addresses(good.county, good.aggregation);
  await store.keep(COUNTY, good.county);
  await store.keep(TRUST_LIST, good.trustList);
  await store.keep(STATUS_LISTS, good.aggregation);
  for (const { address, text } of good.statusLists) await store.keep(address, text);
  await store.keepOnly([COUNTY, TRUST_LIST, STATUS_LISTS, ...named]);
}
