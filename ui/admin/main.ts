// The pages work without script. This makes some of them quicker (htmx) and some of them kinder.
import "../src/styles/designsystemet.css";
import "../src/styles/theme.css";
import "./admin.css";
import "./forms.css";
import "./county.css";
import "./school.css";
import "htmx.org";
import "./photos.ts";
import "./session.ts";
import "./upload.ts";

/** What a form is about to do cannot be undone: it asks first. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form instanceof HTMLFormElement ? form.dataset.confirm : undefined;
  if (question && !window.confirm(question)) event.preventDefault();
});

/** A reason of blanks is none: the field says so as it does when it is empty. */
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement && field.required && !field.value.trim()) field.value = "";
});

const setOff = (form: HTMLFormElement, off: boolean) => {
  for (const button of form.querySelectorAll("button")) button.disabled = off;
};

/** A form that is sent twice does nothing twice. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !(event.target instanceof HTMLFormElement) || event.target.method !== "post") return;
  const form = event.target;
  // After the browser has read the form: a button that is off sends no value.
  setTimeout(() => setOff(form, true));
  // What is downloaded leaves the page as it was, and so may the network.
  setTimeout(() => setOff(form, false), 8_000);
});

/** Back in the browser brings the page as it was left, with its buttons off. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) setOff(form, false);
});

/** What did not come by script is said beside what was tried, which stays as it was. */
const trouble = document.querySelector<HTMLElement>("#trouble");
document.addEventListener("htmx:before:request", () => trouble?.replaceChildren());
const sayNotSent = () => {
  if (trouble?.dataset.notSent) trouble.textContent = trouble.dataset.notSent;
};
document.addEventListener("htmx:error", sayNotSent);
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx?: { response?: { status: number } } }>).detail;
  // Not every refusal is a page with words in it: too many requests, or one that took too long.
  if ((ctx?.response?.status ?? 0) >= 400 && !trouble?.textContent?.trim()) sayNotSent();
  const form = (event.target as Element | null)?.closest?.("form");
  if (form) setOff(form, false);
});
