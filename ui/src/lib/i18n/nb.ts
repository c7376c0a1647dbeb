// Bokmål: the language the others are measured against.
import type { CardState, CardType, ContactRole, MissingField, ProblemKind, Profile, Reason } from "../bindings";

type ReasonKind = Reason["kind"];

/** What happened, and what to do now. Whom to ask is drawn beside it from the core's contacts. */
interface Explained {
  title: string;
  what: string;
  now: string;
}

const problems: Record<ProblemKind, Explained> = {
  login_cancelled: {
    title: "Innloggingen ble avbrutt",
    what: "Nettleseren ble lukket eller innloggingen avbrutt før den var ferdig.",
    now: "Trykk på «Logg inn med Feide» når du vil prøve igjen.",
  },
  feide_refused: {
    title: "Feide slapp deg ikke inn",
    what: "Det kan være feil passord, feil valgt skole, eller at skolen ikke har slått på tjenesten i Feide.",
    now: "Sjekk at du velger riktig fylke eller skole hos Feide, og prøv igjen.",
  },
  feide_unavailable: {
    title: "Feide svarer ikke",
    what: "Feide har problemer akkurat nå. Feilen ligger ikke hos deg.",
    now: "Vent litt og prøv igjen.",
  },
  login_expired: {
    title: "Innloggingen tok for lang tid",
    what: "Av sikkerhetsgrunner må innloggingen gjøres ferdig i løpet av noen minutter.",
    now: "Logg inn på nytt.",
  },
  login_mismatch: {
    title: "Innloggingen stemte ikke",
    what: "Svaret fra nettleseren hørte ikke til denne innloggingen. Derfor stoppet vi.",
    now: "Logg inn på nytt, og bruk nettleservinduet som åpner seg da.",
  },
  login_in_progress: {
    title: "Du er allerede i gang med å logge inn",
    what: "Et nettleservindu venter på deg.",
    now: "Fullfør der, eller avbryt og logg inn på nytt.",
  },
  no_network: {
    title: "Ingen nettforbindelse",
    what: "Appen får ikke kontakt med nettet.",
    now: "Slå på wifi eller mobildata og prøv igjen. Et bevis du allerede har hentet, virker uten nett.",
  },
  issuer_unavailable: {
    title: "Tjenesten svarer ikke",
    what: "Fylkeskommunens tjeneste har problemer akkurat nå. Feilen ligger ikke hos deg.",
    now: "Prøv igjen om litt. Et bevis du allerede har hentet, virker som før.",
  },
  issuer_refused: {
    title: "Tjenesten sa nei",
    what: "Fylkeskommunens tjeneste godtok ikke forespørselen.",
    now: "Prøv igjen. Skjer det flere ganger, ta kontakt og oppgi støttekoden.",
  },
  signed_out_by_issuer: {
    title: "Denne enheten er logget ut",
    what: "Det skjer når du tar i bruk en ny telefon, eller når noen har meldt denne som tapt.",
    now: "Logg inn med Feide igjen.",
  },
  blocked: {
    title: "Beviset er stanset",
    what: "Fylkeskommunen har stanset beviset ditt.",
    now: "Ta kontakt for å få vite hvorfor.",
  },
  photo_locked: {
    title: "Bildet er låst",
    what: "Bildet er allerede bekreftet og kan ikke byttes i appen.",
    now: "Er bildet feil, kan skolen åpne for et nytt.",
  },
  photo_changed: {
    title: "Bildet er byttet ut",
    what: "Det kom et nytt bilde mens du så på det gamle.",
    now: "Se på det nye bildet og svar på nytt.",
  },
  clock_wrong: {
    title: "Klokka går feil",
    what: "Klokka på enheten er så feil at vi ikke kan lage en kode som blir godtatt.",
    now: "Slå på automatisk dato og tid i innstillingene på enheten, og prøv igjen.",
  },
  card_expired: {
    title: "Beviset er utløpt",
    what: "Et utløpt bevis kan ikke vise kode.",
    now: "Koble til nett og oppdater, så henter appen et nytt bevis hvis du har rett til det.",
  },
  no_card: {
    title: "Det er ikke noe bevis her ennå",
    what: "Beviset er ikke hentet til denne enheten.",
    now: "Koble til nett og prøv igjen.",
  },
  store_damaged: {
    title: "Det lagrede kan ikke leses",
    what: "Filen som beviset ligger i, er ødelagt. Retten din til beviset er den samme.",
    now: "Begynn på nytt og logg inn med Feide, så hentes beviset igjen.",
  },
  store_newer: {
    title: "Appen må oppdateres",
    what: "Beviset ble lagret av en nyere utgave av appen, og denne utgaven kan ikke lese det.",
    now: "Installer den nyeste utgaven. Da er alt der som før.",
  },
  key_store_absent: {
    title: "Finner ikke nøkkellageret",
    what: "Enheten har ikke et sted der appen trygt kan lagre nøkkelen til beviset.",
    now: "Slå på nøkkelringen eller skjermlåsen på enheten, og prøv igjen.",
  },
  key_store_locked: {
    title: "Nøkkellageret er låst",
    what: "Appen får ikke lest nøkkelen til beviset før nøkkellageret er låst opp.",
    now: "Lås opp enheten eller nøkkelringen, og prøv igjen.",
  },
  key_missing: {
    title: "Nøkkelen til beviset er borte",
    what: "Det skjer når appen er flyttet til en ny enhet, eller nøkkellageret er tømt. Da kan ingen lese det lagrede beviset.",
    now: "Begynn på nytt og logg inn med Feide, så hentes beviset igjen.",
  },
  app_already_open: {
    title: "Appen er allerede åpen",
    what: "Lommebevis kjører i et annet vindu.",
    now: "Bruk det vinduet, eller lukk det og prøv igjen.",
  },
  county_setting: {
    title: "Appen er ikke satt opp riktig",
    what: "Opplysningene om fylkeskommunen mangler eller er feil. Feilen ligger ikke hos deg.",
    now: "Installer appen på nytt. Hjelper ikke det, oppgi støttekoden til fylkeskommunen.",
  },
  browser_not_opened: {
    title: "Fikk ikke åpnet nettleseren",
    what: "Innloggingen skjer i nettleseren, men den lot seg ikke åpne.",
    now: "Sjekk at enheten har en nettleser som er valgt som standard, og prøv igjen.",
  },
  checker_not_ready: {
    title: "Listene er ikke hentet ennå",
    what: "For å kontrollere må appen ha listen over utstedere fra fylkeskommunen.",
    now: "Koble til nett og trykk «Oppdater». Etterpå virker kontrollen uten nett.",
  },
  roster_unreadable: {
    title: "Dette er ikke en deltakerliste",
    what: "Filen er ikke en liste fra fylkeskommunen, eller den er skadet.",
    now: "Be om filen på nytt fra den som har laget listen.",
  },
  roster_not_trusted: {
    title: "Listen er ikke fra en kjent fylkeskommune",
    what: "Underskriften på filen stemmer ikke med noen utsteder som appen kjenner.",
    now: "Oppdater listene og prøv igjen. Hjelper ikke det, be om filen på nytt.",
  },
  roster_over: {
    title: "Eksamensdagen er over",
    what: "Listen gjaldt en dag som er forbi, og slike lister blir ikke tatt vare på.",
    now: "Be om listen for riktig dag.",
  },
  internal: {
    title: "Noe gikk galt",
    what: "Det skjedde en feil i appen. Det er ikke noe du har gjort.",
    now: "Prøv igjen. Skjer det flere ganger, ta kontakt og oppgi støttekoden.",
  },
};

