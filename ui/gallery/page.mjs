// As much of Playwright's page as the scenes use, for a page that drives itself.

/** Milliseconds; long, because a busy machine is no fault of a scene. */
const PATIENCE = 60_000;

const visible = (element) => element.checkVisibility({ visibilityProperty: true });
/** What stands by itself is a word by itself, as browsers read it out. */
const words = (node) =>
  node.nodeType === Node.TEXT_NODE ? node.data : [...node.childNodes].map((each) => (each.nodeType === Node.ELEMENT_NODE && getComputedStyle(each).display !== "inline" ? ` ${words(each)} ` : words(each))).join("");
const text = (element) => words(element).replaceAll("\u00ad", "").replace(/\s+/g, " ").trim();
/** A name as browsers reckon it for what the scenes ask for: a label, else the words. */
const nameOf = (element) => (element.getAttribute("aria-label") ?? (element.labels?.[0] ? text(element.labels[0]) : text(element))).trim();
const fits = (words, wanted, exact) => (wanted instanceof RegExp ? wanted.test(words) : exact ? words === wanted : words.toLowerCase().includes(wanted.toLowerCase()));

const roles = { button: "button", radio: "input[type=radio]", link: "a[href]", tab: "[role=tab]", checkbox: "input[type=checkbox]", heading: "h1, h2, h3, h4" };

async function until(find, what) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 30));
  }
}

class Locator {
  constructor(find, what, pick = (all) => all[0]) {
    Object.assign(this, { find, what, pick });
  }
  first = () => new Locator(this.find, this.what, (all) => all[0]);
  last = () => new Locator(this.find, this.what, (all) => all.at(-1));
  nth = (index) => new Locator(this.find, this.what, (all) => all[index]);
  #seen = () => until(() => this.pick(this.find().filter(visible)), this.what);
  waitFor = async () => void (await this.#seen());
  click = async () => (await until(() => this.pick(this.find().filter((each) => visible(each) && !each.disabled)), this.what)).click();
  focus = async () => (await this.#seen()).focus();
  async fill(value) {
    const field = await this.#seen();
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  async setInputFiles({ name, mimeType, buffer }) {
    const field = await until(() => this.pick(this.find()), this.what);
    const files = new DataTransfer();
    files.items.add(new File([buffer], name, { type: mimeType }));
    field.files = files.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
/** The innermost elements with these words. */
function withText(wanted, exact) {
  const plain = (each) => each.textContent.replaceAll("\u00ad", "").replace(/\s+/g, " ").trim();
  const fitting = all("body *").filter((each) => !["SCRIPT", "STYLE"].includes(each.tagName) && fits(plain(each), wanted, exact));
  return fitting.filter((each) => !fitting.some((other) => other !== each && each.contains(other)));
}

export const page = {
  locator: (selector) => new Locator(() => all(selector), selector),
  getByRole: (role, { name, exact = false } = {}) =>
    new Locator(() => all(`${roles[role] ?? role}, [role=${role}]`).filter((each) => name === undefined || fits(nameOf(each), name, exact)), `${role} ${name}`),
  getByText: (wanted, { exact = false } = {}) => new Locator(() => withText(wanted, exact), String(wanted)),
  getByLabel: (wanted, { exact = false } = {}) => new Locator(() => all("input, select, textarea").filter((each) => fits(nameOf(each), wanted, exact)), String(wanted)),
  evaluate: async (run, given) => run(given),
  waitForFunction: async (holds) => void (await until(holds, "what the scene waits for")),
  waitForSelector: (selector) => page.locator(selector).waitFor(),
};

/** Until this is there, which may be out of sight. */
export const settled = (selector) => until(() => document.querySelector(selector), selector);
