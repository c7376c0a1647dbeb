// What a checker sees of a card, for each purpose: the same as the issuer puts into the code (InPersonClaims::of in
// crates/county-api). It is drawn by the checker's own component.
import type { CardView, CheckedCard, Profile } from "../lib/bindings";

export type Shown = Profile | "photo";

/** What is left out, as names of words. */
export type Thing = "surname" | "name" | "birth_date" | "institution" | "class" | "student_number" | "programme" | "library";

const nothing: Omit<CheckedCard, "profile"> = {
  full_name: null, given_name: null, birth_date: null, card_type: null, institution: null, class: null, student_number: null,
  semester: null, valid_until: null, age_over_16: null, age_over_18: null, age_over_20: null, portrait: null,
};

/** Whether someone has turned so many years on that day; both as `YYYY-MM-DD`. Born on 29 February, one turns on 1 March. */
export function isOver(birthDate: string, years: number, on: string): boolean {
  const reached = `${String(Number(birthDate.slice(0, 4)) + years).padStart(4, "0")}${birthDate.slice(4)}`;
  return on >= reached;
}

/** The card as the code of this purpose says it. `today` is the day in Norway, as `YYYY-MM-DD`. */
export function checkedCard(card: CardView, profile: Profile, today: string): CheckedCard {
  const full_name = `${card.given_name} ${card.family_name}`.trim();
  const semester = `${card.semester.year}-${card.semester.season === "autumn" ? "H" : "V"}`;
  const base = { ...nothing, profile };
  const { birth_date, institution, card_type, valid_until, student_number } = card;
  switch (profile) {
    case "exam":
      return { ...base, full_name, birth_date, institution, card_type, class: card.class, student_number, valid_until };
    case "travel":
      return { ...base, full_name, birth_date, institution, card_type, semester, valid_until };
    case "discount":
      return { ...base, given_name: card.given_name.split(/\s+/).find((part) => part !== "") ?? full_name, card_type, semester, valid_until };
    case "age":
      return { ...base, age_over_16: isOver(birth_date, 16, today), age_over_18: isOver(birth_date, 18, today), age_over_20: isOver(birth_date, 20, today) };
  }
}

/** What this code does not say although the card has it. */
export const unseen: Record<Shown, Thing[]> = {
  exam: ["programme", "library"],
  travel: ["class", "student_number", "programme", "library"],
  discount: ["surname", "birth_date", "institution", "class", "student_number", "programme", "library"],
  age: ["name", "birth_date", "institution", "class", "student_number", "programme", "library"],
  photo: ["name", "birth_date", "institution", "class", "student_number", "programme", "library"],
};

/** The codes that are tied to the photo. */
export const hasFingerprint = (shown: Shown) => shown === "exam" || shown === "travel";

/** The day in Norway at this moment, as `YYYY-MM-DD`. */
export const norwegianDay = (now: Date): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Oslo" }).format(now);
