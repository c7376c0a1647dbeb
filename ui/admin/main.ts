// The pages work without script. This makes some of them quicker (htmx) and some of them kinder.
import "../src/styles/designsystemet.css";
import "../src/styles/theme.css";
import "./admin.css";
import "htmx.org";

/** What a form is about to do cannot be undone: it asks first. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form instanceof HTMLFormElement ? form.dataset.confirm : undefined;
  if (question && !window.confirm(question)) event.preventDefault();
});

/** A form that is sent twice does nothing twice. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !(event.target instanceof HTMLFormElement) || event.target.method !== "post") return;
  const form = event.target;
  // After the browser has read the form: a button that is off sends no value.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
});

/** Back in the browser brings the page as it was left, with its buttons off. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("button")) button.disabled = false;
});
