// Bokmål: the words of the page alone. What it shares with the app is in ../../lib/i18n.
export const nb = {
  title: "Kontroller et bevis",
  lead: "Se om et elevbevis, lærlingbevis eller lærekandidatbevis gjelder akkurat nå.",
  demo: "Dette er en demo. Bevis herfra gir ingen rettigheter.",
  scan: "Skann en kode",
  hint: "Hold kontrollkoden foran kameraet",
  photoTitle: "Skann bildekoden",
  photoHint: "Be om bildekoden, og hold den foran kameraet",
  checking: "Kontrollerer …",
  listsFresh: "Klar til å kontrollere",
  listsOld: "Listene er for gamle",
  listsAge: (age: string) => `Sperrelisten ble laget ${age}.`,
  listsNone: "Sperrelisten er ikke hentet.",
  updateFailed: "Nye lister kunne ikke hentes nå.",
  worksOffline: "Siden virker også uten nett.",
  fetch: "Hent nye lister",
  fetching: "Henter lister …",
  ownCamera: "Du kan også bruke kamera-appen på telefonen: En kode som er en lenke, åpner denne siden med svaret.",
  privacy: "Kontrollen skjer på denne enheten. Ingenting om personen blir sendt eller lagret.",
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
