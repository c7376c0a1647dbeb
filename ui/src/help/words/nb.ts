// Bokmål: the words of src/help. In `topics`, q is the question, a the answer, s what else people type when they mean it.
import type { Action, Group, Guide, TopicId } from "../topics";
import type { Field } from "../wrong";

interface Answered {
  q: string;
  a: string[];
  s: string;
}

const topics: Record<TopicId, Answered> = {
  what_it_is: {
    q: "Hva er Lommebevis?",
    a: [
      "Fylkeskommunens digitale bevis, samlet i én app: elevbevis for elever, lærlingbevis for lærlinger, lærekandidatbevis for lærekandidater, og bibliotekkortet ditt.",
      "Elever får beviset ut fra skolens register. Lærlinger og lærekandidater får det ut fra kontrakten sin.",
      "Bibliotekkortet er et eget kort. Det trenger ikke bilde, og det vises når skolen har registrert en bibliotekkode på deg.",
    ],
    s: "elevbevis lærlingbevis lærekandidatbevis bibliotekkort skolebevis studentbevis app hva er dette pocket id",
  },
  get_started: {
    q: "Hvordan kommer jeg i gang?",
    a: [
      "Last ned appen og logg inn med Feide, med samme brukernavn og passord som på skolen.",
      "Har skolen et bilde av deg, bekrefter du det. Har den ikke det, tar du et nytt her.",
      "Så er du ferdig: Beviset ligger på telefonen og virker også uten nett.",
    ],
    s: "laste ned installere starte begynne første gang logge inn hente bevis mangler bevis intet bevis",
  },
  when_ready: {
    q: "Når er beviset klart?",
    a: [
      "Elever kan hente det ved skolestart, så snart skolen har registrert deg. Lærlinger og lærekandidater kan hente det når kontrakten er godkjent.",
      "Bruker fylkeskommunen SMS, får du én melding når beviset er klart. Du kan logge inn og se etter når som helst, også uten en slik melding.",
      "Listene leses på nytt hver natt. Ble du registrert i dag, kan du prøve i morgen.",
    ],
    s: "sms melding klar skolestart vente kontrakt godkjent lærekontrakt opplæringskontrakt ikke fått",
  },
  where_used: {
    q: "Hvor kan jeg bruke beviset?",
    a: [
      "Som legitimasjon på eksamen, på buss og tog når du har elev- eller ungdomsbillett, og for å få studentrabatt.",
      "Hver butikk, hvert busselskap og hver eksamen bestemmer selv om de godtar det. Spør på forhånd hvis det er viktig, og ta med annen legitimasjon til eksamen.",
      "Vis koden, så kan de som kontrollerer, se at beviset er ekte.",
    ],
    s: "bussen buss tog trikk atb reise billett kontroll rabatt studentrabatt butikk kino eksamen legitimasjon godta gjelder",
  },
  forgot_password: {
    q: "Jeg har glemt Feide-passordet",
    a: [
      "Åpne passordsiden til fylkeskommunen og velg «glemt passord». Der lager du et nytt.",
      "Vent et minutt eller to, gå tilbake hit og logg inn med det nye passordet.",
      "Virker det fortsatt ikke, kan IKT-hjelpen på skolen sette et nytt passord for deg.",
    ],
    s: "passord feil brukernavn bytte passord nytt passord kommer ikke inn logge inn innlogging feide virker ikke",
  },
  login_refused: {
    q: "Feide slipper meg ikke inn",
    a: [
      "Sjekk at du velger riktig skole eller fylke hos Feide. Byttet du skole, er det den nye du skal velge.",
      "Prøv passordet ditt på passordsiden til fylkeskommunen. Er det feil, lager du et nytt der.",
      "Sier Feide at du ikke har tilgang til tjenesten, må skolen slå den på. Spør IKT-ansvarlig.",
    ],
    s: "feide avvist nekter tilgang feil skole valgt innlogging logge inn ikke tilgang",
  },
  login_stuck: {
    q: "Innloggingen stoppet eller ble avbrutt",
    a: [
      "Innloggingen skjer i nettleseren. Lukker du den, eller bruker du mer enn noen minutter, må du begynne på nytt. Du har ikke mistet noe.",
      "Bruk vinduet som appen åpner. En gammel fane eller en lagret lenke virker ikke.",
      "Åpner ikke nettleseren seg, må du velge en standardnettleser i innstillingene på enheten.",
    ],
    s: "nettleser henger laster avbrutt for lang tid safari chrome åpner ikke tilbake til appen",
  },
  signed_out: {
    q: "Hvorfor er jeg logget ut?",
    a: [
      "Beviset kan bare være på én telefon om gangen. Logger du inn på en ny, blir den gamle logget ut.",
      "Skolen eller fylkeskommunen kan også ha logget deg ut, fordi noen meldte telefonen tapt.",
      "Logg inn med Feide her, så blir dette telefonen din igjen. Vet du ikke hvem som logget inn et annet sted, bytt Feide-passordet.",
    ],
    s: "utlogget kastet ut annen enhet annen telefon tapt logget av",
  },
  not_registered: {
    q: "Jeg kom inn, men dere finner meg ikke",
    a: [
      "Da står du ikke i registeret ennå, eller du står der med for få opplysninger. Det er vanlig de første dagene etter skolestart.",
      "Registeret leses på nytt hver natt. Prøv igjen i morgen. Du trenger ikke logge inn på nytt.",
      "Finner vi deg fortsatt ikke, må skolen se etter at du er registrert. Lærlinger og lærekandidater spør opplæringskontoret.",
    ],
    s: "ikke registrert finner meg ikke ukjent ny elev skolen min bruker ikke skolestart ikke i listen i morgen",
  },
  record_incomplete: {
    q: "Det mangler opplysninger om meg",
    a: [
      "Beviset må ha navn, fødselsdato, skole eller bedrift og noen opplysninger til. Mangler én av dem i registeret, kan vi ikke lage beviset.",
      "Elever ber ekspedisjonen på skolen om å fylle inn. Lærlinger og lærekandidater spør opplæringskontoret.",
      "Det som blir fylt inn i dag, er her i morgen.",
    ],
    s: "mangler ufullstendig klasse fødselsdato program skole felt for lite opplysninger",
  },
  school_not_enabled: {
    q: "Skolen min bruker ikke Lommebevis",
    a: [
      "Står det at skolen din ikke er med, har den ikke tatt appen i bruk ennå. Det er fylkeskommunen og skolen som bestemmer når.",
      "Står det i stedet at vi ikke finner deg, er skolen med, men du er ikke registrert ennå. Da kan du prøve igjen i morgen.",
      "Spør skolen om hvordan du får bevis så lenge.",
    ],
    s: "skolen er ikke med benytter ikke pocket id tatt i bruk privatskole ikke slått på",
  },
  no_right: {
    q: "Det står at jeg ikke har rett til bevis nå",
    a: [
      "Beviset gjelder så lenge du er elev eller har kontrakt. Før den første dagen og etter den siste er det ikke noe bevis å hente.",
      "Gjesteelever får bevis fra skolen de egentlig hører til. Noen typer opplæring er ikke med i ordningen.",
      "Stemmer det ikke, er det registeret som må rettes. Be skolen eller opplæringskontoret se på det.",
    ],
    s: "ikke rett sluttet ferdig avbrutt gjesteelev privatist voksen ikke begynt kontrakttype perioden er over",
  },
  service_down: {
    q: "Tjenesten svarer ikke, eller sier nei",
    a: [
      "Da er det noe galt hos Feide eller fylkeskommunen, ikke hos deg. Vent litt og prøv igjen.",
      "Et bevis du allerede har hentet, virker som før. Vis koden som vanlig.",
      "Varer det lenge, eller sier tjenesten nei flere ganger, så ta kontakt og oppgi støttekoden.",
    ],
    s: "nede feil server feilmelding virker ikke problemer feide svarer ikke avvist",
  },
  changed_class: {
    q: "Jeg har byttet klasse eller skole, men det vises ikke",
    a: [
      "Appen viser det som står i registeret. Registeret leses hver natt, så en endring i dag vises i morgen.",
      "Trykk «Oppdater» i morgen. Er det fortsatt gammelt, er det ikke endret i registeret ennå.",
      "Da må skolen rette det. For lærlinger og lærekandidater er det opplæringskontoret.",
    ],
    s: "ny klasse bytte klasse feil klasse byttet skole bytte linje program gammel ikke oppdatert endret",
  },
  wrong_details: {
    q: "Det står noe feil på beviset",
    a: [
      "Ingenting kan endres i appen, fordi alt kommer fra registeret. Den som fører registeret, må rette det.",
      "Er du elev, er det skolen. Er du lærling eller lærekandidat, er det opplæringskontoret.",
      "Under «Feil i opplysningene?» velger du hva som er feil, og får en ferdig melding å sende. Rettelsen vises dagen etter.",
    ],
    s: "feil navn feil fødselsdato feil skole feil bedrift rette endre navn byttet navn skrivefeil opplysninger",
  },
  offline: {
    q: "Virker beviset uten nett?",
    a: [
      "Ja. Beviset, koden og bibliotekkortet ligger på telefonen og virker uten nett, både hos deg og hos den som kontrollerer.",
      "Koble til nett av og til, helst hver dag, så appen får oppdatert seg. Uten nett i mange dager må beviset oppdateres før koden godtas.",
      "For å logge inn og for å sende bilde må du ha nett. På skolens wifi må du kanskje logge på nettet først.",
    ],
    s: "internett wifi mobildata dekning offline uten nett ingen nettforbindelse flymodus ikke nett",
  },
  needs_refresh: {
    q: "Hvorfor må beviset oppdateres?",
    a: [
      "Appen oppdaterer beviset hver dag når den har nett. Har den ikke fått det på noen dager, kan ingen være sikre på at det fortsatt gjelder.",
      "Koble til nett og trykk «Oppdater». Ingenting blir borte av å oppdatere, heller ikke om det mislykkes.",
    ],
    s: "må oppdateres gammelt ukjent status oppdatere oppfriske laste på nytt sist oppdatert",
  },
  expired: {
    q: "Beviset går ut eller er utløpt",
    a: [
      "Beviset gjelder ett semester eller til kontrakten din er ferdig. Skal du fortsette, kommer det nye av seg selv når du oppdaterer.",
      "Kommer det ikke, er du ikke registrert for det nye semesteret ennå. Prøv igjen i morgen, og spør så den som fører registeret.",
    ],
    s: "utløpt gått ut dato forlenge fornye nytt semester siste dag ferie",
  },
  blocked: {
    q: "Beviset mitt er stanset",
    a: [
      "Fylkeskommunen eller skolen kan stanse et bevis, for eksempel hvis en annen har brukt det. Den som kontrollerer, ser det med en gang.",
      "I appen står begrunnelsen, hvor lenge stansen gjelder, og hvem du kan spørre. Etter den siste dagen blir beviset gyldig igjen når du oppdaterer.",
      "Mener du at det er feil, så klag til den som står nedenfor. Bibliotekkortet kan du vanligvis bruke likevel.",
    ],
    s: "blokkert sperret stanset misbruk klage anke begrunnelse hvor lenge suspendert midlertidig",
  },
  revoked: {
    q: "Beviset er trukket tilbake",
    a: [
      "Det skjer når du har logget inn på en ny telefon, når bildet ditt er låst opp, eller når telefonen er meldt tapt.",
      "Har du fortsatt rett til bevis, henter du et nytt: Oppdater. Hjelper ikke det, logg ut og inn igjen med Feide.",
    ],
    s: "trukket tilbake ugyldig slettet rødt kryss ikke gyldig lenger",
  },
  is_it_real: {
    q: "Hvordan ser andre at beviset er ekte?",
    a: [
      "De skanner koden din med Lommebevis eller med kameraet. Da sjekkes underskriften til fylkeskommunen på deres egen skjerm, så de trenger ikke stole på din.",
      "«Sjekk gyldighet» spør fylkeskommunen og viser svaret til deg. Det er nyttig for deg, men det er koden som er beviset.",
      "Mønsteret som beveger seg, er bare pynt.",
    ],
    s: "ekte falsk bevise gyldig gyldighet sjekk gyldighet kontrollfunksjon mønster grønn kontroll",
  },
  two_cards: {
    q: "Jeg er både elev og lærling",
    a: [
      "Da får du ett bevis for hver. De ligger side om side i appen, og du velger hvilket du viser.",
      "Mangler det ene, mangler det i registeret: Skolen fører elever, opplæringskontoret lærlinger og lærekandidater.",
    ],
    s: "to bevis flere kort begge vekslingselev lærekandidat bytte kort feil bevistype",
  },
  photo_needed: {
    q: "Hvorfor må jeg ha bilde, og hvordan blir det bra?",
    a: [
      "Den som kontrollerer, må kunne se at beviset er ditt. Derfor må det ha et bilde av ansiktet ditt. Bibliotekkortet trenger ikke bilde.",
      "Se rett i kameraet, med lys i ansiktet og en rolig bakgrunn. Appen sier fra om noe kan bli bedre. Hijab, briller og skjegg er fint når ansiktet vises.",
      "Er det vanskelig å ta en selfie, kan en annen ta bildet. Bare telefonen ser på bildet mens du tar det.",
    ],
    s: "selfie ta bilde portrett kamera bildet mangler lys bakgrunn hijab briller godkjent bilde krav",
  },
  photo_locked: {
    q: "Jeg vil bytte bildet",
    a: [
      "Bildet låses når du bekrefter det, og kan ikke byttes i appen. Slik kan ingen låne bort beviset sitt til en annen.",
      "Er du elev, kan skolen låse opp bildet. Er du lærling eller lærekandidat, er det fylkeskommunen. Si hvorfor du vil bytte.",
      "Når bildet er låst opp, trykker du «Oppdater» og tar et nytt. Det gamle beviset slutter å gjelde fra da av.",
    ],
    s: "bytte bilde nytt bilde endre bilde låst stygt bilde gammelt bilde låse opp nullstille tilbakestille resette",
  },
  photo_not_me: {
    q: "Bildet er ikke av meg, eller er byttet ut",
    a: [
      "Svar «Dette er ikke meg». Da blir bildet ikke brukt, skolen får vite det, og du kan ta et nytt.",
      "Har skolen lagt inn et nytt bilde mens du så på det gamle, viser appen det nye. Se på det og svar en gang til.",
      "Har du sagt ja til feil bilde, er det låst. Da må skolen eller fylkeskommunen låse det opp.",
    ],
    s: "feil person feil bilde annen person ikke meg byttet ut bekrefte bilde",
  },
  photo_waiting: {
    q: "Hva skjer med bildet jeg sendte?",
    a: [
      "Noen på skolen skal se på bildet. Du trenger ikke gjøre noe mer. Åpne appen igjen senere, så ser du svaret.",
      "Fikk du bildet tilbake, står det hva som kan bli bedre. Ta et nytt og send det.",
      "Tar det mange dager, så spør den som står nedenfor.",
    ],
    s: "venter godkjenne godkjenning sendt tilbake returnert avvist bilde ikke godkjent svar",
  },
  photo_fails: {
    q: "Jeg får ikke til å ta eller sende bildet",
    a: [
      "Gi appen tilgang til kameraet i innstillingene på enheten. Du kan også velge et bilde du har fra før.",
      "Blir bildet ikke godtatt etter tre forsøk, kan du sende det likevel. Da ser noen på skolen på det.",
      "Det er en grense for hvor mange bilder du kan sende på én dag. Prøv igjen i morgen, eller be skolen legge inn et bilde.",
    ],
    s: "kamera virker ikke svart tilgang for mange forsøk kan ikke leses uskarpt finner ikke ansikt godtas ikke",
  },
  not_scanning: {
    q: "Koden min skanner ikke",
    a: [
      "Skru lysstyrken helt opp, tørk av skjermen og ta av nattlys, mørkt filter og strømsparing.",
      "Hold telefonen i ro, rett mot den som skanner, en håndsbredd unna. Hele den hvite ruta må være synlig. Unngå sollys rett på skjermen.",
      "Bruker kontrolløren vanlig kamera, trykk «Kontrolløren har ikke appen» under koden. Er skjermen knust, se hjelpen for ødelagt telefon.",
    ],
    s: "skanner ikke leses ikke qr kode lysstyrke lyst skjerm mørk skanne scanner bussen leser ikke kontrollør finner ikke kode",
  },
  who_sees_what: {
    q: "Hva får andre se når jeg viser koden?",
    a: [
      "Bare det koden er laget for. Til rabatt vises fornavnet, til alder bare om du er over 16, 18 og 20 år. Fødselsnummeret ditt er aldri med.",
      "Under «Hva ser andre?» ser du det med dine egne opplysninger, slik kontrolløren ser det.",
      "Fylkeskommunen får ikke vite hvem som har kontrollert deg, hvor eller når.",
    ],
    s: "personvern deler vise sporing spores overvåke hvem ser fødselsnummer profil rabatt alder reise",
  },
  photo_code: {
    q: "Hva er bildekoden?",
    a: [
      "En egen kode med et lite bilde av deg. Kontrolløren skanner den rett etter kontrollkoden, og ser da bildet på sin egen skjerm, også uten nett.",
      "Den sier ikke hva du heter, og er ikke noe bevis alene.",
    ],
    s: "bilde kode vis bildekode kontrollør vil se bilde",
  },
  checkers_code: {
    q: "Kontrolløren viser meg en kode",
    a: [
      "Det er en sikker kontroll. Trykk «Vis koden», så «Svar på kontrollkode», og skann koden til kontrolløren.",
      "Da lager telefonen din et svar som bare gjelder der og da. Vis det fram, så skanner kontrolløren det.",
    ],
    s: "svar på kontrollkode sikker kontroll skanne kontrolløren utfordring",
  },
  screenshot: {
    q: "Kan jeg bruke et skjermbilde av koden?",
    a: [
      "Nei. Koden skifter hvert 15. sekund, og en gammel kode blir avvist. Vis koden rett fra appen.",
      "En kode som er filmet eller sendt videre, slutter å virke etter under ett minutt. Vis den bare til den som kontrollerer.",
    ],
    s: "skjermdump screenshot skjermbilde ta bilde av koden sende kopi låne bort",
  },
  clock: {
    q: "Appen sier at klokka går feil",
    a: [
      "Koden inneholder klokkeslettet. Går klokka på telefonen feil, kan koden bli avvist.",
      "Åpne innstillingene på enheten, finn «Dato og tid» og slå på automatisk tid. Gå så tilbake hit.",
    ],
    s: "klokke tid dato feil tid automatisk tidssone klokka",
  },
  library_missing: {
    q: "Jeg har ikke noe bibliotekkort i appen",
    a: [
      "Da er det ikke registrert noen bibliotekkode på deg. For elever er det skolen som legger den inn.",
      "Elever spør ekspedisjonen eller biblioteket på skolen. Lærlinger og lærekandidater spør opplæringskontoret. Koden kommer hit neste gang appen oppdaterer seg, som regel dagen etter.",
    ],
    s: "bibliotek mangler bibliotekkort bibliotekkode lånekort lånenummer ingen fane låne bøker",
  },
  library_wrong: {
    q: "Bibliotekkoden er feil",
    a: [
      "Sjekk tallene under koden mot det biblioteket har. Er de feil, må skolen rette dem. De kan ikke endres i appen.",
      "Rettelsen kommer hit neste gang appen oppdaterer seg. Så lenge kan biblioteket søke deg opp på navn.",
    ],
    s: "feil bibliotekkode feil lånenummer feil nummer bibliotek annen person",
  },
  library_not_scanning: {
    q: "Biblioteket får ikke skannet kortet mitt",
    a: [
      "Skru lysstyrken helt opp, ta av mørkt filter og hold telefonen i ro, rett mot skanneren.",
      "Noen skannere kan ikke lese fra en skjerm. Da kan nummeret under koden skrives inn for hånd. Du kan også kopiere det.",
      "Skjer det hver gang, si fra til skolen: Den kan velge en annen slags kode.",
    ],
    s: "skanner ikke strekkode bibliotek leses ikke låneautomat lysstyrke automat",
  },
  new_phone: {
    q: "Jeg har fått ny telefon",
    a: ["Logg inn på den nye, så er du ferdig."],
    s: "bytte telefon ny mobil flytte overføre sikkerhetskopi iphone android",
  },
  lost_phone: {
    q: "Jeg har mistet telefonen",
    a: ["Slik stopper du beviset på den gamle, og får det tilbake."],
    s: "mistet stjålet borte tapt tyveri funnet mobil melde",
  },
  second_phone: {
    q: "Kan jeg ha beviset på to telefoner?",
    a: ["Nei, på én om gangen. Slik bytter du fram og tilbake."],
    s: "to telefoner nettbrett ipad to enheter både mobil ekstra telefon",
  },
  broken_phone: {
    q: "Telefonen er ødelagt eller tom for strøm",
    a: ["Beviset er trygt. Slik får du vist det likevel."],
    s: "knust skjerm ødelagt batteri tom strøm lade død virker ikke reparasjon verksted",
  },
  exam_without_phone: {
    q: "Jeg har ikke telefon på eksamen",
    a: ["Slik kommer du inn likevel."],
    s: "eksamen uten telefon mobil legitimasjon pass eksamensvakt glemt telefonen hjemme",
  },
  stored_unreadable: {
    q: "Det lagrede beviset kan ikke leses",
    a: [
      "Det skjer når appen er flyttet fra en annen telefon, eller når filen er skadet. Retten til beviset har du fortsatt.",
      "Velg «Begynn på nytt» og logg inn med Feide. Da henter du beviset igjen, og bildet er det samme.",
    ],
    s: "ødelagt skadet nøkkel borte begynne på nytt flyttet tilbakestilt sikkerhetskopi lagret",
  },
  key_store: {
    q: "Appen finner ikke nøkkellageret, eller det er låst",
    a: [
      "Nøkkelen til beviset ligger i enhetens eget sikre lager. Det må være slått på og låst opp.",
      "Lås opp enheten, slå på skjermlås og start appen på nytt. På en PC med Linux må nøkkelringen være låst opp.",
    ],
    s: "nøkkelring keychain keystore skjermlås låst nøkkellager pin",
  },
  app_open: {
    q: "Appen sier at den allerede er åpen",
    a: ["Lommebevis kjører i et annet vindu. Bruk det, eller lukk det og prøv igjen.", "Finner du ikke vinduet, start enheten på nytt."],
    s: "allerede åpen to vinduer kjører fra før",
  },
  update_app: {
    q: "Jeg må oppdatere appen",
    a: [
      "Det lagrede er laget av en nyere utgave enn den du har nå. Installer den nyeste fra samme sted som du fikk appen.",
      "Ingenting er slettet. Etterpå er alt der som før.",
    ],
    s: "oppdatere appen ny versjon utgave app store google play installere",
  },
  check_how: {
    q: "Hvordan kontrollerer jeg et bevis?",
    a: [
      "Trykk «Kontroller et bevis» og skann koden. Du trenger ikke logge inn, og det virker uten nett.",
      "Se på svaret og sammenlign bildet med personen. Be om bildekoden hvis du vil ha bildet på din egen skjerm.",
      "Godta aldri et skjermbilde eller bare et grønt merke på telefonen til en annen.",
    ],
    s: "kontrollere kontrollør skanne sjekke andre butikk busskontrollør eksamensvakt verifisere",
  },
  check_lists: {
    q: "Kontrollen sier at listene mangler eller er gamle",
    a: [
      "Kontrollen bygger på to lister fra fylkeskommunen: hvem som utsteder bevis, og hvilke som er sperret. De må hentes én gang, og fornyes av og til.",
      "Koble til nett og trykk «Oppdater». Etterpå virker kontrollen uten nett.",
    ],
    s: "lister sperreliste oppdatere gammel usikkert kontroll utsteder",
  },
  check_challenge: {
    q: "Koden i en sikker kontroll ble ikke godtatt",
    a: [
      "Hver kontrollkode gjelder for ett svar og bare en kort stund. Vis en ny og skann svaret på nytt.",
      "Personen må skanne din kode fra «Svar på kontrollkode» i appen. En vanlig QR-kode duger ikke.",
    ],
    s: "sikker kontroll kontrollkode for gammel brukt svar utfordring",
  },
  exam_list: {
    q: "Jeg får ikke åpnet deltakerlisten til eksamen",
    a: [
      "Filen må komme fra fylkeskommunen eller skolen og være uendret. Hent den på nytt fra den som laget den.",
      "Listen gjelder én dag og sletter seg selv etterpå. Er dagen flyttet, må det lages en ny.",
      "Oppdater listene i kontrollen først hvis appen ikke kjenner den som har skrevet under.",
    ],
    s: "deltakerliste eksamensrom fil eksamensvakt liste åpne roster",
  },
  who_to_ask: {
    q: "Hvem skal jeg spørre?",
    a: [
      "Elever: Ekspedisjonen på skolen hjelper med appen, bildet, opplysningene og bibliotekkoden. IKT-ansvarlig hjelper med det tekniske og Feide.",
      "Lærlinger og lærekandidater: Opplæringskontoret retter opplysningene. Fylkeskommunen hjelper med bildet og resten.",
      "Har du fått en støttekode, så oppgi den. Du trenger aldri oppgi fødselsnummer eller passord.",
    ],
    s: "kontakt hjelp ringe telefonnummer e-post support brukerstøtte menneske ekspedisjon resepsjon",
  },
  support_code: {
    q: "Hva er en støttekode?",
    a: [
      "En kort kode som sier nøyaktig hva som gikk galt. Den sier ingenting om deg, så du kan trygt lese den opp eller sende den.",
      "Skjer feilen én gang, prøv igjen. Skjer den flere ganger, oppgi koden og si hva du gjorde rett før.",
    ],
    s: "feilkode feilmelding kode LB feil noe gikk galt krasjer",
  },
  app_setup: {
    q: "Appen er ikke satt opp riktig",
    a: [
      "Opplysningene om fylkeskommunen i appen mangler eller er feil. Det er ikke noe du har gjort.",
      "Installer appen på nytt, og pass på at det er appen til ditt fylke. Hjelper ikke det, oppgi støttekoden til fylkeskommunen.",
    ],
    s: "oppsett innstillinger fylke feil app installere på nytt",
  },
  what_is_stored: {
    q: "Hva er lagret om meg?",
    a: [
      "Beviset, bibliotekkortet og historikken ligger kryptert på denne enheten. Dagene og tallene fra MinID-hjelpen er ikke kryptert. Fødselsnummeret ditt er ikke i appen.",
      "Fylkeskommunen har det som trengs for å lage beviset, hentet fra registeret, og bildet ditt. Appen sender ikke noe til andre.",
      "Logger du ut, slettes beviset, bibliotekkortet, historikken og MinID-dagene. Språket og valget om varsler blir værende. Har du vært eksamensvakt, ligger listene til eksamensdagen er over, eller til du velger «Fjern alt fra denne enheten».",
    ],
    s: "personvern gdpr slette data lagret eksportere innsyn sikkerhet",
  },
  app_lock: {
    q: "Kan jeg låse appen?",
    a: [
      "Ja, hvis enheten kan låses opp med fingeravtrykk, ansikt eller kode. Slå på applås i innstillingene her i appen.",
      "Appen låser seg når den har vært borte i ett minutt. Kontroll av andre og hjelp virker uten å låse opp.",
    ],
    s: "applås lås pin fingeravtrykk ansikt face id touch id biometri sikkerhet låne bort telefonen",
  },
  reminders: {
    q: "Hvilke varsler får jeg?",
    a: [
      "Appen sier fra når beviset er klart, når det snart går ut eller må oppdateres, når skolen har låst opp eller sendt tilbake bildet ditt, og når det er noe å huske på med MinID.",
      "Enheten må tillate varsler fra appen. På en datamaskin kommer de bare mens appen er åpen.",
      "Varslene sier ingenting om deg på låseskjermen. Du kan slå dem av i innstillingene.",
    ],
    s: "varsel varsler varsling notifikasjon notification påminnelse slå av lyd",
  },
  language: {
    q: "Hvordan bytter jeg språk?",
    a: ["Åpne menyen og velg bokmål, nynorsk eller engelsk. Valget gjelder bare på denne enheten."],
    s: "språk nynorsk bokmål engelsk language english samisk",
  },
  minid: {
    q: "Jeg trenger MinID for å søke videregående",
    a: [
      "MinID får du ikke lenger tilsendt av seg selv. Du bestiller et brev, venter på posten og registrerer deg med koden i brevet.",
      "MinID-hjelpen viser deg steg for steg. Appen kan varsle deg om datoene, og du kan legge dem i kalenderen. Du trenger ikke logge inn.",
    ],
    s: "minid min id vigo søknad pinkode pin brev bestille aktiveringsbrev ungdomsskole tiende",
  },
};

