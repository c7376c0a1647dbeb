// How a verdict looks: which reason speaks first, in what colour, and with which icon.
import type { IconName } from "../components/Icon.svelte";
import type { AdmissionView, Outcome, Reason, Scan, Verdict } from "./bindings";
import { age, duration, longDate } from "./format";
import type { Words } from "./i18n/nb";
import type { Signal } from "./signal";

/** What the whole screen says by its colour. */
export type Look = "good" | "slip" | "closer" | "again" | "bad" | "unread" | "demo";
export type ReasonKind = Reason["kind"];

export const sounds: Record<Look, Signal> = { good: "good", slip: "closer", closer: "closer", again: "again", bad: "bad", unread: "closer", demo: "closer" };

/** In the order of importance: what makes all else moot comes first, what waits for an update comes last. */
const icons: Record<ReasonKind, IconName> = {
  not_our_code: "question",
  damaged_code: "question",
  unknown_issuer: "ban",
  bad_issuer_signature: "ban",
  issuer_mismatch: "ban",
  bad_holder_signature: "ban",
  profile_mismatch: "ban",
  photo_mismatch: "person",
  photo_alone: "person",
  wrong_audience: "ban",
  revoked: "cross",
  suspended: "pause",
  card_expired: "calendar",
  slip_over: "calendar",
  wrong_challenge: "copy",
  code_too_old: "hourglass",
  replayed: "copy",
  clock_differs: "clock",
  not_yet_valid: "clock",
  not_a_card: "question",
  issuer_key_not_in_use: "key",
  token_expired: "refresh",
  unknown_status_value: "question",
  not_in_status_list: "question",
  key_not_yet_known: "refresh",
  trust_list_expired: "refresh",
  status_too_old: "refresh",
  status_unknown: "refresh",
  on_paper: "paper",
  demo_issuer: "info",
};
const order = Object.keys(icons);

const outcomes: Record<Outcome, { look: Look; icon: IconName }> = {
  valid: { look: "good", icon: "check" },
  // Never green: a copy of a slip looks the same.
  slip: { look: "slip", icon: "paper" },
  demo: { look: "demo", icon: "info" },
  status_unknown: { look: "closer", icon: "refresh" },
  invalid: { look: "bad", icon: "cross" },
  unreadable: { look: "unread", icon: "question" },
};
const fromGoodToBad: Outcome[] = ["valid", "slip", "demo", "status_unknown", "invalid", "unreadable"];

/** What is no fault of the card's and passes: nobody is let in on it, and nobody is turned away. */
const passing = ["replayed", "clock_differs", "not_yet_valid", "token_expired"] as const satisfies ReasonKind[];
export type PassingKind = (typeof passing)[number];
const passes = (kind: ReasonKind): kind is PassingKind => (passing as readonly ReasonKind[]).includes(kind);
/** What makes a verdict uncertain at most; beside it a passing reason still passes. */
const uncertain: ReasonKind[] = ["trust_list_expired", "status_too_old", "status_unknown", "photo_alone", "on_paper", "demo_issuer"];

/** The weightiest passing reason, if there is nothing worse, known here or not. */
function onlyPassing(reasons: Reason[]): PassingKind | null {
  const known = ranked(reasons).map(({ kind }) => kind);
  const worse = reasons.some(({ kind }) => !passes(kind) && !uncertain.includes(kind));
  return worse ? null : (known.find(passes) ?? null);
}

/** The reasons that this version knows, the weightiest first. New kinds may come; the outcome has them in it. */
export const ranked = (reasons: Reason[]): Reason[] =>
  reasons.filter((reason) => reason.kind in icons).sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));

/** What is another matter on paper: a slip was replaced by a newer one, and neither it nor its carrier has the app. */
const others = ["revoked", "suspended", "wrong_challenge"] as const satisfies ReasonKind[];
export type OtherOnPaper = (typeof others)[number];
const isOther = (kind: ReasonKind): kind is OtherOnPaper => (others as readonly ReasonKind[]).includes(kind);

export interface Told {
  icon: IconName;
  title: string;
  now: string;
}

