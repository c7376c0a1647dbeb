// What to say of a picture that was taken already: some live hints make no sense then.
import type { Rule } from "./bindings";
import type { Words } from "./i18n/nb";

export const remarkOn = (rule: Rule, words: Words): string => {
  const stills: Partial<Record<Rule, string>> = words.stills;
  return stills[rule] ?? words.rules[rule];
};