const cardTypes: Record<CardType, string> = {
  elev: "Elevbevis",
  larling: "Lærling\u00adbevis",
  larekandidat: "Lære\u00adkandidat\u00adbevis",
};

const cardStates: Record<CardState, string> = {
  valid: "Gyldig",
  not_yet_valid: "Ikke gyldig ennå",
  needs_refresh: "Må oppdateres",
  expires_soon: "Går snart ut",
  expired: "Utløpt",
  suspended: "Midlertidig stanset",
  revoked: "Trukket tilbake",
  unknown: "Ukjent status",
};

const missingFields: Record<MissingField, string> = {
  name: "navn",
  birth_date: "fødselsdato",
  school: "skole",
  class: "klasse",
  programme: "utdanningsprogram",
  company: "bedrift",
  contract_period: "kontraktperiode",
};

const contactRoles: Record<ContactRole, string> = {
  school: "Skolen",
  training_office: "Opplæringskontoret",
  feide_help: "Hjelp med Feide",
  county: "Fylkeskommunen",
};

export const nb = {
  common: {
    appName: "Lommebevis",
    back: "Tilbake",
    close: "Lukk",
    cancel: "Avbryt",
    retry: "Prøv igjen",
    copy: "Kopier",
    copied: "Kopiert",
    notCopied: "Merk teksten og kopier den selv",
    opensElsewhere: "åpnes utenfor appen",
  },

  welcome: {
    greeting: "Elevbeviset i lomma",
    lead: "Elevbevis, lærlingbevis, lærekandidatbevis og bibliotekkort på ett sted. Det virker også uten nett.",
    logIn: "Logg inn med Feide",
    steps: ["Logg inn med Feide", "Bekreft bildet ditt", "Ferdig: beviset ligger i lomma"],
    forgotPassword: "Glemt Feide-passordet?",
    about: "Om appen",
    keptAside: "Det som var lagret her, kunne ikke leses og er lagt til side. Logg inn, så hentes beviset på nytt.",
    demo: "Dette er en demo med oppdiktede personer.",
  },

  signingIn: {
    title: "Fortsett i nettleseren",
    waiting: "Venter på at du logger inn …",
    lead: "Vi har åpnet Feide i nettleseren din. Når du har logget inn der, går appen videre av seg selv.",
    openAgain: "Åpne nettleseren på nytt",
    hint: "Ser du ikke nettleseren? Åpne den på nytt herfra.",
  },

  opening: "Åpner …",

  fetching: {
    title: "Henter beviset ditt",
    hello: (name: string) => `Hei, ${name}!`,
    lead: "Alt er på plass. Vi henter beviset og lagrer det trygt på enheten.",
    again: "Hent beviset",
  },

  photo: {
    title: "Er dette deg?",
    lead: "Bildet blir stående på beviset, så det må være deg og ligne.",
    alt: (name: string) => `Bildet som er registrert på ${name}`,
    notFetched: "Bildet kom ikke fram. Sjekk at du har nett, og prøv igjen.",
    source: {
      school_records: "Fra skolens register",
      photographer: "Fra skolefotografen",
      selfie: "Selfie",
      upload: "Lastet opp",
    },
    takenOn: (date: string) => `Tatt ${date}`,
    dateUnknown: "Ukjent dato",
    yes: "Dette er meg",
    no: "Dette er ikke meg",
    locks: "Når du svarer ja, låses bildet. Bare skolen eller fylkeskommunen kan åpne for et nytt.",
    rejectTitle: "Er det ikke deg på bildet?",
    rejectText: "Da bruker vi ikke bildet, og du må få lagt inn et nytt før du kan hente beviset.",
    rejectYes: "Nei, det er ikke meg",
    rejectNo: "Gå tilbake",
  },

  enrolment: {
    now: "Hva gjør du nå?",
    who: "Hvem kan hjelpe?",
    nextSync: (when: string) => `Listene oppdateres neste gang ${when}`,
    askedAt: (when: string) => `Sist sjekket ${when}`,
    missingFields,
    photoMissing: {
      title: "Vi mangler et bilde av deg",
      what: "Beviset må ha et portrettbilde, men det er ikke lagt inn noe for deg.",
      now: "Be om at bildet ditt blir lagt inn. Etter neste oppdatering kan du bekrefte det her.",
    },
    photoRejected: {
      title: "Da trenger vi et nytt bilde",
      what: "Du svarte at bildet ikke er av deg. Vi bruker det ikke.",
      now: "Be om at riktig bilde blir lagt inn. Etter neste oppdatering kan du bekrefte det her.",
    },
    notInRecords: {
      title: "Vi finner deg ikke ennå",
      what: "Innloggingen gikk bra, men du står ikke i fylkeskommunens liste over elever og lærlinger.",
      now: "Listen oppdateres hver natt. Er du ny, så prøv igjen i morgen. Finner vi deg fortsatt ikke, ta kontakt.",
    },
    recordIncomplete: {
      title: "Det mangler opplysninger om deg",
      what: (fields: string) => `Vi fant deg, men dette mangler i registeret: ${fields}.`,
      now: "Be om at det blir fylt inn. Etter neste oppdatering kan du hente beviset.",
    },
    schoolNotEnabled: {
      title: "Skolen din er ikke med ennå",
      what: (school: string) => `${school} har ikke tatt i bruk Lommebevis.`,
      now: "Spør skolen om når den blir med, og hvordan du får bevis så lenge.",
    },
    noRight: {
      notStarted: {
        title: "Litt for tidlig",
        what: (date: string) => `Skolegangen eller kontrakten din begynner ${date}.`,
        now: "Kom tilbake da. Du slipper å logge inn på nytt.",
      },
      ended: {
        title: "Perioden din er over",
        what: (date: string) => `Skolegangen eller kontrakten din ble avsluttet ${date}.`,
        now: "Skulle du fortsatt hatt bevis, ta kontakt.",
      },
      interrupted: {
        title: "Skolegangen er avbrutt",
        what: (date: string) => `I registeret står det at du sluttet ${date}.`,
        now: "Stemmer ikke det, ta kontakt.",
      },
      guest: {
        title: "Gjesteelever får ikke bevis her",
        what: "Du er registrert som gjesteelev. Skolen du egentlig hører til, gir deg beviset.",
        now: "Er du ikke gjesteelev, ta kontakt.",
      },
      categoryNotCovered: {
        title: "Elevkategorien din er ikke med",
        what: "Fylkeskommunen gir ikke digitalt bevis for den typen opplæring du er registrert med.",
        now: "Mener du at det er feil, ta kontakt.",
      },
      contractTypeUnknown: {
        title: "Vi kjenner ikke kontrakttypen din",
        what: "Du har en kontrakt, men registeret sier ikke om du er lærling eller lærekandidat.",
        now: "Be om at kontrakttypen blir rettet. Etter neste oppdatering kan du hente beviset.",
      },
    },
    blocked: {
      title: "Beviset ditt er stanset",
      what: (reason: string) => `Begrunnelse: ${reason}`,
      until: (date: string) => `Stansen gjelder til ${date}. Etter det kan du hente beviset igjen.`,
      openEnded: "Det er ikke satt noen sluttdato. Ta kontakt hvis du mener det er feil.",
    },
    libraryStill: "Bibliotekkortet kan du bruke likevel.",
    recheck: "Prøv igjen",
    call: "Ring",
    mail: "E-post",
    visit: "Nettside",
    noContactWays: "Ingen telefon eller e-post er oppgitt.",
  },

  card: {
    types: cardTypes,
    states: cardStates,
    stateDetail: {
      valid: (until: string) => `til ${until}`,
      not_yet_valid: (from: string) => `gjelder fra ${from}`,
      needs_refresh: "koble til nett",
      expires_soon: (until: string) => `siste dag er ${until}`,
      expired: (until: string) => `gjaldt til ${until}`,
      suspended: "ta kontakt med den som står under Hjelp",
      revoked: "beviset kan ikke brukes",
      unknown: "koble til nett for å finne ut",
    },
    born: (date: string) => `Født ${date}`,
    photoAlt: (name: string) => `Bilde av ${name}`,
    school: "Skole",
    company: "Bedrift",
    class: "Klasse",
    programme: "Program",
    studentNumber: "Elevnummer",
    period: "Gjelder",
    semester: { autumn: (year: number) => `Høst ${year}`, spring: (year: number) => `Vår ${year}` },
    demo: "DEMO",
    demoText: "Ikke et ekte bevis",
    label: (type: string, name: string) => `${type} for ${name}`,
  },

  home: {
    title: "Beviset ditt",
    menu: "Meny",
    showCode: "Vis koden",
    library: "Bibliotek",
    libraryLong: "Vis bibliotekkortet",
    validity: "Sjekk gyldighet",
    refresh: "Oppdater",
    refreshing: "Oppdaterer",
    chooseCard: "Velg bevis",
    updated: (when: string) => `Sist oppdatert ${when}`,
    neverUpdated: "Ikke oppdatert ennå",
    today: (time: string) => `i dag kl. ${time}`,
    yesterday: (time: string) => `i går kl. ${time}`,
    tomorrow: (time: string) => `i morgen kl. ${time}`,
    at: (date: string, time: string) => `${date} kl. ${time}`,
    notRefreshed: "Fikk ikke oppdatert nå. Beviset er det samme som før.",
    clockWarning: (off: string) => `Klokka på enheten går ${off} feil. Slå på automatisk tid, ellers kan koden bli avvist.`,
    noticeMore: "Les mer",
    noCards: "Det er ingen bevis på denne enheten.",
  },

  code: {
    title: "Kontrollkode",
    lead: "Vis koden til den som kontrollerer deg",
    alt: (name: string) => `QR-kode som beviser hvem ${name} er. Hold skjermen mot den som skanner.`,
    renewsIn: (seconds: number) => (seconds === 1 ? "Ny kode om 1 sekund" : `Ny kode om ${seconds} sekunder`),
    renews: (seconds: number) => `Koden fornyer seg selv hvert ${seconds}. sekund. Et skjermbilde slutter å virke.`,
    making: "Lager kode …",
    tip: "Leses den ikke? Skru lysstyrken helt opp og hold skjermen i ro.",
    failed: "Koden kan ikke vises",
  },

  library: {
    title: "Bibliotekkort",
    lead: "Vis eller skann koden på biblioteket",
    alt: (digits: string) => `Kode for bibliotekkortet, nummer ${digits}`,
    number: "Lånenummer",
    copyNumber: "Kopier nummeret",
    emptyTitle: "Ikke noe bibliotekkort ennå",
    empty: "Det er ikke registrert noen bibliotekkode på deg. Be om at den blir lagt inn, så kommer den hit ved neste oppdatering.",
  },

  validity: {
    title: "Sjekk gyldighet",
    checking: "Spør fylkeskommunen …",
    online: {
      valid: "Beviset er gyldig",
      suspended: "Beviset er midlertidig stanset",
      revoked: "Beviset er trukket tilbake",
      expired: "Beviset er utløpt",
    },
    answered: (county: string, time: string) => `${county} svarte kl. ${time}`,
    validUntil: (date: string) => `Gyldig til og med ${date}`,
    offlineTitle: "Fikk ikke svar nå",
    offlineLead: "Uten nett kan vi bare vise det vi visste sist. Beviset ditt blir ikke dårligere av det.",
    lastKnown: (state: string) => `Sist kjent: ${state}`,
    knownAge: (age: string) => `Hentet ${age}`,
    knownNever: "Aldri bekreftet fra denne enheten",
    proofTitle: "Koden er beviset",
    proof: "Det du ser her, er til deg selv. Den som skal være sikker, skanner koden din. Det virker også uten nett.",
    showCode: "Vis koden",
    again: "Sjekk en gang til",
  },

  scanner: {
    label: "Skanner",
    starting: "Starter kameraet …",
    lightOn: "Slå på lys",
    lightOff: "Slå av lys",
    choosePicture: "Bruk et bilde",
    noCodeInPicture: "Fant ingen kode i bildet. Ta et nytt bilde rett forfra, så nært at koden fyller det.",
    faults: {
      refused: {
        title: "Kameraet er ikke tillatt",
        now: "Gi tilgang til kameraet i innstillingene på enheten, og prøv igjen. Du kan også ta et bilde av koden og velge det her.",
      },
      absent: {
        title: "Fant ikke noe kamera",
        now: "Koble til et kamera og prøv igjen, eller velg et bilde av koden.",
      },
      busy: {
        title: "Kameraet er opptatt",
        now: "Lukk andre apper som bruker kameraet, og prøv igjen. Du kan også velge et bilde av koden.",
      },
      unsupported: {
        title: "Kameraet kan ikke brukes her",
        now: "Ta et bilde av koden med kamera-appen, og velg det her med en gang: koden skifter hele tiden.",
      },
      reader: {
        title: "Skanneren kom ikke i gang",
        now: "Prøv igjen. Hjelper ikke det, start på nytt.",
      },
    },
  },

  verdict: {
    next: "Neste",
    sound: "Lyd",
    scanPhoto: "Skann også bildekoden",
    photoOnly: "Bare bilde",
    photoOnlyNow: "Bildet er ekte, men sier ikke noe om beviset. Skann kontrollkoden til personen først.",
    compare: "Se at det er samme person som på bildet.",
    outcomes: {
      valid: { word: "Gyldig", line: "Koden er ekte, og beviset gjelder nå." },
      demo: { word: "Demo", line: "Dette er et prøvebevis. Det gir ingen rettigheter." },
      status_unknown: { word: "Usikkert", line: "Ingenting er galt med koden, men listene her er for gamle til å være sikker." },
      invalid: { word: "Ikke gyldig", line: "Ikke godta det slik det er nå." },
      unreadable: { word: "Ukjent kode", line: "Det er ikke sagt noe om personen." },
    },
    words: {
      not_our_code: "Ukjent kode",
      damaged_code: "Skadet kode",
      unknown_issuer: "Ukjent utsteder",
      bad_issuer_signature: "Ikke ekte",
      issuer_mismatch: "Ikke ekte",
      bad_holder_signature: "Ikke ekte",
      profile_mismatch: "Ikke ekte",
      photo_mismatch: "Feil bilde",
      wrong_audience: "Feil slags kode",
      revoked: "Trukket tilbake",
      suspended: "Sperret",
      card_expired: "Utløpt",
      wrong_challenge: "Feil svar",
      code_too_old: "Gammel kode",
      replayed: "Brukt kode",
      clock_differs: "Feil klokke",
      not_yet_valid: "Feil klokke",
      not_a_card: "Ukjent bevis",
      issuer_key_not_in_use: "Kan ikke bekreftes",
      token_expired: "Må oppdateres",
      unknown_status_value: "Ukjent status",
      not_in_status_list: "Ukjent status",
      trust_list_expired: "Usikkert",
      status_too_old: "Usikkert",
      status_unknown: "Usikkert",
      demo_issuer: "Demo",
    } satisfies Record<ReasonKind, string>,
    reasons: {
      not_our_code: { title: "Ikke en kontrollkode", now: "Be om koden under «Vis koden» i Lommebevis." },
      damaged_code: { title: "Koden kan ikke leses", now: "Vent på neste kode og skann på nytt." },
      unknown_issuer: { title: "Ingen kjent fylkeskommune har laget dette", now: "Oppdater listene og skann på nytt. Sier den det samme da, er beviset ikke ekte." },
      bad_issuer_signature: { title: "Opplysningene er endret", now: "Fylkeskommunen har ikke skrevet under på dette. Godta det ikke." },
      issuer_mismatch: { title: "Utsteder og nøkkel hører ikke sammen", now: "Fylkeskommunen har ikke skrevet under på dette. Godta det ikke." },
      bad_holder_signature: { title: "Koden er kopiert", now: "Den kommer ikke fra telefonen som beviset ble gitt til. Godta det ikke." },
      profile_mismatch: { title: "Koden er satt sammen av deler som ikke hører sammen", now: "Godta den ikke. Be om en ny kode rett fra appen." },
      photo_mismatch: { title: "Bildet hører ikke til dette beviset", now: "Be om bildekoden fra samme telefon, og skann begge på nytt." },
      wrong_audience: { title: "Koden er laget for noe annet", now: "Be om koden under «Vis koden» i Lommebevis." },
      revoked: { title: "Beviset er trukket tilbake for godt", now: "Slik er det også med en telefon som er meldt tapt. Eieren kan logge inn igjen i appen." },
      suspended: { title: "Beviset er sperret for tiden", now: "Skolen eller fylkeskommunen har sperret det. Eieren kan se hvorfor i appen." },
      card_expired: { title: (date: string) => `Siste dag var ${date}`, now: "Be eieren oppdatere appen, hvis det finnes et nyere bevis." },
      wrong_challenge: { title: "Koden svarer ikke på din kontrollkode", now: "Be personen skanne kontrollkoden din, og skann svaret." },
      code_too_old: { title: (age: string) => `Koden er ${age} gammel`, now: "Et skjermbilde, eller en skjerm som sto stille. Be om å se koden skifte i appen. Er alle koder gamle, gå over klokka her." },
      replayed: { title: (age: string) => `Samme kode ble skannet for ${age} siden`, now: "Vent på neste kode. Den kommer av seg selv innen 15 sekunder." },
      clock_differs: { title: (off: string) => `Klokkene går ${off} ulikt`, now: "Ingenting er galt med beviset. Slå på automatisk tid på begge enhetene, og skann på nytt." },
      not_yet_valid: { title: "Beviset ser ut til å være fra framtiden", now: "Mest trolig går klokka her for sent. Slå på automatisk tid, og skann på nytt." },
      not_a_card: { title: "Dette beviset kan ikke leses her", now: "Oppdater appen som kontrollerer." },
      issuer_key_not_in_use: { title: "Nøkkelen til fylkeskommunen er ikke i bruk nå", now: "Oppdater listene her, og be eieren oppdatere appen sin. Skann så på nytt." },
      token_expired: { title: "Telefonen har vært uten nett for lenge", now: "Be eieren koble til nett og oppdatere, og skann på nytt." },
      unknown_status_value: { title: "Sperrelisten sier noe som ikke kan leses her", now: "Oppdater appen som kontrollerer." },
      not_in_status_list: { title: "Beviset står ikke i sperrelisten", now: "Oppdater listene her, og skann på nytt." },
      trust_list_expired: { title: (age: string) => `Listen over utstedere gikk ut ${age}`, now: "Koble til nett og oppdater listene. Til da må du selv avgjøre." },
      status_too_old: { title: (age: string) => `Sperrelisten ble laget ${age}`, now: "Koble til nett og oppdater listene. Til da må du selv avgjøre." },
      status_unknown: { title: "Sperrelisten er ikke hentet", now: "Koble til nett og oppdater listene. Til da må du selv avgjøre." },
      demo_issuer: { title: "Fra en demo", now: "Oppdiktede personer. Gir ingen rettigheter." },
    },
    profiles: { exam: "Eksamen", travel: "Reise", discount: "Rabatt", age: "Alder" } satisfies Record<Profile, string>,
    claims: "Det koden viser",
    onlyClaimed: "Dette påstår koden. Ingen har bekreftet det.",
    kind: "Bevis",
    birthDate: "Fødselsdato",
    semester: "Semester",
    validUntil: "Gyldig til og med",
    over: (years: number) => `Over ${years} år`,
    notOver: (years: number) => `Ikke over ${years} år`,
    statusAge: (age: string) => `Sperrelisten ble laget ${age}.`,
    noStatusList: "Ingen sperreliste ble brukt.",
    checkedAt: (time: string) => `Kontrollert kl. ${time}.`,
  },

  stopped: {
    startAnew: "Begynn på nytt",
    startAnewTitle: "Begynne på nytt?",
    startAnewText: "Det som er lagret, legges til side på enheten, og du logger inn med Feide igjen. Retten til beviset mister du ikke.",
    startAnewYes: "Ja, begynn på nytt",
  },

  problems,
  supportCode: "Støttekode",
  contactRoles,

  menu: {
    title: "Meny",
    language: "Språk",
    help: "Hjelp",
    wrongData: "Feil i opplysningene?",
    wrongDataText: "Ingenting kan endres i appen. Den som fører registeret, retter feilen, og du ser det ved neste oppdatering.",
    about: "Om appen",
    aboutText: [
      "Lommebevis er fylkeskommunens digitale bevis for elever, lærlinger og lærekandidater. Alt det bygger på, er åpne standarder.",
      "Beviset ligger kryptert på denne enheten. Fødselsnummeret ditt er ikke i appen.",
      "Mønsteret på beviset er bare pynt. Det er koden som er beviset, og den kan kontrolleres uten nett.",
      "Om beviset gir rabatt eller blir godtatt som legitimasjon, bestemmer hver butikk, hvert busselskap og hver eksamen selv.",
    ],
    logOut: "Logg ut",
    logOutTitle: "Logge ut?",
    logOutText: "Da slettes beviset og bibliotekkortet fra denne enheten. Du kan hente dem igjen med Feide når du har nett.",
    logOutYes: "Ja, logg ut",
  },
};

export type Words = typeof nb;
