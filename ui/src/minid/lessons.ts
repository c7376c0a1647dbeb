// When a lesson should be, as a sentence.
import { i18n } from "../lib/i18n/index.svelte";
import type { Span } from "./bindings";
import { addDays, today, weekday } from "./dates";
import { words } from "./words/index.svelte";

/** 0 is Sunday. */
const dayOfWeek = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();

/** No lesson is in a weekend; a span that is nothing else stays as it is. */
function schoolDays(span: Span): Span {
  const from = addDays(span.from, { 6: 2, 0: 1 }[dayOfWeek(span.from)] ?? 0);
  const until = addDays(span.until, { 6: -1, 0: -2 }[dayOfWeek(span.until)] ?? 0);
  return from <= until ? { from, until } : span;
}

/** When all of it is over, the sooner the better. */
export function lessonDays(span: Span): string {
  const t = words.t.classroom;
  if (span.until < today()) return t.lateDay;
  const { from, until } = schoolDays(span);
  if (from === until) return t.onDay(weekday(i18n.locales, from));
  return t.between(weekday(i18n.locales, from), weekday(i18n.locales, until));
}
