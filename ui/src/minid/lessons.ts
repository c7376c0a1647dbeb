// When a lesson should be, as a sentence.
import { i18n } from "../lib/i18n/index.svelte";
import type { Span } from "./bindings";
import { today, weekday } from "./dates";
import { words } from "./words/index.svelte";

/** When all of it is over, the sooner the better. */
export function lessonDays(span: Span): string {
  const t = words.t.classroom;
  if (span.until < today()) return t.lateDay;
  if (span.from === span.until) return t.onDay(weekday(i18n.locales, span.from));
  return t.between(weekday(i18n.locales, span.from), weekday(i18n.locales, span.until));
}
