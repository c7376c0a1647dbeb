// Dates, times and lists in the reader's language, by Intl.

/** A date without a time ("2026-12-31") is the same day everywhere; a moment is shown in the phone's own zone. */
function parse(value: string): { date: Date; timeZone: string | undefined } {
  return value.length === 10
    ? { date: new Date(`${value}T00:00:00Z`), timeZone: "UTC" }
    : { date: new Date(value), timeZone: undefined };
}

function format(locales: string[], value: string, options: Intl.DateTimeFormatOptions): string {
  const { date, timeZone } = parse(value);
  // The core never sends an unreadable date; if it did, the raw text says more than an empty card.
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(locales, { ...options, timeZone }).format(date);
}

export const longDate = (locales: string[], value: string) =>
  format(locales, value, { day: "numeric", month: "long", year: "numeric" });

export const shortDate = (locales: string[], value: string) =>
  format(locales, value, { day: "numeric", month: "short", year: "numeric" });

/** "1. aug.–31. des. 2026": what both dates share is said once. */
export function shortRange(locales: string[], from: string, until: string): string {
  const [start, end] = [parse(from), parse(until)];
  if (Number.isNaN(start.date.getTime()) || Number.isNaN(end.date.getTime())) return `${from} – ${until}`;
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric", timeZone: start.timeZone };
  return new Intl.DateTimeFormat(locales, options).formatRange(start.date, end.date);
}

export const clockTime = (locales: string[], value: string) =>
  format(locales, value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const clockTimeWithSeconds = (locales: string[], value: string) =>
  format(locales, value, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** Whole days from today to the moment, in the phone's own zone: 0 today, 1 tomorrow, -1 yesterday. */
export function daysFromToday(value: string, now: Date = new Date()): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(new Date(value)) - midnight(now)) / 86_400_000);
}

/** "for 3 timer siden", "3 hours ago". */
export function age(locales: string[], seconds: number): string {
  const relative = new Intl.RelativeTimeFormat(locales, { numeric: "always" });
  if (seconds < 3600) return relative.format(-Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), "hour");
  return relative.format(-Math.round(seconds / 86_400), "day");
}

/** A length of time: "40 sekunder", "2 minutter", "3 timer". */
export function duration(locales: string[], seconds: number): string {
  const [value, unit] =
    seconds < 90
      ? [seconds, "second"]
      : seconds < 5400
        ? [Math.round(seconds / 60), "minute"]
        : [Math.round(seconds / 3600), "hour"];
  return new Intl.NumberFormat(locales, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

export const list = (locales: string[], items: string[]) =>
  new Intl.ListFormat(locales, { type: "conjunction" }).format(items);

/** Some people have one name only, and then one of the two is empty. */
export const fullName = (person: { given_name: string; family_name: string }) =>
  [person.given_name, person.family_name].filter((part) => part.trim() !== "").join(" ");
