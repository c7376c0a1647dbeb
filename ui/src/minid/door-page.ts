// The door on the page /minid: the same rules as in the app, as WebAssembly. What is kept lies in this browser alone, and
// where that keeps nothing (some private windows), until the page is closed.
import init, { Minid } from "minid-web";
import type { Kept } from "./bindings";
import { today } from "./dates";
import type { Door } from "./door";

const STORED = "minid";
/** The county's own numbers and addresses, if it has any; beside the folder of the scripts. */
const GUIDE = new URL(/* @vite-ignore */ "../guide.json", import.meta.url);

/** What the county says of itself. */
const COUNTY = new URL(/* @vite-ignore */ "../../kontroll/county.json", import.meta.url);

let starting: Promise<Minid> | null = null;
/** For browsers that keep nothing. */
let memory: string | null = null;

async function open(): Promise<Minid> {
  const [guide] = await Promise.all([settings(), init()]);
  return new Minid(guide);
}

/** Without them the page goes by those that it came with. */
async function settings(): Promise<string | undefined> {
  const answer = await fetch(GUIDE, { credentials: "omit" }).catch(() => null);
  return answer?.ok ? answer.text() : undefined;
}

function rules(): Promise<Minid> {
  starting ??= open().catch((error: unknown) => {
    starting = null;
    throw error;
  });
  return starting;
}

const read = async <T>(ask: (rules: Minid) => string) => JSON.parse(ask(await rules())) as T;

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return memory;
  }
}

/** Without an answer there is no link, and nothing else is amiss. */
async function statement(): Promise<string | null> {
  try {
    const answer = await fetch(COUNTY, { credentials: "omit" });
    const { accessibility_statement_url: address } = (await answer.json()) as { accessibility_statement_url?: string | null };
    return address ?? null;
  } catch {
    return null;
  }
}

export const pageDoor: Door = {
  statement,
  facts: () => read((rules) => rules.facts(today())),
  checkNumber: (text) => read((rules) => rules.checkNumber(text, today())),
  pupilPlan: (orderedOn, arrived, registered) => read((rules) => rules.pupilPlan(orderedOn, arrived, registered, today())),
  classPlan: (intake, deadline) => read((rules) => rules.classPlan(intake, deadline, today())),
  pupilCalendar: async (orderedOn, words) => (await rules()).pupilCalendar(orderedOn, JSON.stringify(words), today()),
  classCalendar: async (intake, deadline, words) => (await rules()).classCalendar(intake, deadline, JSON.stringify(words), today()),
  kept: async () => {
    const nothing: Kept = { ordered_on: null, arrived: false, registered: false, counts: null };
    const text = stored();
    // What cannot be right is as good as nothing.
    return text === null ? nothing : read<Kept>((rules) => rules.readKept(text)).catch(() => nothing);
  },
  keep: async (kept) => {
    memory = JSON.stringify(kept);
    try {
      localStorage.setItem(STORED, memory);
      return true;
    } catch {
      return false;
    }
  },
};
