// What the app says while there is no card, by what the issuer knows of the person: the app's own words and support codes,
// for the pages of the staff. Where the app puts in a value, the text has its name in braces.
import { en } from "../src/lib/i18n/en.ts";
import { nb, type Words } from "../src/lib/i18n/nb.ts";
import { nn } from "../src/lib/i18n/nn.ts";
import { situationCodes, type SituationName } from "../src/lib/situation-codes.ts";

interface Text {
  title: string;
  what: string;
  now: string;
}

interface Texts {
  situations: Record<SituationName, Text & { code: string }>;
  missing: Words["enrolment"]["missingFields"];
}

function of(words: Words): Texts {
  const t = words.enrolment;
  const { noRight } = t;
  const text = ({ title, what, now }: { title: string; what: string | ((value: string) => string); now: string }, value = ""): Text => ({
    title,
    what: typeof what === "function" ? what(`{${value}}`) : what,
    now,
  });
  const texts: Record<SituationName, Text> = {
    photo_missing: text(t.photoMissing),
    photo_rejected: text(t.photoRejected),
    photo_returned: text(t.photoReturned),
    photo_reset: text(t.photoReset),
    photo_in_review: text(t.photoInReview),
    not_in_records: text(t.notInRecords),
    record_incomplete: text(t.recordIncomplete, "fields"),
    school_not_enabled: text(t.schoolNotEnabled, "school"),
    not_started: text(noRight.notStarted, "date"),
    ended: text(noRight.ended, "date"),
    interrupted: text(noRight.interrupted, "date"),
    guest: text(noRight.guest),
    category_not_covered: text(noRight.categoryNotCovered),
    contract_type_unknown: text(noRight.contractTypeUnknown),
    blocked_until: { ...text({ ...t.blocked, now: t.blocked.until("{date}") }, "reason") },
    blocked: { ...text({ ...t.blocked, now: t.blocked.openEnded }, "reason") },
  };
  const names = Object.keys(situationCodes) as SituationName[];
  const situations = names.map((name) => {
    // The types say that nothing is missing; but the build does not look at types.
    const { title, what, now } = texts[name] ?? {};
    if (!title || !what || !now) throw new Error(`the app's words for ${name} are not whole`);
    return [name, { title, what, now, code: situationCodes[name] }];
  });
  return { situations: Object.fromEntries(situations) as Texts["situations"], missing: t.missingFields };
}

export function appTexts(): Record<"nb" | "nn" | "en", Texts> {
  return { nb: of(nb), nn: of(nn), en: of(en) };
}
