// A moment as people say it: "i dag kl. 07:12", "i morgen kl. 03:00", "22. nov. 2026 kl. 04:37".
import { clockTime, daysFromToday, shortDate } from "./format";
import { i18n } from "./i18n/index.svelte";

export function when(moment: string): string {
  const t = i18n.t.home;
  const time = clockTime(i18n.locales, moment);
  switch (daysFromToday(moment)) {
    case 0:
      return t.today(time);
    case -1:
      return t.yesterday(time);
    case 1:
      return t.tomorrow(time);
    default:
      return t.at(shortDate(i18n.locales, moment), time);
  }
}
