/** A name without case and accents, so that "asa" finds "Åsa" and "cizma" finds "Čižma". */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[øđŋŧæß]/g, (letter) => ({ ø: "o", đ: "d", ŋ: "n", ŧ: "t", æ: "ae", ß: "ss" })[letter] ?? letter);

/** Every word that was typed begins some word of the name, in any order. */
export function matches(name: string, wanted: string): boolean {
  const words = plain(name).split(/[\s-]+/);
  return plain(wanted).split(/\s+/).every((part) => words.some((word) => word.startsWith(part)));
}