const groups: Record<Group, string> = {
  start: "Kom i gang",
  login: "Innlogging og registrering",
  card: "Beviset",
  photo: "Bildet",
  code: "Koden du viser",
  library: "Bibliotek\u00adkortet",
  phone: "Telefonen",
  check: "Kontrollere andre",
  more: "Kontakt og annet",
};

const actions: Record<Action, string> = {
  log_in: "Logg inn med Feide",
  refresh: "Oppdater nå",
  code: "Vis koden",
  validity: "Sjekk gyldighet",
  photo: "Ta eller velg et bilde",
  library: "Vis bibliotekkortet",
  password: "Åpne passordsiden",
  own_page: "Åpne Min side",
  checker: "Kontroller et bevis",
  exams: "Åpne eksamensrom",
  minid: "Åpne MinID-hjelpen",
  wrong_data: "Feil i opplysningene?",
  disclosed: "Hva ser andre?",
  phones: "Hjelp med telefonen",
  menu: "Åpne menyen",
  mine: "Se hva som er lagret",
  settings: "Åpne innstillinger",
};

interface Step {
  title: string;
  text: string;
}

const guides: Record<Guide, Step[]> = {
  new_phone: [
    { title: "Installer Lommebevis på den nye telefonen", text: "Har du flyttet alt fra den gamle, kan appen be deg begynne på nytt. Det er som det skal: Nøkkelen til beviset følger aldri med." },
    { title: "Logg inn med Feide der", text: "Beviset og bibliotekkortet kommer av seg selv." },
    { title: "Bildet er det samme", text: "Det er fortsatt låst, så du trenger ikke ta et nytt." },
    { title: "Den gamle slutter å gjelde", text: "Beviset på den gamle telefonen blir trukket tilbake av seg selv. Velg «Logg ut» der før du gir den bort, så slettes alt." },
  ],
  lost_phone: [
    { title: "Logg inn på en annen telefon", text: "Da blir beviset på den du mistet, trukket tilbake. Det kan være en ny, en gammel eller en du låner. Låner du en, så la ikke nettleseren lagre passordet ditt." },
    { title: "Eller logg den ut på Min side", text: "Bruk nettleseren på hvilken som helst maskin og logg inn med Feide. Der ser du telefonene dine, og logger ut den du mistet. Beviset på den slutter å gjelde med en gang." },
    { title: "Har du ingen telefon, så ring", text: "Fylkeskommunen kan logge ut alle telefonene dine, med en gang. Skolen eller opplæringskontoret kan be om det for deg." },
    { title: "Lånte du telefonen?", text: "Velg «Logg ut» i menyen når du er ferdig, og logg ut av Feide i nettleseren også. Ellers kan andre bruke innloggingen din der. Det som er stoppet, forblir stoppet." },
    { title: "Kan noen ha sett passordet ditt?", text: "Bytt Feide-passordet med en gang. Vet du ikke hvordan, så spør IKT-hjelpen på skolen." },
    { title: "Fant du den igjen?", text: "Logg inn på den på nytt, så er alt som før." },
  ],
  second_phone: [
    { title: "Beviset er på én telefon om gangen", text: "Slik kan ingen bruke en kopi av beviset ditt. Logger du inn på en annen, blir beviset på den første trukket tilbake." },
    { title: "Du kan bytte så ofte du vil", text: "Logg inn på den du skal bruke. Du trenger nett, men ikke nytt bilde." },
    { title: "Bibliotekkortet blir liggende", text: "På den første telefonen vises det til du logger ut der, men det blir ikke oppdatert." },
  ],
  broken_phone: [
    { title: "Er skjermen knust?", text: "Koden kan ofte leses likevel, med lysstyrken helt opp. Hold hele koden innenfor den hele delen av skjermen." },
    { title: "Er den tom for strøm?", text: "Lad litt. Beviset virker uten nett straks telefonen er på." },
    { title: "Kan den ikke brukes?", text: "Logg inn med Feide på en annen telefon. Da kommer beviset dit, og det på den ødelagte slutter å gjelde. Er telefonen lånt, så la ikke nettleseren lagre passordet, og logg ut både i appen og av Feide i nettleseren etterpå." },
    { title: "Skal den til reparasjon?", text: "Velg «Logg ut» først hvis du får det til. Ellers logger du inn på en annen telefon." },
    { title: "Har du ingen telefon i mellomtiden?", text: "Spør skolen om hva du kan vise så lenge, og ta med annen legitimasjon." },
  ],
  exam_without_phone: [
    { title: "Ta med annen legitimasjon", text: "Pass, nasjonalt ID-kort eller førerkort med bilde. Gjør det uansett: Det er eksamensstedet som bestemmer hva som godtas." },
    { title: "Si fra til eksamensvakten med en gang", text: "Mange steder har vakten en liste over deltakerne og kan registrere deg for hånd. Noen lister har bilde." },
    { title: "Har du tid før eksamen?", text: "Du kan logge inn på en telefon du låner, og vise koden ved døra. La ikke nettleseren lagre passordet, og logg ut både i appen og av Feide i nettleseren etterpå. Din egen telefon blir logget ut av dette, så der må du logge inn på nytt." },
    { title: "Er du usikker, så ring skolen først", text: "De kan si hva som gjelder der du skal ha eksamen." },
  ],
};

