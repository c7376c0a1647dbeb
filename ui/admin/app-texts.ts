// What the app says while there is no card, by what the issuer knows of the person: the app's own words, for the pages of
// the staff. Where the app puts in a value, the text has its name in braces.
import { en } from "../src/lib/i18n/en.ts";
import { nb, type Words } from "../src/lib/i18n/nb.ts";
import { nn } from "../src/lib/i18n/nn.ts";

interface Text {
  title: string;
  what: string;
  now: string;
}

function of(words: Words): { situations: Record<string, Text>; missing: Record<string, string> } {
  const t = words.enrolment;
  const { noRight } = t;
  const text = ({ title, what, now }: { title: string; what: string | ((value: string) => string); now: string }, value = ""): Text => ({
    title,
    what: typeof what === "function" ? what(`{${value}}`) : what,
    now,
  });
  return {
    situations: {
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
    },
    missing: t.missingFields,
  };
}

export function appTexts(): unknown {
  return { nb: of(nb), nn: of(nn), en: of(en) };
}
