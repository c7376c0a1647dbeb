// Days without a time, "2026-12-03", and how they are said.

/** Today in Norway, wherever the device thinks it is. */
export function today(): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: "Europe/Oslo", year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date());
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function said(locales: string[], day: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locales, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** "torsdag 3. desember" */
export const weekday = (locales: string[], day: string) => said(locales, day, { weekday: "long", day: "numeric", month: "long" });

/** "torsdag 3. desember 2026" */
export const weekdayWithYear = (locales: string[], day: string) =>
  said(locales, day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** "3. desember" */
export const dayAndMonth = (locales: string[], day: string) => said(locales, day, { day: "numeric", month: "long" });
