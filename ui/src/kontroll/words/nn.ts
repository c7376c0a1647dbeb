// Nynorsk.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "Kontroller eit bevis",
  lead: "Sjå om eit elevbevis, lærlingbevis eller lærekandidatbevis gjeld akkurat no.",
  demo: "Dette er ein demo. Bevis herfrå gir ingen rettar.",
  scan: "Skann ein kode",
  photoTitle: "Skann biletkoden",
  checking: "Kontrollerer …",
  listsFresh: "Klar til å kontrollere",
  listsOld: "Listene er for gamle",
  offline: "Verkar utan nett. Skannaren følgjer med når du har brukt han éin gong.",
  fetch: "Hent nye lister",
  fetching: "Hentar lister …",
  ownCamera: (host: string) =>
    `Har du berre kamera-appen på telefonen, be om koden som lenkje. Ho opnar denne sida med svaret: Sjå at adressa er ${host}. Lenkja blir liggjande i nettlesaren sin eigen logg.`,
  privacy: "Kontrollen skjer på denne eininga. Sida sender og lagrar ingenting om personen.",
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
