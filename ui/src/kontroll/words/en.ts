// English.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "Check a card",
  lead: "See whether a pupil's, apprentice's or training candidate's card is good right now.",
  demo: "This is a demo. Cards from here give no rights.",
  scan: "Scan a code",
  hint: "Hold the control code in front of the camera",
  photoTitle: "Scan the photo code",
  photoHint: "Ask for the photo code, and hold it in front of the camera",
  checking: "Checking …",
  listsFresh: "Ready to check",
  listsOld: "The lists are too old",
  listsAge: (age: string) => `The block list was made ${age}.`,
  listsNone: "The block list has not been fetched.",
  updateFailed: "New lists could not be fetched now.",
  worksOffline: "The page works offline too.",
  fetch: "Fetch new lists",
  fetching: "Fetching lists …",
  ownCamera: "You can also use your phone's own camera app: a code that is a link opens this page with the answer.",
  privacy: "The check is made on this device. Nothing about the person is sent or stored.",
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
