// A stand-in for the core's rules of MinID-hjelpen, for the screens in the app. It counts days as crates/minid-guide
// does, and knows a few numbers by heart; that the rules are right is tested there, and on the page with the real ones.

/** Numbers of nobody, from the tests of the rules. */
export const numbers = { fnr: "13097248022", dNumber: "53097248016", mistyped: "13097248023", test: "10915596784" };

/** Runs in the page before its own scripts. */
export function minidCore({ kept, numbers }) {
  const add = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  // The tests' clock stands in Norway's winter.
  const today = () => new Date(Date.now() + 3_600_000).toISOString().slice(0, 10);
  const days = (from, until) => Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
  const min = (one, other) => (one < other ? one : other);
  const max = (one, other) => (one > other ? one : other);
  const facts = {
    post_days: 14, code_days: 60, register_by_day: 55, from_age_year: 13, intakes: [2027, 2028, 2029],
    order_url: "https://aktiveringsbrev.minid.no/order", minid_url: "https://www.norge.no/nb/minid",
    app_store_url: "https://apps.apple.com/no/iphone/search?term=MinID", play_store_url: "https://play.google.com/store/search?q=MinID&c=apps",
    support_phone: "800 30 300", support_email: "brukerstotte@digdir.no",
  };
  const met = {
    waiting: ["look_in_mailbox", "not_arrived", "register_soon", "last_day", "expired"],
    overdue: ["look_in_mailbox", "not_arrived", "register_soon", "last_day", "expired"],
    register: ["register_soon", "last_day", "expired"], hurry: ["register_soon", "last_day", "expired"], expired: [], done: [],
  };
  const core = { kept: { ordered_on: null, arrived: false, registered: false, counts: null, ...kept } };
  window.__minid = core;
  window.__computed = {
    minid_facts: () => facts,
    minid_check_number({ text }) {
      const digits = text.replace(/\s/g, "");
      if (/\D/.test(digits)) return { kind: "not_digits" };
      if (digits.length > 11) return { kind: "too_long" };
      if (digits.length < 11) return { kind: "incomplete", digits: digits.length };
      return { kind: { [numbers.fnr]: "fnr", [numbers.dNumber]: "d_number", [numbers.test]: "test_number" }[digits] ?? "mistyped" };
    },
    minid_pupil_plan({ orderedOn, arrived, registered }) {
      const gone = days(orderedOn, today());
      if (gone < 0) throw { kind: "internal", category: "bug", support_code: "LB-TEST-042" };
      const events = [[0, "ordered"], ...[4, 7, 10, 13].map((day) => [day, "look_in_mailbox"]), [14, "not_arrived"], ...[45, 53, 58].map((day) => [day, "register_soon"]), [60, "last_day"], [61, "expired"]]
        .map(([day, kind]) => ({ on: add(orderedOn, day), kind }));
      const phase = registered ? "done" : gone > 60 ? "expired" : arrived ? (gone >= 45 ? "hurry" : "register") : gone >= 14 ? "overdue" : "waiting";
      return {
        ordered_on: orderedOn, letter_by: add(orderedOn, 14), register_by: add(orderedOn, 55), code_until: add(orderedOn, 60), phase, days_left: 60 - gone,
        next: events.find((event) => event.on >= today() && met[phase].includes(event.kind)) ?? null, events,
      };
    },
    minid_class_plan({ intake, deadline }) {
      const first = `${intake}-0${deadline === "priority" ? 2 : 3}-01`;
      const weekend = { 6: 2, 0: 1 }[new Date(`${first}T00:00:00Z`).getUTCDay()] ?? 0;
      const on = add(first, weekend);
      const order = { from: add(on, -60), until: add(on, -14) };
      const tooLate = today() > order.until;
      const advised = { from: add(on, -56), until: add(on, -42) };
      const activity = tooLate ? advised : today() <= advised.until ? { from: max(today(), advised.from), until: advised.until } : { from: today(), until: order.until };
      return {
        intake, deadline, deadline_on: on, rolled: weekend > 0, order, order_activity: activity,
        register_activity: { from: min(add(activity.from, 15), on), until: min(add(activity.until, 20), on) }, too_late: tooLate,
      };
    },
    minid_pupil_calendar: ({ orderedOn, words }) => `BEGIN:VCALENDAR\r\nX-WR-CALNAME:${words.name}\r\nDTSTART;VALUE=DATE:${orderedOn.replaceAll("-", "")}\r\nSUMMARY:${words.last_day.title}\r\nEND:VCALENDAR\r\n`,
    minid_class_calendar: ({ intake, deadline, words }) => `BEGIN:VCALENDAR\r\nX-WR-CALNAME:${words.name}\r\nX-TEST:${intake} ${deadline}\r\nEND:VCALENDAR\r\n`,
    minid_kept: () => core.kept,
    minid_keep({ kept }) {
      core.kept = kept;
      return null;
    },
  };
}

/** Opens MinID-hjelpen, as any of the app's links to it does. */
export const openMinid = (page, screen = "minid") =>
  page.evaluate((name) => {
    const depth = (history.state?.depth ?? 0) + 1;
    history.pushState({ screen: name, about: null, depth }, "");
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  }, screen);
