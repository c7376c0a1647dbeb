// English: what the links into help are called.
import type { LinkWords } from "./nb";

export const en: LinkWords = {
  generic: "Help with this",
  toHelp: "Help",
  toDisclosed: "What do others see?",
  toWrongData: "Something wrong on the card?",
  toWrongDataNow: "Choose what is wrong",
  toPhones: "New or lost phone?",
  toMinid: "Getting a MinID",
  ask: {
    forgot_password: "Forgotten your password?",
    not_registered: "When will I be included?",
    record_incomplete: "Who fills in what is missing?",
    school_not_enabled: "What can I do until then?",
    blocked: "For how long, and can I appeal?",
    photo_locked: "Who can unlock my photo?",
    library_not_scanning: "Not scanning?",
    library_missing: "Why don't I have a code?",
    library_wrong: "Wrong code?",
    check_how: "How do I check a card?",
    clock: "How do I set the clock?",
    signed_out: "Why am I logged out?",
  },
};
