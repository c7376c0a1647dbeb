// Before a login ends, the page says so, and can renew it. What was typed is kept by the browser until it can be sent, and
// by nobody else: it goes when it has been sent, when somebody logs out, and when the window is closed.

const main = document.querySelector<HTMLElement>("main");
const dialog = document.querySelector<HTMLDialogElement>("#ending");

/** So long before the end it asks, seconds. */
const WARN = 300;
/** Typing renews this seldom, seconds. */
const SELDOM = 300;

const KEY = "kept";
interface Kept {
  /** Whose it is. */
  who: string;
  path: string;
  /** By the form's action: names and values, in their order. */
  forms: [string, [string, string][]][];
  /** It was sent, and nobody knows yet whether it was taken. */
  sent: boolean;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const HELD = new Set(["text", "search", "tel", "email", "url", "date", "time", "number", "checkbox", "radio"]);
const isTicked = (field: Field): field is HTMLInputElement => field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type);

/** Not `form.action`: that is a field of this name, where there is one. */
const leadsTo = (form: HTMLFormElement) => form.getAttribute("action") ?? "";

/** What people fill in: never a token, nor what a form says of the page it stands on. */
const fieldsOf = (form: HTMLFormElement) =>
  [...form.elements].filter(
    (field): field is Field =>
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement ||
      (field instanceof HTMLInputElement && HELD.has(field.type)),
  );

const isAsWas = (field: Field) =>
  field instanceof HTMLSelectElement
    ? [...field.options].every((option) => option.selected === option.defaultSelected) || field.selectedIndex === 0
    : isTicked(field)
      ? field.checked === field.defaultChecked
      : field.value === field.defaultValue;

const valuesOf = (form: HTMLFormElement) =>
  fieldsOf(form)
    .filter((field) => field.name && (!isTicked(field) || field.checked))
    .map((field): [string, string] => [field.name, field.value]);

const read = (): Kept | undefined => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
};
const forget = () => sessionStorage.removeItem(KEY);
const keep = (forms: HTMLFormElement[], sent: boolean) => {
  if (!main?.dataset.who || forms.length === 0) return;
  const kept: Kept = {
    who: main.dataset.who,
    path: location.pathname,
    forms: forms.map((form) => [leadsTo(form), valuesOf(form)]),
    sent,
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing is no worse off than before.
  }
};

const putBack = (kept: Kept) => {
  let found = false;
  for (const [action, values] of kept.forms) {
    const form = [...document.forms].find((form) => leadsTo(form) === action);
    if (!form) continue;
    const left = [...values];
    for (const field of fieldsOf(form)) {
      const at = left.findIndex(([name, value]) => name === field.name && (!isTicked(field) || value === field.value));
      const value = at < 0 ? undefined : left.splice(at, 1)[0]?.[1];
      if (isTicked(field)) field.checked = value !== undefined;
      else if (value !== undefined) field.value = value;
    }
    const details = form.closest("details");
    if (details) details.open = true;
    found = true;
  }
  if (!found) return;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  main?.prepend(said);
  // What is written into a region that is there already is read out.
  setTimeout(() => (said.textContent = main?.dataset.putBack ?? ""), 100);
};

const kept = read();
if (kept) {
  const problem = document.querySelector<HTMLElement>("#kept");
  if (problem) {
    problem.hidden = false;
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept, sent: false }));
  } else if (kept.sent || (main?.dataset.who && main.dataset.who !== kept.who)) {
    // It was taken, or is another's.
    forget();
  } else if (kept.path === location.pathname && main?.dataset.who) {
    forget();
    putBack(kept);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (leadsTo(form).endsWith("/logout")) forget();
  // What a script sends leaves the page as it is.
  else if (!form.hasAttribute("hx-post") && !form.hasAttribute("data-upload")) keep([form], true);
});

if (main?.dataset.idle && dialog) {
  const home = dialog.dataset.home ?? "";
  const stay = dialog.querySelector<HTMLButtonElement>("[data-stay]");
  const logIn = dialog.querySelector<HTMLAnchorElement>("a");
  const title = dialog.querySelector("h2");
  const advice = dialog.querySelector("p");
  let renewed = Date.now();
  let idle = 0;
  let atMost = 0;
  const take = ([forIdle = 0, most = 0]: number[]) => {
    idle = Date.now() + forIdle * 1_000;
    atMost = Date.now() + most * 1_000;
  };
  take([Number(main.dataset.idle), Number(main.dataset.atMost)]);
  const left = (end: number) => (end - Date.now()) / 1_000;

  /** How long there is still; `use`: somebody is here. False when the login is over, none when nobody answers. */
  const ask = async (use: boolean): Promise<boolean | undefined> => {
    const headers: HeadersInit = use ? {} : { "hx-request": "true" };
    const answer = await fetch(`${home}/stay`, { headers, redirect: "manual" }).catch(() => undefined);
    if (!answer || answer.status === 429 || answer.status >= 500) return undefined;
    // Else it is the way to log in.
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return false;
    take(await answer.json());
    return true;
  };

  const show = (heading: string | undefined, text: string | undefined, canStay: boolean) => {
    if (!title || !advice || !stay || !logIn) return;
    if (heading) title.textContent = heading;
    if (text) advice.textContent = text;
    stay.hidden = !canStay;
    logIn.hidden = canStay;
    if (!dialog.open) dialog.showModal();
    (canStay ? stay : logIn).focus();
  };
  const over = () => show(dialog.dataset.ended, dialog.dataset.endedAdvice, false);

  let said: "" | "idle" | "for good" | "over" = "";
  const look = async () => {
    if (said === "over" || (Math.min(left(idle), left(atMost)) > WARN && said === "")) return;
    // Another window may have renewed it.
    const is = await ask(false);
    if (is === false || Math.min(left(idle), left(atMost)) <= 0) {
      said = "over";
      over();
    } else if (left(atMost) <= WARN) {
      if (said !== "for good") show(undefined, dialog.dataset.forGood, false);
      said = "for good";
    } else if (left(idle) <= WARN) {
      if (said !== "idle") show(undefined, undefined, true);
      said = "idle";
    } else if (said === "idle") {
      said = "";
      dialog.close();
    }
  };
  setInterval(() => void look(), 15_000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void look();
  });

  stay?.addEventListener("click", async () => {
    const is = await ask(true);
    if (is === false) {
      said = "over";
      over();
    } else if (is) {
      said = "";
      dialog.close();
    }
  });
  dialog.addEventListener("cancel", () => {
    // Whoever closes the question is there.
    if (said === "idle") stay?.click();
  });
  logIn?.addEventListener("click", () => {
    const changed = [...document.forms].filter((form) => form.method === "post" && fieldsOf(form).some((field) => !isAsWas(field)));
    keep(changed, false);
    logIn.href = `${home}/login?${new URLSearchParams({ back: location.pathname })}`;
  });

  /** Who types is here, though no page is asked for. */
  document.addEventListener("input", () => {
    if (Date.now() - renewed < SELDOM * 1_000) return;
    renewed = Date.now();
    void ask(true);
  });
}
export {};
