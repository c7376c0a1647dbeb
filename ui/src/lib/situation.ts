// Each way an enrolment can stand still, as words and a picture. Exhaustive: a new state breaks the build here.
import type { IconName } from "../components/Icon.svelte";
import type { Contact, EnrolmentView, NoRightReason } from "./bindings";
import { list, longDate } from "./format";
import type { Words } from "./i18n/nb";

export interface Situation {
  icon: IconName;
  title: string;
  what: string;
  now: string;
  contact: Contact;
  /** The next reading of the records may change it, so it is worth saying when that is. */
  waitsForSync: boolean;
}

/** The states in which somebody has to do something before there can be a card. */
export type Waiting = Exclude<EnrolmentView, { state: "ready" | "photo_to_confirm" }>;

export function isWaiting(enrolment: EnrolmentView): enrolment is Waiting {
  return enrolment.state !== "ready" && enrolment.state !== "photo_to_confirm";
}

export function situation(enrolment: Waiting, words: Words, locales: string[]): Situation {
  const t = words.enrolment;
  const contact = enrolment.contact;
  const waitsForSync = true;
  switch (enrolment.state) {
    case "photo_missing":
      return { icon: "camera", contact, waitsForSync, ...(enrolment.rejected ? t.photoRejected : t.photoMissing) };
    case "not_in_records":
      return { icon: "search", contact, waitsForSync, ...t.notInRecords };
    case "record_incomplete": {
      const fields = list(locales, enrolment.missing.map((field) => t.missingFields[field]));
      return { icon: "file", contact, waitsForSync, ...t.recordIncomplete, what: t.recordIncomplete.what(fields) };
    }
    case "school_not_enabled":
      return { icon: "school", contact, waitsForSync, ...t.schoolNotEnabled, what: t.schoolNotEnabled.what(enrolment.school) };
    case "no_current_right":
      return { contact, waitsForSync: enrolment.reason.kind !== "not_started", ...noRight(enrolment.reason, t.noRight, locales) };
    case "blocked": {
      const now = enrolment.until ? t.blocked.until(longDate(locales, enrolment.until)) : t.blocked.openEnded;
      return { icon: "pause", contact, waitsForSync: false, title: t.blocked.title, what: t.blocked.what(enrolment.reason), now };
    }
  }
}

function noRight(
  reason: NoRightReason,
  t: Words["enrolment"]["noRight"],
  locales: string[],
): Pick<Situation, "icon" | "title" | "what" | "now"> {
  switch (reason.kind) {
    case "not_started":
      return { icon: "calendar", ...t.notStarted, what: t.notStarted.what(longDate(locales, reason.from)) };
    case "ended":
      return { icon: "clock", ...t.ended, what: t.ended.what(longDate(locales, reason.on)) };
    case "interrupted":
      return { icon: "clock", ...t.interrupted, what: t.interrupted.what(longDate(locales, reason.on)) };
    case "guest":
      return { icon: "school", ...t.guest };
    case "category_not_covered":
      return { icon: "school", ...t.categoryNotCovered };
    case "contract_type_unknown":
      return { icon: "file", ...t.contractTypeUnknown };
  }
}
