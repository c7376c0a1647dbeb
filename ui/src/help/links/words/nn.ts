// Nynorsk: what the links into help are called.
import type { LinkWords } from "./nb";

export const nn: LinkWords = {
  generic: "Hjelp med dette",
  toHelp: "Hjelp",
  toDisclosed: "Kva ser andre?",
  toWrongData: "Feil i opplysningane?",
  toWrongDataNow: "Vel kva som er feil",
  toPhones: "Ny eller mista telefon?",
  toMinid: "MinID-hjelpa",
  ask: {
    forgot_password: "Gløymt passordet?",
    not_registered: "Når kjem eg med?",
    record_incomplete: "Kven fyller inn det som manglar?",
    school_not_enabled: "Kva gjer eg så lenge?",
    blocked: "Kor lenge, og kan eg klage?",
    photo_locked: "Kven kan låse opp biletet?",
    library_not_scanning: "Skannar ikkje?",
    library_missing: "Kvifor har eg ingen kode?",
    library_wrong: "Feil kode?",
    check_how: "Korleis kontrollerer eg?",
    clock: "Korleis stiller eg klokka?",
    signed_out: "Kvifor er eg logga ut?",
  },
};
