// Finds answers by what people type: without accents and capitals, by the beginnings of words, by other words for the same
// thing in any of the languages, and past one slip of the finger.

/** What one may search in. */
export interface Searched<Id> {
  id: Id;
  question: string;
  /** Other words for it. */
  synonyms: string;
  answer: string;
}

/** More than this nobody types to ask something. */
export const MAX_QUERY = 120;

/** "Blå", "bla", "blaa": one. The same is done to both sides, so what falls together does no harm. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[\u00ad]/g, "")
    .replace(/[øđŋŧæß]/g, (letter) => ({ ø: "o", đ: "d", ŋ: "n", ŧ: "t", æ: "a", ß: "ss" })[letter] ?? letter)
    .replace(/aa|ae/g, "a")
    .replace(/oe/g, "o");
}

const split = (text: string) => fold(text.replace(/(\p{L})[’'](\p{L})/gu, "$1$2")).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words that say nothing of what it is about. */
const idle = new Set(
  split(
    "jeg eg du vi de meg deg min mi mitt mine min det den dette er var har hadde kan får fikk vil skal må ikke ikkje og i på til av for fra frå med om at en ein et eit ei hva kva hvor kor hvorfor kvifor hvordan korleis hvem kven når som noe noko nå no " +
      "i you we they me my mine your it the a an is are was have has had can cannot cant could will do does did dont not and in on to of for from with if at what where why how who whom when which that this there",
  ),
);

/** At most one letter too many, too few or another. */
function isSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return Math.max(one.length, other.length) - start - end <= 1;
}

/** How well a typed word fits a written one: 0 not at all. */
function fits(typed: string, written: string): number {
  if (typed === written) return 6;
  if (written.startsWith(typed) && typed.length >= 2) return 5;
  // "passordet" where "passord" is written; "feidepassord", "bibliotekkoden".
  if (written.length >= 4 && typed.startsWith(written)) return 4;
  if (written.length >= 5 && typed.includes(written)) return 3;
  if (typed.length >= 5 && written.includes(typed)) return 3;
  if (typed.length >= 5 && (isSlip(typed, written) || isSlip(typed, written.slice(0, typed.length)))) return 2;
  return 0;
}

const best = (typed: string, words: string[]) => words.reduce((found, word) => Math.max(found, fits(typed, word)), 0);

/** The answers, the most fitting first. All of what was typed has to fit; if nothing does, as much of it as possible. */
export function search<Id>(searched: Searched<Id>[], query: string): Id[] {
  const all = split(query.slice(0, MAX_QUERY));
  const telling = all.filter((word) => !idle.has(word));
  const typed = [...new Set(telling.length > 0 ? telling : all)];
  if (typed.length === 0) return [];
  const scored = searched.map(({ id, question, synonyms, answer }) => {
    const [asked, other, said] = [split(question), split(synonyms), split(answer)];
    const points = typed.map((word) => Math.max(2 * best(word, asked), 2 * best(word, other), best(word, said)));
    return { id, hits: points.filter((each) => each > 0).length, points: points.reduce((sum, each) => sum + each, 0) };
  });
  const most = Math.max(0, ...scored.map(({ hits }) => hits));
  // Half of what was typed is the least that says anything.
  if (most === 0 || 2 * most < typed.length) return [];
  return scored
    .filter(({ hits }) => hits === most)
    .sort((one, other) => other.points - one.points)
    .map(({ id }) => id);
}
