// Each way an enrolment can stand still, as words and a picture. Exhaustive: a new state breaks the build here.
import type { IconName } from "../components/Icon.svelte";
import type { AppState, Contact, EnrolmentView, NoRightReason, PhotoMissingReason, Rule } from "./bindings";
import { list, longDate } from "./format";
import type { Words } from "./i18n/nb";
import { situationCodes as codes } from "./situation-codes";

export interface Situation {
  icon: IconName;
  title: string;
  what: string;
  now: string;
  /** What somebody at the school wrote, word for word. */
  note?: string;
  /** What a picture was sent back for. */
  reasons?: Rule[];
  contact: Contact;
  /** Names the situation to whoever is asked about it. */
  code: string;
  /** The next reading of the records may change it, so it is worth saying when that is. */
  waitsForSync: boolean;
}

/** The states in which somebody has to do something before there can be a card. */
export type Waiting = Exclude<EnrolmentView, { state: "ready" | "photo_to_confirm" }>;

export function isWaiting(enrolment: EnrolmentView): enrolment is Waiting {
  return enrolment.state !== "ready" && enrolment.state !== "photo_to_confirm";
}

/** The enrolment that the screens speak of, beside a card or without one. */
export function enrolmentOf(core: AppState): EnrolmentView | null {
  return core.kind === "enrolling" ? core.enrolment : core.kind === "home" ? core.notice : null;
}

/** Whether the person may send a picture of their own now. */
export function maySendPicture(enrolment: EnrolmentView | null): boolean {
  return enrolment !== null && ["photo_missing", "photo_to_confirm", "photo_in_review"].includes(enrolment.state);
}

export function situation(enrolment: Waiting, words: Words, locales: string[]): Situation {
  const t = words.enrolment;
  const contact = enrolment.contact;
  const waitsForSync = true;
  switch (enrolment.state) {
    case "photo_missing":
      return { contact, ...missing(enrolment.why, words) };
    case "photo_in_review":
      return { icon: "hourglass", contact, waitsForSync: false, code: codes.photo_in_review, ...t.photoInReview };
    case "not_in_records":
      return { icon: "search", contact, waitsForSync, code: codes.not_in_records, ...t.notInRecords };
    case "record_incomplete": {
      const fields = list(locales, enrolment.missing.map((field) => t.missingFields[field]));
      return { icon: "file", contact, waitsForSync, code: codes.record_incomplete, ...t.recordIncomplete, what: t.recordIncomplete.what(fields) };
    }
    case "school_not_enabled":
      return { icon: "school", contact, waitsForSync, code: codes.school_not_enabled, ...t.schoolNotEnabled, what: t.schoolNotEnabled.what(enrolment.school) };
    case "no_current_right":
      return { contact, waitsForSync: enrolment.reason.kind !== "not_started", ...noRight(enrolment.reason, t.noRight, locales) };
    case "blocked": {
      const now = enrolment.until ? t.blocked.until(longDate(locales, enrolment.until)) : t.blocked.openEnded;
      const code = enrolment.until ? codes.blocked_until : codes.blocked;
      return { icon: "pause", contact, code, waitsForSync: false, title: t.blocked.title, what: t.blocked.what(enrolment.reason), now };
    }
  }
}

function missing(why: PhotoMissingReason, words: Words): Omit<Situation, "contact"> {
  const t = words.enrolment;
  // Once the person has been asked for a picture of their own, no reading of the records changes anything.
  switch (why.kind) {
    case "never_had":
      return { icon: "camera", waitsForSync: true, code: codes.photo_missing, ...t.photoMissing };
    case "not_me":
      return { icon: "camera", waitsForSync: false, code: codes.photo_rejected, ...t.photoRejected };
    case "returned":
      return { icon: "undo", waitsForSync: false, code: codes.photo_returned, ...t.photoReturned, note: why.note, reasons: why.reasons };
    case "reset":
      return { icon: "refresh", waitsForSync: false, code: codes.photo_reset, ...t.photoReset, note: why.note };
  }
}

function noRight(
  reason: NoRightReason,
  t: Words["enrolment"]["noRight"],
  locales: string[],
): Pick<Situation, "icon" | "title" | "what" | "now" | "code"> {
  switch (reason.kind) {
    case "not_started":
      return { icon: "calendar", code: codes[reason.kind], ...t.notStarted, what: t.notStarted.what(longDate(locales, reason.from)) };
    case "ended":
      return { icon: "clock", code: codes[reason.kind], ...t.ended, what: t.ended.what(longDate(locales, reason.on)) };
    case "interrupted":
      return { icon: "clock", code: codes[reason.kind], ...t.interrupted, what: t.interrupted.what(longDate(locales, reason.on)) };
    case "guest":
      return { icon: "school", code: codes[reason.kind], ...t.guest };
    case "category_not_covered":
      return { icon: "school", code: codes[reason.kind], ...t.categoryNotCovered };
    case "contract_type_unknown":
      return { icon: "file", code: codes[reason.kind], ...t.contractTypeUnknown };
  }
}

/** The school, or the training office, keeps the library codes; else whoever is known. */
export function libraryKeepers(contacts: Contact[]): Contact[] {
  const keepers = contacts.filter((contact) => contact.role === "school" || contact.role === "training_office");
  return keepers.length > 0 ? keepers : contacts;
}
