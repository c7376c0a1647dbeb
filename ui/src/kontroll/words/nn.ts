// Nynorsk.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "Kontroller eit bevis",
  lead: "Sjå om eit elevbevis, lærlingbevis eller lærekandidatbevis gjeld akkurat no.",
  demo: "Dette er ein demo. Bevis herfrå gir ingen rettar.",
  scan: "Skann ein kode",
  hint: "Hald kontrollkoden framfor kameraet",
  photoTitle: "Skann biletkoden",
  photoHint: "Be om biletkoden, og hald han framfor kameraet",
  checking: "Kontrollerer …",
  listsFresh: "Klar til å kontrollere",
  listsOld: "Listene er for gamle",
  listsAge: (age: string) => `Sperrelista vart laga ${age}.`,
  listsNone: "Sperrelista er ikkje henta.",
  updateFailed: "Nye lister kunne ikkje hentast no.",
  worksOffline: "Sida verkar òg utan nett.",
  fetch: "Hent nye lister",
  fetching: "Hentar lister …",
  ownCamera: "Du kan òg bruke kamera-appen på telefonen: Ein kode som er ei lenkje, opnar denne sida med svaret.",
  privacy: "Kontrollen skjer på denne eininga. Ingenting om personen blir sendt eller lagra.",
  clock: (off: string) => `Klokka på denne eininga går minst ${off} feil. Slå på automatisk tid.`,
  stuck: {
    title: "Listene manglar",
    what: "For å kontrollere må sida ha lister frå fylkeskommunen, og dei lét seg ikkje hente no.",
    now: "Kople til nett og prøv igjen. Etterpå verkar sida utan nett.",
    again: "Prøv igjen",
  },
  broken: {
    title: "Kontrollen kom ikkje i gang",
    what: "Sida er ikkje heilt lasta, eller nettlesaren er for gammal.",
    now: "Last sida på nytt. Hjelper ikkje det, oppdater nettlesaren.",
    again: "Last sida på nytt",
  },
};
