// Bokmål: the words of the page alone. What it shares with the app is in ../../lib/i18n.
export const nb = {
  title: "Kontroller et bevis",
  lead: "Se om et elevbevis, lærlingbevis eller lærekandidatbevis gjelder akkurat nå.",
  demo: "Dette er en demo. Bevis herfra gir ingen rettigheter.",
  scan: "Skann en kode",
  photoTitle: "Skann bildekoden",
  checking: "Kontrollerer …",
  listsFresh: "Klar til å kontrollere",
  listsOld: "Listene er for gamle",
  offline: "Virker uten nett. Skanneren følger med når du har brukt den én gang.",
  fetch: "Hent nye lister",
  fetching: "Henter lister …",
  ownCamera: (host: string) =>
    `Har du bare kamera-appen på telefonen, be om koden som lenke. Den åpner denne siden med svaret: Se at adressen er ${host}. Lenken blir liggende i nettleserens egen logg.`,
  privacy: "Kontrollen skjer på denne enheten. Siden sender og lagrer ingenting om personen.",
  clock: (off: string) => `Klokka på denne enheten går minst ${off} feil. Slå på automatisk tid.`,
  stuck: {
    title: "Listene mangler",
    what: "For å kontrollere må siden ha lister fra fylkeskommunen, og de lot seg ikke hente nå.",
    now: "Koble til nett og prøv igjen. Etterpå virker siden uten nett.",
    again: "Prøv igjen",
  },
  broken: {
    title: "Kontrollen kom ikke i gang",
    what: "Siden er ikke helt lastet, eller nettleseren er for gammel.",
    now: "Last siden på nytt. Hjelper ikke det, oppdater nettleseren.",
    again: "Last siden på nytt",
  },
};

export type PageWords = typeof nb;
