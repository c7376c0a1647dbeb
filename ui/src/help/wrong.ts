// Something on a card is wrong: which details there are, who mends each, and a message that names it and nothing else.
import type { CardType, CardView, Contact } from "../lib/bindings";
import { contactsFor, isApprentice } from "./contacts";
import type { Ask } from "./topics";
import type { PageWords } from "./words/nb";

export type Field =
  | "name" | "birth_date" | "institution" | "company" | "class" | "programme" | "student_number" | "period" | "card_type" | "photo" | "library_code";

const all: Field[] = ["name", "birth_date", "institution", "company", "class", "programme", "student_number", "period", "card_type", "photo", "library_code"];

export const fieldNamed = (name: string | null): Field | null => all.find((field) => field === name) ?? null;

/** What may be wrong on a card of this type, in the order in which it stands there. */
export function fieldsOf(type: CardType): Field[] {
  return isApprentice(type)
    ? ["name", "birth_date", "company", "programme", "period", "card_type", "photo"]
    : ["name", "birth_date", "institution", "class", "programme", "student_number", "period", "card_type", "photo"];
}

export const askAbout = (field: Field): Ask => (field === "photo" ? "photo" : field === "library_code" ? "library" : "records");

/** Who mends it. */
export const mendersOf = (field: Field, contacts: Contact[], type: CardType | null): Contact[] => contactsFor(askAbout(field), contacts, type);

/** Why the app cannot change it. */
export function whyOf(field: Field, type: CardType | null, t: PageWords["wrong"]): string {
  const training = type !== null && isApprentice(type);
  if (field === "library_code") return t.whyLibrary;
  if (field === "photo") return training ? t.whyPhotoApprentice : t.whyPhotoPupil;
  if (type === null) return t.whyUnknown;
  return training ? t.whyApprentice : t.whyPupil;
}

export interface Message {
  subject: string;
  body: string;
}

/** Names the detail. What it says now, and who writes, is for the person to add: an e-mail passes many hands. */
export function messageAbout(field: Field, t: PageWords["wrong"]): Message {
  const subject = t.subject(t.fields[field].toLowerCase());
  if (field === "photo") return { subject, body: t.bodyPhoto };
  if (field === "library_code") return { subject, body: t.bodyLibrary };
  return { subject, body: t.body(t.fields[field].toLowerCase()) };
}

/** RFC 6068: lines end in CR LF, and everything that is not plain is percent-encoded. */
export function mailto(address: string, { subject, body }: Message): string {
  const encoded = (text: string) => encodeURIComponent(text.replace(/\r?\n/g, "\r\n"));
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}?subject=${encoded(subject)}&body=${encoded(body)}`;
}

/** Where the card says something about it; null where it shows nothing, undefined where it is no text. */
export function shownOn(card: CardView, field: Field): string | null | undefined {
  switch (field) {
    case "name":
      return `${card.given_name} ${card.family_name}`.trim();
    case "birth_date":
      return card.birth_date;
    case "institution":
    case "company":
      return card.institution;
    case "class":
      return card.class;
    case "programme":
      return card.programme;
    case "student_number":
      return card.student_number;
    case "period":
    case "card_type":
    case "photo":
    case "library_code":
      return undefined;
  }
}
