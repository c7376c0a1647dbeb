// English.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "Check a card",
  lead: "See whether a pupil's, apprentice's or training candidate's card is good right now.",
  demo: "This is a demo. Cards from here give no rights.",
  scan: "Scan a code",
  photoTitle: "Scan the photo code",
  checking: "Checking …",
  listsFresh: "Ready to check",
  listsOld: "The lists are too old",
  offline: "Works offline. The scanner comes along once you have used it.",
  fetch: "Fetch new lists",
  fetching: "Fetching lists …",
  ownCamera: (host: string) =>
    `If you only have your phone's camera app, ask for the code as a link. It opens this page with the answer: see that the address is ${host}. The link stays in the browser's own history.`,
  privacy: "The check is made on this device. The page sends and stores nothing about the person.",
  clock: (off: string) => `This device's clock is off by ${off} or more. Switch on automatic time.`,
  stuck: {
    title: "The lists are missing",
    what: "To check, the page needs lists from the county, and they could not be fetched now.",
    now: "Go online and try again. After that the page works offline.",
    again: "Try again",
  },
  broken: {
    title: "The check did not start",
    what: "The page has not loaded completely, or the browser is too old.",
    now: "Reload the page. If that does not help, update the browser.",
    again: "Reload the page",
  },
};
