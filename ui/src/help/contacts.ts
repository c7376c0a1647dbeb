// Whom to ask, out of the contacts that came with the card: by what it is about, and by whether one is a pupil or in training.
import type { AppState, CardType, CardView, Contact, ContactRole } from "../lib/bindings";
import { enrolmentOf } from "../lib/situation";
import { topicOfEnrolment } from "./links/ways";
import { topics, type Ask, type TopicId } from "./topics";

/** The best first. Whoever of them is known is asked; nobody is sent to the wrong door first. */
const pupil: Record<Ask, ContactRole[]> = {
  records: ["school", "county"],
  photo: ["photo", "school", "county"],
  library: ["library", "school", "county"],
  technical: ["technical", "feide_help", "school", "county"],
  feide: ["feide_help", "technical", "school", "county"],
  county: ["county", "school"],
};
/** No school unlocks the photo of an apprentice: that is the county's. */
const apprentice: Record<Ask, ContactRole[]> = {
  records: ["training_office", "county"],
  photo: ["county", "training_office"],
  library: ["library", "school", "training_office", "county"],
  technical: ["technical", "feide_help", "county", "training_office"],
  feide: ["feide_help", "technical", "county", "training_office"],
  county: ["county", "training_office"],
};

export const isApprentice = (type: CardType) => type !== "elev";

/** All contacts that the app has; none before the first login. */
export const known = (core: AppState): Contact[] => ("contacts" in core ? core.contacts : []);

/** Pupil or in training, as far as it is known. */
export function cardTypeOf(core: AppState, card: CardView | null): CardType | null {
  if (card) return card.card_type;
  const enrolment = enrolmentOf(core);
  if (!enrolment) return null;
  if ("holder" in enrolment) return enrolment.holder.card_type;
  // Whoever is in the records is sent to who keeps theirs. Of the others the county can only guess.
  if (enrolment.state === "not_in_records") return null;
  return enrolment.contact.role === "school" ? "elev" : enrolment.contact.role === "training_office" ? "larling" : null;
}

function first(contacts: Contact[], roles: ContactRole[]): Contact[] {
  for (const role of roles) {
    const found = contacts.filter((contact) => contact.role === role);
    if (found.length > 0) return found;
  }
  return [];
}

const isSame = (one: Contact, other: Contact) => one.role === other.role && one.name === other.name;
const unique = (contacts: Contact[]) => contacts.filter((contact, index) => contacts.findIndex((each) => isSame(each, contact)) === index);

/** Whom to ask about it. When it is not known which card it is for, those of both kinds. */
export function contactsFor(ask: Ask, contacts: Contact[], type: CardType | null): Contact[] {
  const found = type === null ? [...first(contacts, pupil[ask]), ...first(contacts, apprentice[ask])] : first(contacts, (isApprentice(type) ? apprentice : pupil)[ask]);
  return found.length > 0 ? unique(found) : contacts;
}

/** Whom to ask about a question. If it is the very thing that the reader waits for, the issuer has named who it is. */
export function contactsOfTopic(topic: TopicId, core: AppState, card: CardView | null): Contact[] {
  const enrolment = enrolmentOf(core);
  if (enrolment && "contact" in enrolment && topicOfEnrolment(enrolment) === topic) return [enrolment.contact];
  const all = known(core);
  // Who does not know whom to ask wants to see them all.
  if (topic === "who_to_ask") return all;
  // The county logs phones out; the ones nearer by can ask it to.
  if (topic === "lost_phone") return unique([...contactsFor("county", all, cardTypeOf(core, card)), ...contactsFor("records", all, cardTypeOf(core, card))]);
  return contactsFor(topics[topic].ask, all, cardTypeOf(core, card));
}