const fields: Record<Field, string> = {
  name: "Navn",
  birth_date: "Fødselsdato",
  institution: "Skole",
  company: "Bedrift",
  class: "Klasse",
  programme: "Utdanningsprogram",
  student_number: "Elevnummer",
  period: "Periode (fra og til)",
  card_type: "Type bevis",
  photo: "Bilde",
  library_code: "Bibliotekkode",
};

export const nb = {
  title: "Hjelp",
  search: "Hva lurer du på?",
  searchHint: "Passord, bytte bilde, bussen …",
  found: (count: number) => (Number(count) === 1 ? "1 svar" : `${count} svar`),
  none: "Fant ikke noe svar på det",
  noneText: "Prøv et annet ord, eller se gjennom emnene. Du kan også spørre et menneske:",
  clear: "Vis alle spørsmål",
  fitting: "Dette gjelder kanskje deg nå",
  /** The answers that else lead to the county's page for passwords, where it has named none. */
  withoutPasswordPage: {
    forgot_password: ["Spør IKT-hjelpen på skolen. De kan sette et nytt passord for deg.", "Gå tilbake hit og logg inn med det nye passordet. Det kan ta et minutt eller to før det virker."],
    login_refused: [
      "Sjekk at du velger riktig skole eller fylke hos Feide. Byttet du skole, er det den nye du skal velge.",
      "Er du usikker på passordet, så spør IKT-hjelpen på skolen.",
      "Sier Feide at du ikke har tilgang til tjenesten, må skolen slå den på. Det kan IKT-hjelpen også svare på.",
    ],
  },
  groups,
  topics,
  actions,
  doNow: "Gjør dette nå",
  yourCase: "Slik er det hos deg nå",
  nextRead: (when: string) => `Registeret leses neste gang ${when}.`,
  lastRead: (when: string) => `Appen ble sist oppdatert ${when}.`,
  who: "Hvem kan hjelpe?",
  tellCode: "Oppgi denne koden når du spør:",
  noContacts: "Når du har logget inn, står kontaktene dine her. Til da: ekspedisjonen på skolen, opplæringskontoret hvis du er lærling, eller fylkeskommunen.",
  next: "Se også",
  all: "Alle spørsmål",

  phones: {
    title: "Telefonen",
    lead: "Ny, mistet eller ødelagt? Det finnes alltid en vei tilbake til beviset.",
    guides,
    stillStuck: "Kommer du ikke videre?",
  },

  wrong: {
    title: "Feil i opplysningene?",
    lead: "Velg det som er feil, så sier vi hvem som retter det.",
    library: "Bibliotek\u00adkort",
    fields,
    none: "Mangler",
    whoMends: "Den som retter det",
    isWrong: (field: string) => `Feil: ${field}`,
    whyUnknown: "Det kan ikke endres i appen, fordi det kommer fra registeret. Er du elev, er det skolen som fører det. Er du lærling eller lærekandidat, er det opplæringskontoret.",
    whyPupil: "Det kan ikke endres i appen, fordi det kommer fra skolens register. Det er skolen som fører det.",
    whyApprentice: "Det kan ikke endres i appen, fordi det kommer fra kontrakten din i registeret. Det er opplæringskontoret som kan be om at det blir rettet.",
    whyPhotoPupil: "Bildet er låst når det er bekreftet, så ingen kan låne bort beviset. Skolen kan låse det opp. Da tar du et nytt.",
    whyPhotoApprentice: "Bildet er låst når det er bekreftet, så ingen kan låne bort beviset. Fylkeskommunen kan låse det opp. Da tar du et nytt.",
    whyLibrary: "Koden kommer fra biblioteket, og skolen legger den inn. Den kan ikke endres i appen.",
    when: "Når ser du det?",
    whenText: "Registeret leses hver natt. Det som rettes i dag, står her i morgen. Trykk «Oppdater» hvis det ikke kommer av seg selv.",
    whenPhoto: "Med en gang bildet er låst opp: Trykk «Oppdater» og ta et nytt.",
    message: "Ferdig melding",
    messageText: "Meldingen sier hvilken opplysning som er feil, og ikke noe annet om deg. Skriv selv det som skal til. Send aldri fødselsnummer.",
    write: "Skriv e-post",
    writeTo: (name: string) => `Skriv e-post til ${name}`,
    copy: "Kopier meldingen",
    subject: (field: string) => `Feil i Lommebevis: ${field}`,
    body: (field: string) => `Hei!\n\nDet står feil på beviset mitt i Lommebevis.\n\nDette er feil: ${field}\nSlik skal det være: \n\nKan dere rette det i registeret?\n\nHilsen\n`,
    bodyPhoto: "Hei!\n\nJeg trenger et nytt bilde i Lommebevis. Kan dere låse opp bildet mitt?\n\nGrunnen er: \n\nHilsen\n",
    bodyLibrary: "Hei!\n\nBibliotekkoden min i Lommebevis er feil eller mangler. Kan dere legge inn riktig kode?\n\nHilsen\n",
    nothing: "Når du har logget inn og fått et bevis, kan du velge hva som er feil, på denne siden.",
  },

  disclosed: {
    title: "Hva ser andre?",
    lead: "Du velger selv hva koden viser. Slik ser den som skanner, det:",
    choose: "Velg hva koden er laget for",
    photo: "Bildekode",
    when: {
      exam: "For eksamensvakten.",
      travel: "For kontrolløren på bussen og toget.",
      discount: "For butikken, kinoen og treningssenteret.",
      age: "For den som bare trenger å vite hvor gammel du er.",
      photo: "Skannes etter kontrollkoden, så bildet kommer på skjermen til kontrolløren.",
    },
    seen: "Dette ser de",
    unseen: "Dette får de ikke",
    things: {
      surname: "etternavnet",
      name: "navnet",
      birth_date: "fødselsdatoen",
      institution: "skolen eller bedriften",
      class: "klassen",
      student_number: "elevnummeret",
      programme: "utdanningsprogrammet",
      library: "bibliotekkoden",
    },
    fingerprint: "Koden har også et slags fingeravtrykk av bildet, så ingen kan bytte det ut. Bildet selv kommer bare med bildekoden.",
    always: "Fylkeskommunens navn og beviset for at koden er ekte, er alltid med.",
    screen: "Den som ser på skjermen din, ser bildet ditt ved siden av koden.",
    never: "Aldri",
    neverText: "Fødselsnummer, adresse, telefonnummer, karakterer og fravær er ikke i noen kode. De er ikke i appen i det hele tatt.",
    trace: "Ingen spor hos fylkeskommunen",
    traceText: [
      "Den som kontrollerer, henter hele listen over sperrede bevis og ser etter selv. Fylkeskommunen får ikke vite at du ble kontrollert, av hvem eller hvor.",
      "På eksamen noterer vakten at du har kommet. Det ligger på enheten til vakten og slettes etter dagen, men skolen kan ta vare på en utskrift.",
      "Skanner noen koden som en lenke med et vanlig kamera, kan det bli liggende i nettleserens historikk hos dem.",
    ],
    nothing: "Når du har hentet et bevis, ser du det her med dine egne opplysninger.",
    showCode: "Vis koden",
  },
};

export type PageWords = typeof nb;
