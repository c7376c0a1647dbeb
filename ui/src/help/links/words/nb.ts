// Bokmål: what the links into help are called, each after the question that the reader has there.
export const nb = {
  generic: "Hjelp med dette",
  toHelp: "Hjelp",
  toDisclosed: "Hva ser andre?",
  toWrongData: "Feil i opplysningene?",
  toWrongDataNow: "Velg hva som er feil",
  toPhones: "Ny eller mistet telefon?",
  toMinid: "MinID-hjelpen",
  ask: {
    forgot_password: "Glemt passordet?",
    not_registered: "Når kommer jeg med?",
    record_incomplete: "Hvem fyller inn det som mangler?",
    school_not_enabled: "Hva gjør jeg så lenge?",
    blocked: "Hvor lenge, og kan jeg klage?",
    photo_locked: "Hvem kan låse opp bildet?",
    library_not_scanning: "Skanner ikke?",
    library_missing: "Hvorfor har jeg ingen kode?",
    library_wrong: "Feil kode?",
    check_how: "Hvordan kontrollerer jeg?",
    clock: "Hvordan stiller jeg klokka?",
    signed_out: "Hvorfor er jeg logget ut?",
  },
};

export type LinkWords = typeof nb;