export function told(reason: Reason, words: Words, locales: string[], isPaper: boolean): Told {
  const t = words.verdict.reasons;
  const icon = icons[reason.kind];
  if (isPaper && isOther(reason.kind)) return { icon, ...words.verdict.onPaper[reason.kind] };
  switch (reason.kind) {
    case "code_too_old":
    case "clock_differs":
      return { icon, ...t[reason.kind], title: t[reason.kind].title(duration(locales, reason.seconds)) };
    case "replayed":
      return { icon, ...t.replayed, title: t.replayed.title(duration(locales, reason.seconds_ago)) };
    case "card_expired":
    case "slip_over":
      return { icon, ...t[reason.kind], title: t[reason.kind].title(longDate(locales, reason.on)) };
    case "status_too_old":
    case "trust_list_expired":
    case "key_not_yet_known":
      return { icon, ...t[reason.kind], title: t[reason.kind].title(age(locales, reason.seconds)) };
    default:
      return { icon, ...t[reason.kind] };
  }
}

export interface Shown {
  look: Look;
  icon: IconName;
  word: string;
  line: string;
  reasons: Reason[];
}

/**
 * The verdict as a screen. A photo alone says nothing about a card, so it is never green by itself: `before` is the
 * card that it belongs to, and the worse of the two rules.
 */
export function shown(scan: Scan, before: Verdict | null, words: Words): Shown {
  const t = words.verdict;
  const joined = scan.kind === "photo" && scan.belongs_to_last === true ? before : null;
  const all = [...scan.reasons, ...(joined?.reasons ?? [])];
  const demo = scan.demo || joined?.demo === true;
  let outcome = worse(scan.outcome, joined?.outcome ?? "valid");
  if (scan.kind === "photo" && !joined && outcome === "valid") {
    outcome = "status_unknown";
    all.push({ kind: "photo_alone" });
  }
  const reasons = ranked(all.filter(firstOfItsKind));
  // A specimen is grey whatever else is true of it.
  if (demo) outcome = "demo";
  const first = reasons.find((reason) => reason.kind !== "demo_issuer");
  const passing = outcome === "invalid" ? onlyPassing(all) : null;
  const said = first && outcome !== "demo" ? t.words[first.kind] : null;
  return {
    ...outcomes[outcome],
    ...(said && first ? { icon: icons[first.kind] } : {}),
    ...(passing ? { look: "again" as const } : {}),
    word: said ?? t.outcomes[outcome].word,
    line: passing ? t.again[passing] : scan.kind === "slip" && outcome === "status_unknown" ? t.outcomes.slip.line : first?.kind === "photo_alone" && outcome === "status_unknown" ? t.photoAlone : outcome === "valid" && hasPortrait(scan, joined) ? t.compare : t.outcomes[outcome].line,
    reasons: outcome === "demo" ? reasons.filter((reason) => reason.kind !== "demo_issuer") : reasons,
  };
}

/** What an admission rests on. At a door no photo code is asked for: the list has its own photos. */
export const asScan = ({ verdict, first_seen_at }: AdmissionView): Scan =>
  isOnPaper(verdict) ? { ...verdict, kind: "slip", day: null, printed_at: verdict.code_made_at, good_until: null, seen_at: first_seen_at } : { kind: "card", ...verdict, photo: "none" };

export const isOnPaper = (verdict: Verdict) => verdict.reasons.some(({ kind }) => kind === "on_paper");

/** Whether two verdicts on the same scan say the same, apart from how old the lists are. */
export const isSame = (one: Scan, other: Scan) =>
  one.kind === other.kind && one.outcome === other.outcome && String(one.reasons.map(({ kind }) => kind)) === String(other.reasons.map(({ kind }) => kind));

const firstOfItsKind = (reason: Reason, index: number, all: Reason[]) =>
  all.findIndex((other) => other.kind === reason.kind) === index;

const worse = (one: Outcome, other: Outcome) =>
  fromGoodToBad.indexOf(one) > fromGoodToBad.indexOf(other) ? one : other;

const hasPortrait = (scan: Scan, joined: Verdict | null) =>
  (scan.kind === "photo" ? scan.portrait : scan.card?.portrait) != null || joined?.card?.portrait != null;

/** "2026-H" as words; what cannot be read is shown as it is. */
export function semester(value: string, words: Words): string {
  const [year, season] = value.split("-");
  const say = words.card.semester;
  return season === "H" ? say.autumn(Number(year)) : season === "V" ? say.spring(Number(year)) : value;
}
