// Nynorsk: the words of src/help.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "Hjelp",
  search: "Kva lurer du på?",
  searchHint: "Passord, byte bilete, bussen …",
  found: (count) => (Number(count) === 1 ? "1 svar" : `${count} svar`),
  none: "Fann ikkje noko svar på det",
  noneText: "Prøv eit anna ord, eller sjå gjennom emna. Du kan òg spørje eit menneske:",
  clear: "Vis alle spørsmål",
  fitting: "Dette gjeld kanskje deg no",
  withoutPasswordPage: {
    forgot_password: ["Spør IKT-hjelpa på skulen. Dei kan setje eit nytt passord for deg.", "Gå tilbake hit og logg inn med det nye passordet. Det kan ta eit minutt eller to før det verkar."],
    login_refused: [
      "Sjekk at du vel rett skule eller fylke hos Feide. Bytte du skule, er det den nye du skal velje.",
      "Er du usikker på passordet, så spør IKT-hjelpa på skulen.",
      "Seier Feide at du ikkje har tilgang til tenesta, må skulen slå henne på. Det kan IKT-hjelpa òg svare på.",
    ],
  },
  groups: {
    start: "Kom i gang",
    login: "Innlogging og registrering",
    card: "Beviset",
    photo: "Biletet",
    code: "Koden du viser",
    library: "Bibliotek\u00adkortet",
    phone: "Telefonen",
    check: "Kontrollere andre",
    more: "Kontakt og anna",
  },
  topics: {
    what_it_is: {
      q: "Kva er Lommebevis?",
      a: [
        "Dei digitale bevisa til fylkeskommunen, samla i éin app: elevbevis for elevar, lærlingbevis for lærlingar, lærekandidatbevis for lærekandidatar, og bibliotekkortet ditt.",
        "Elevar får beviset ut frå registeret til skulen. Lærlingar og lærekandidatar får det ut frå kontrakten sin.",
        "Bibliotekkortet er eit eige kort. Det treng ikkje bilete, og det blir vist når skulen har registrert ein bibliotekkode på deg.",
      ],
      s: "elevbevis lærlingbevis lærekandidatbevis bibliotekkort skulebevis studentbevis app kva er dette",
    },
    get_started: {
      q: "Korleis kjem eg i gang?",
      a: [
        "Last ned appen og logg inn med Feide, med same brukarnamn og passord som på skulen.",
        "Har skulen eit bilete av deg, stadfestar du det. Har han ikkje det, tek du eit nytt her.",
        "Så er du ferdig: Beviset ligg på telefonen og verkar òg utan nett.",
      ],
      s: "laste ned installere starte byrje første gong logge inn hente bevis manglar bevis",
    },
    when_ready: {
      q: "Når er beviset klart?",
      a: [
        "Elevar kan hente det ved skulestart, så snart skulen har registrert deg. Lærlingar og lærekandidatar kan hente det når kontrakten er godkjend.",
        "Bruker fylkeskommunen SMS, får du éi melding når beviset er klart. Du kan logge inn og sjå etter når som helst, òg utan ei slik melding.",
        "Listene blir lesne på nytt kvar natt. Blei du registrert i dag, kan du prøve i morgon.",
      ],
      s: "sms melding klar skulestart vente kontrakt godkjend lærekontrakt opplæringskontrakt",
    },
    where_used: {
      q: "Kvar kan eg bruke beviset?",
      a: [
        "Som legitimasjon på eksamen, på buss og tog når du har elev- eller ungdomsbillett, og for å få studentrabatt.",
        "Kvar butikk, kvart busselskap og kvar eksamen avgjer sjølv om dei godtek det. Spør på førehand om det er viktig, og ta med annan legitimasjon til eksamen.",
        "Vis koden, så kan dei som kontrollerer, sjå at beviset er ekte.",
      ],
      s: "bussen buss tog trikk reise billett kontroll rabatt studentrabatt butikk kino eksamen legitimasjon godta gjeld",
    },
    forgot_password: {
      q: "Eg har gløymt Feide-passordet",
      a: [
        "Opne passordsida til fylkeskommunen og vel «gløymt passord». Der lagar du eit nytt.",
        "Vent eit minutt eller to, gå tilbake hit og logg inn med det nye passordet.",
        "Verkar det framleis ikkje, kan IKT-hjelpa på skulen setje eit nytt passord for deg.",
      ],
      s: "passord feil brukarnamn byte passord nytt passord kjem ikkje inn logge inn innlogging feide verkar ikkje",
    },
    login_refused: {
      q: "Feide slepper meg ikkje inn",
      a: [
        "Sjå etter at du vel rett skule eller fylke hos Feide. Bytte du skule, er det den nye du skal velje.",
        "Prøv passordet ditt på passordsida til fylkeskommunen. Er det feil, lagar du eit nytt der.",
        "Seier Feide at du ikkje har tilgang til tenesta, må skulen slå henne på. Spør IKT-ansvarleg.",
      ],
      s: "feide avvist nektar tilgang feil skule vald innlogging logge inn ikkje tilgang",
    },
    login_stuck: {
      q: "Innlogginga stoppa eller blei avbroten",
      a: [
        "Innlogginga skjer i nettlesaren. Lukkar du han, eller bruker du meir enn nokre minutt, må du begynne på nytt. Du har ikkje mist noko.",
        "Bruk vindauget som appen opnar. Ei gammal fane eller ei lagra lenkje verkar ikkje.",
        "Opnar ikkje nettlesaren seg, må du velje ein standardnettlesar i innstillingane på eininga.",
      ],
      s: "nettlesar heng lastar avbroten for lang tid safari chrome opnar ikkje tilbake til appen",
    },
    signed_out: {
      q: "Kvifor er eg logga ut?",
      a: [
        "Beviset kan berre vere på éin telefon om gongen. Loggar du inn på ein ny, blir den gamle logga ut.",
        "Skulen eller fylkeskommunen kan òg ha logga deg ut, fordi nokon melde telefonen tapt.",
        "Logg inn med Feide her, så blir dette telefonen din igjen. Veit du ikkje kven som logga inn ein annan stad, byt Feide-passordet.",
      ],
      s: "utlogga kasta ut anna eining annan telefon tapt logga av",
    },
    not_registered: {
      q: "Eg kom inn, men de finn meg ikkje",
      a: [
        "Då står du ikkje i registeret enno, eller du står der med for få opplysningar. Det er vanleg dei første dagane etter skulestart.",
        "Registeret blir lese på nytt kvar natt. Prøv igjen i morgon. Du treng ikkje logge inn på nytt.",
        "Finn vi deg framleis ikkje, må skulen sjå etter at du er registrert. Lærlingar og lærekandidatar spør opplæringskontoret.",
      ],
      s: "ikkje registrert finn meg ikkje ukjend ny elev skulen min bruker ikkje skulestart i morgon",
    },
    record_incomplete: {
      q: "Det manglar opplysningar om meg",
      a: [
        "Beviset må ha namn, fødselsdato, skule eller bedrift og nokre opplysningar til. Manglar éi av dei i registeret, kan vi ikkje lage beviset.",
        "Elevar ber ekspedisjonen på skulen om å fylle inn. Lærlingar og lærekandidatar spør opplæringskontoret.",
        "Det som blir fylt inn i dag, er her i morgon.",
      ],
      s: "manglar ufullstendig klasse fødselsdato program skule felt for lite opplysningar",
    },
    school_not_enabled: {
      q: "Skulen min bruker ikkje Lommebevis",
      a: [
        "Står det at skulen din ikkje er med, har han ikkje teke appen i bruk enno. Det er fylkeskommunen og skulen som avgjer når.",
        "Står det i staden at vi ikkje finn deg, er skulen med, men du er ikkje registrert enno. Då kan du prøve igjen i morgon.",
        "Spør skulen om korleis du får bevis så lenge.",
      ],
      s: "skulen er ikkje med teken i bruk privatskule ikkje slått på",
    },
    no_right: {
      q: "Det står at eg ikkje har rett til bevis no",
      a: [
        "Beviset gjeld så lenge du er elev eller har kontrakt. Før den første dagen og etter den siste er det ikkje noko bevis å hente.",
        "Gjesteelevar får bevis av skulen dei eigentleg høyrer til. Nokre typar opplæring er ikkje med i ordninga.",
        "Stemmer det ikkje, er det registeret som må rettast. Be skulen eller opplæringskontoret sjå på det.",
      ],
      s: "ikkje rett slutta ferdig avbroten gjesteelev privatist vaksen ikkje begynt kontrakttype perioden er over",
    },
    service_down: {
      q: "Tenesta svarar ikkje, eller seier nei",
      a: [
        "Då er det noko gale hos Feide eller fylkeskommunen, ikkje hos deg. Vent litt og prøv igjen.",
        "Eit bevis du alt har henta, verkar som før. Vis koden som vanleg.",
        "Varer det lenge, eller seier tenesta nei fleire gonger, så ta kontakt og oppgi støttekoden.",
      ],
      s: "nede feil tenar feilmelding verkar ikkje problem feide svarar ikkje avvist",
    },
    changed_class: {
      q: "Eg har bytt klasse eller skule, men det blir ikkje vist",
      a: [
        "Appen viser det som står i registeret. Registeret blir lese kvar natt, så ei endring i dag blir vist i morgon.",
        "Trykk «Oppdater» i morgon. Er det framleis gammalt, er det ikkje endra i registeret enno.",
        "Då må skulen rette det. For lærlingar og lærekandidatar er det opplæringskontoret.",
      ],
      s: "ny klasse byte klasse feil klasse bytt skule byte linje program gammal ikkje oppdatert endra",
    },
    wrong_details: {
      q: "Det står noko feil på beviset",
      a: [
        "Ingenting kan endrast i appen, fordi alt kjem frå registeret. Den som fører registeret, må rette det.",
        "Er du elev, er det skulen. Er du lærling eller lærekandidat, er det opplæringskontoret.",
        "Under «Feil i opplysningane?» vel du kva som er feil, og får ei ferdig melding å sende. Rettinga blir vist dagen etter.",
      ],
      s: "feil namn feil fødselsdato feil skule feil bedrift rette endre namn bytt namn skrivefeil opplysningar",
    },
    offline: {
      q: "Verkar beviset utan nett?",
      a: [
        "Ja. Beviset, koden og bibliotekkortet ligg på telefonen og verkar utan nett, både hos deg og hos den som kontrollerer.",
        "Kople til nett av og til, helst kvar dag, så appen får oppdatert seg. Utan nett i mange dagar må beviset oppdaterast før koden blir godteken.",
        "For å logge inn og for å sende bilete må du ha nett. På wifi på skulen må du kanskje logge på nettet først.",
      ],
      s: "internett wifi mobildata dekning offline utan nett inga nettsamband flymodus ikkje nett",
    },
    needs_refresh: {
      q: "Kvifor må beviset oppdaterast?",
      a: [
        "Appen oppdaterer beviset kvar dag når han har nett. Har han ikkje fått det på nokre dagar, kan ingen vere sikre på at det framleis gjeld.",
        "Kople til nett og trykk «Oppdater». Ingenting blir borte av å oppdatere, heller ikkje om det mislukkast.",
      ],
      s: "må oppdaterast gammalt ukjend status oppdatere oppfriske laste på nytt sist oppdatert",
    },
    expired: {
      q: "Beviset går ut eller er gått ut",
      a: [
        "Beviset gjeld eitt semester eller til kontrakten din er ferdig. Skal du halde fram, kjem det nye av seg sjølv når du oppdaterer.",
        "Kjem det ikkje, er du ikkje registrert for det nye semesteret enno. Prøv igjen i morgon, og spør så den som fører registeret.",
      ],
      s: "utgått gått ut dato forlengje fornye nytt semester siste dag ferie",
    },
    blocked: {
      q: "Beviset mitt er stansa",
      a: [
        "Fylkeskommunen eller skulen kan stanse eit bevis, til dømes om ein annan har brukt det. Den som kontrollerer, ser det med ein gong.",
        "I appen står grunngivinga, kor lenge stansen gjeld, og kven du kan spørje. Etter den siste dagen blir beviset gyldig igjen når du oppdaterer.",
        "Meiner du at det er feil, så klag til den som står nedanfor. Bibliotekkortet kan du vanlegvis bruke likevel.",
      ],
      s: "blokkert sperra stansa misbruk klage anke grunngiving kor lenge suspendert mellombels",
    },
    revoked: {
      q: "Beviset er trekt tilbake",
      a: [
        "Det skjer når du har logga inn på ein ny telefon, når biletet ditt er låst opp, eller når telefonen er meld tapt.",
        "Har du framleis rett til bevis, hentar du eit nytt: Oppdater. Hjelper ikkje det, logg ut og inn igjen med Feide.",
      ],
      s: "trekt tilbake ugyldig sletta raudt kryss ikkje gyldig lenger",
    },
    is_it_real: {
      q: "Korleis ser andre at beviset er ekte?",
      a: [
        "Dei skannar koden din med Lommebevis eller med kameraet. Då blir underskrifta til fylkeskommunen sjekka på deira eigen skjerm, så dei treng ikkje stole på din.",
        "«Sjekk om det gjeld» spør fylkeskommunen og viser svaret til deg. Det er nyttig for deg, men det er koden som er beviset.",
        "Mønsteret som rører seg, er berre pynt.",
      ],
      s: "ekte falsk prove gyldig sjekk om gyldig sjekk om det gjeld kontrollfunksjon mønster grøn kontroll",
    },
    two_cards: {
      q: "Eg er både elev og lærling",
      a: [
        "Då får du eitt bevis for kvar. Dei ligg side om side i appen, og du vel kva for eit du viser.",
        "Manglar det eine, manglar det i registeret: Skulen fører elevar, opplæringskontoret lærlingar og lærekandidatar.",
      ],
      s: "to bevis fleire kort begge vekslingselev lærekandidat byte kort feil bevistype",
    },
    photo_needed: {
      q: "Kvifor må eg ha bilete, og korleis blir det bra?",
      a: [
        "Den som kontrollerer, må kunne sjå at beviset er ditt. Derfor må det ha eit bilete av ansiktet ditt. Bibliotekkortet treng ikkje bilete.",
        "Sjå rett i kameraet, med lys i ansiktet og ein roleg bakgrunn. Appen seier frå om noko kan bli betre. Hijab, briller og skjegg er fint når ansiktet er synleg.",
        "Er det vanskeleg å ta ein selfie, kan ein annan ta biletet. Berre telefonen ser på biletet medan du tek det.",
      ],
      s: "selfie ta bilete portrett kamera biletet manglar lys bakgrunn hijab briller godkjent bilete krav",
    },
    photo_locked: {
      q: "Eg vil byte biletet",
      a: [
        "Biletet blir låst når du stadfestar det, og kan ikkje bytast i appen. Slik kan ingen låne bort beviset sitt til ein annan.",
        "Er du elev, kan skulen låse opp biletet. Er du lærling eller lærekandidat, er det fylkeskommunen. Sei kvifor du vil byte.",
        "Når biletet er låst opp, trykkjer du «Oppdater» og tek eit nytt. Det gamle beviset sluttar å gjelde frå då av.",
      ],
      s: "byte bilete nytt bilete endre bilete låst stygt bilete gammalt bilete låse opp nullstille",
    },
    photo_not_me: {
      q: "Biletet er ikkje av meg, eller er bytt ut",
      a: [
        "Svar «Dette er ikkje meg». Då blir biletet ikkje brukt, skulen får vite det, og du kan ta eit nytt.",
        "Har skulen lagt inn eit nytt bilete medan du såg på det gamle, viser appen det nye. Sjå på det og svar ein gong til.",
        "Har du sagt ja til feil bilete, er det låst. Då må skulen eller fylkeskommunen låse det opp.",
      ],
      s: "feil person feil bilete annan person ikkje meg bytt ut stadfeste bilete",
    },
    photo_waiting: {
      q: "Kva skjer med biletet eg sende?",
      a: [
        "Nokon på skulen skal sjå på biletet. Du treng ikkje gjere meir. Opne appen igjen seinare, så ser du svaret.",
        "Fekk du biletet tilbake, står det kva som kan bli betre. Ta eit nytt og send det.",
        "Tek det mange dagar, så spør den som står nedanfor.",
      ],
      s: "ventar godkjenne godkjenning sendt tilbake returnert avvist bilete ikkje godkjent svar",
    },
    photo_fails: {
      q: "Eg får ikkje til å ta eller sende biletet",
      a: [
        "Gi appen tilgang til kameraet i innstillingane på eininga. Du kan òg velje eit bilete du har frå før.",
        "Blir biletet ikkje godteke etter tre forsøk, kan du sende det likevel. Då ser nokon på skulen på det.",
        "Det er ei grense for kor mange bilete du kan sende på éin dag. Prøv igjen i morgon, eller be skulen leggje inn eit bilete.",
      ],
      s: "kamera verkar ikkje svart tilgang for mange forsøk kan ikkje lesast uskarpt finn ikkje ansikt",
    },
    not_scanning: {
      q: "Koden min skannar ikkje",
      a: [
        "Skru lysstyrken heilt opp, tørk av skjermen og ta av nattlys, mørkt filter og straumsparing.",
        "Hald telefonen i ro, rett mot den som skannar, ei handsbreidd unna. Heile den kvite ruta må vere synleg. Unngå sollys rett på skjermen.",
        "Bruker kontrolløren vanleg kamera, trykk «Kontrolløren har ikkje appen» under koden. Er skjermen knust, sjå hjelpa for øydelagd telefon.",
      ],
      s: "skannar ikkje blir ikkje lesen qr kode lysstyrke lyst skjerm mørk skanne scanner bussen les ikkje kontrollør finn ikkje kode",
    },
    who_sees_what: {
      q: "Kva får andre sjå når eg viser koden?",
      a: [
        "Berre det koden er laga for. Til rabatt er det førenamnet, til alder berre om du er over 16, 18 og 20 år. Fødselsnummeret ditt er aldri med.",
        "Under «Kva ser andre?» ser du det med dine eigne opplysningar, slik kontrolløren ser det.",
        "Fylkeskommunen får ikkje vite kven som har kontrollert deg, kvar eller når.",
      ],
      s: "personvern deler vise sporing spora overvake kven ser fødselsnummer profil rabatt alder reise",
    },
    photo_code: {
      q: "Kva er biletkoden?",
      a: [
        "Ein eigen kode med eit lite bilete av deg. Kontrolløren skannar han rett etter kontrollkoden, og ser då biletet på sin eigen skjerm, òg utan nett.",
        "Han seier ikkje kva du heiter, og er ikkje noko bevis åleine.",
      ],
      s: "bilete kode vis biletkode kontrollør vil sjå bilete",
    },
    checkers_code: {
      q: "Kontrolløren viser meg ein kode",
      a: [
        "Det er ein sikker kontroll. Trykk «Vis koden», så «Svar på kontrollkode», og skann koden til kontrolløren.",
        "Då lagar telefonen din eit svar som berre gjeld der og då. Vis det fram, så skannar kontrolløren det.",
      ],
      s: "svar på kontrollkode sikker kontroll skanne kontrolløren utfordring",
    },
    screenshot: {
      q: "Kan eg bruke eit skjermbilete av koden?",
      a: [
        "Nei. Koden skiftar kvart 15. sekund, og ein gammal kode blir avvist. Vis koden rett frå appen.",
        "Ein kode som er filma eller send vidare, sluttar å verke etter under eitt minutt. Vis han berre til den som kontrollerer.",
      ],
      s: "skjermdump screenshot skjermbilete ta bilete av koden sende kopi låne bort",
    },
    clock: {
      q: "Appen seier at klokka går feil",
      a: [
        "Koden inneheld klokkeslettet. Går klokka på telefonen feil, kan koden bli avvist.",
        "Opne innstillingane på eininga, finn «Dato og tid» og slå på automatisk tid. Gå så tilbake hit.",
      ],
      s: "klokke tid dato feil tid automatisk tidssone klokka",
    },
    library_missing: {
      q: "Eg har ikkje noko bibliotekkort i appen",
      a: [
        "Då er det ikkje registrert nokon bibliotekkode på deg. For elevar er det skulen som legg han inn.",
        "Elevar spør ekspedisjonen eller biblioteket på skulen. Lærlingar og lærekandidatar spør opplæringskontoret. Koden kjem hit neste gong appen oppdaterer seg, som regel dagen etter.",
      ],
      s: "bibliotek manglar bibliotekkort bibliotekkode lånekort lånenummer inga fane låne bøker",
    },
    library_wrong: {
      q: "Bibliotekkoden er feil",
      a: [
        "Samanlikn tala under koden med det biblioteket har. Er dei feil, må skulen rette dei. Dei kan ikkje endrast i appen.",
        "Rettinga kjem hit neste gong appen oppdaterer seg. Så lenge kan biblioteket søkje deg opp på namn.",
      ],
      s: "feil bibliotekkode feil lånenummer feil nummer bibliotek annan person",
    },
    library_not_scanning: {
      q: "Biblioteket får ikkje skanna kortet mitt",
      a: [
        "Skru lysstyrken heilt opp, ta av mørkt filter og hald telefonen i ro, rett mot skannaren.",
        "Nokre skannarar kan ikkje lese frå ein skjerm. Då kan nummeret under koden skrivast inn for hand. Du kan òg kopiere det.",
        "Skjer det kvar gong, sei frå til skulen: Han kan velje ein annan slags kode.",
      ],
      s: "skannar ikkje strekkode bibliotek blir ikkje lesen låneautomat lysstyrke automat",
    },
    new_phone: {
      q: "Eg har fått ny telefon",
      a: ["Logg inn på den nye, så er du ferdig."],
      s: "byte telefon ny mobil flytte overføre tryggingskopi iphone android",
    },
    lost_phone: {
      q: "Eg har mist telefonen",
      a: ["Slik stoppar du beviset på den gamle, og får det tilbake."],
      s: "mista stolen borte tapt tjuveri funnen mobil melde",
    },
    second_phone: {
      q: "Kan eg ha beviset på to telefonar?",
      a: ["Nei, på éin om gongen. Slik byter du fram og tilbake."],
      s: "to telefonar nettbrett ipad to einingar både mobil ekstra telefon",
    },
    broken_phone: {
      q: "Telefonen er øydelagd eller tom for straum",
      a: ["Beviset er trygt. Slik får du vist det likevel."],
      s: "knust skjerm øydelagd batteri tom straum lade død verkar ikkje reparasjon verkstad",
    },
    exam_without_phone: {
      q: "Eg har ikkje telefon på eksamen",
      a: ["Slik kjem du inn likevel."],
      s: "eksamen utan telefon mobil legitimasjon pass eksamensvakt gløymt telefonen heime",
    },
    stored_unreadable: {
      q: "Det lagra beviset kan ikkje lesast",
      a: [
        "Det skjer når appen er flytt frå ein annan telefon, eller når fila er skadd. Retten til beviset har du framleis.",
        "Vel «Start på nytt» og logg inn med Feide. Då hentar du beviset igjen, og biletet er det same.",
      ],
      s: "øydelagd skadd nøkkel borte begynn på nytt flytt tilbakestilt tryggingskopi lagra",
    },
    key_store: {
      q: "Appen finn ikkje nøkkellageret, eller det er låst",
      a: [
        "Nøkkelen til beviset ligg i det eigne, sikre lageret til eininga. Det må vere slått på og låst opp.",
        "Lås opp eininga, slå på skjermlås og start appen på nytt. På ein PC med Linux må nøkkelringen vere låst opp.",
      ],
      s: "nøkkelring keychain keystore skjermlås låst nøkkellager pin",
    },
    app_open: {
      q: "Appen seier at han alt er open",
      a: ["Lommebevis køyrer i eit anna vindauge. Bruk det, eller lukk det og prøv igjen.", "Finn du ikkje vindauget, start eininga på nytt."],
      s: "alt open to vindauge køyrer frå før",
    },
    update_app: {
      q: "Eg må oppdatere appen",
      a: [
        "Det lagra er laga av ei nyare utgåve enn den du har no. Installer den nyaste frå same stad som du fekk appen.",
        "Ingenting er sletta. Etterpå er alt der som før.",
      ],
      s: "oppdatere appen ny versjon utgåve app store google play installere",
    },
    check_how: {
      q: "Korleis kontrollerer eg eit bevis?",
      a: [
        "Trykk «Kontroller eit bevis» og skann koden. Du treng ikkje logge inn, og det verkar utan nett.",
        "Sjå på svaret og samanlikn biletet med personen. Be om biletkoden om du vil ha biletet på din eigen skjerm.",
        "Godta aldri eit skjermbilete eller berre eit grønt merke på telefonen til ein annan.",
      ],
      s: "kontrollere kontrollør skanne sjekke andre butikk busskontrollør eksamensvakt verifisere",
    },
    check_lists: {
      q: "Kontrollen seier at listene manglar eller er gamle",
      a: [
        "Kontrollen byggjer på to lister frå fylkeskommunen: kven som utferdar bevis, og kva for bevis som er sperra. Dei må hentast éin gong, og fornyast av og til.",
        "Kople til nett og trykk «Oppdater». Etterpå verkar kontrollen utan nett.",
      ],
      s: "lister sperreliste oppdatere gammal usikkert kontroll utferdar",
    },
    check_challenge: {
      q: "Koden i ein sikker kontroll blei ikkje godteken",
      a: [
        "Kvar kontrollkode gjeld for eitt svar og berre ei kort stund. Vis ein ny og skann svaret på nytt.",
        "Personen må skanne din kode frå «Svar på kontrollkode» i appen. Ein vanleg QR-kode duger ikkje.",
      ],
      s: "sikker kontroll kontrollkode for gammal brukt svar utfordring",
    },
    exam_list: {
      q: "Eg får ikkje opna deltakarlista til eksamen",
      a: [
        "Fila må kome frå fylkeskommunen eller skulen og vere uendra. Hent henne på nytt frå den som laga henne.",
        "Lista gjeld éin dag og slettar seg sjølv etterpå. Er dagen flytt, må det lagast ei ny.",
        "Oppdater listene i kontrollen først om appen ikkje kjenner den som har skrive under.",
      ],
      s: "deltakarliste eksamensrom fil eksamensvakt liste opne",
    },
    who_to_ask: {
      q: "Kven skal eg spørje?",
      a: [
        "Elevar: Ekspedisjonen på skulen hjelper med appen, biletet, opplysningane og bibliotekkoden. IKT-ansvarleg hjelper med det tekniske og Feide.",
        "Lærlingar og lærekandidatar: Opplæringskontoret rettar opplysningane. Fylkeskommunen hjelper med biletet og resten.",
        "Har du fått ein støttekode, så oppgi han. Du treng aldri oppgi fødselsnummer eller passord.",
      ],
      s: "kontakt hjelp ringje telefonnummer e-post support brukarstøtte menneske ekspedisjon resepsjon",
    },
    support_code: {
      q: "Kva er ein støttekode?",
      a: [
        "Ein kort kode som seier nøyaktig kva som gjekk gale. Han seier ingenting om deg, så du kan trygt lese han opp eller sende han.",
        "Skjer feilen éin gong, prøv igjen. Skjer han fleire gonger, oppgi koden og sei kva du gjorde rett før.",
      ],
      s: "feilkode feilmelding kode LB feil noko gjekk gale krasjar",
    },
    app_setup: {
      q: "Appen er ikkje sett opp rett",
      a: [
        "Opplysningane om fylkeskommunen i appen manglar eller er feil. Det er ikkje noko du har gjort.",
        "Installer appen på nytt, og pass på at det er appen til ditt fylke. Hjelper ikkje det, oppgi støttekoden til fylkeskommunen.",
      ],
      s: "oppsett innstillingar fylke feil app installere på nytt",
    },
    what_is_stored: {
      q: "Kva er lagra om meg?",
      a: [
        "Beviset, bibliotekkortet og historikken ligg kryptert på denne eininga. Dagane og tala frå MinID-hjelpa er ikkje krypterte. Fødselsnummeret ditt er ikkje i appen.",
        "Fylkeskommunen har det som trengst for å lage beviset, henta frå registeret, og biletet ditt. Appen sender ikkje noko til andre.",
        "Loggar du ut, blir beviset, bibliotekkortet, historikken og MinID-dagane sletta. Språket og valet om varsel blir verande. Har du vore eksamensvakt, ligg listene til eksamensdagen er over, eller til du vel «Fjern alt frå denne eininga».",
      ],
      s: "personvern gdpr slette data lagra eksportere innsyn tryggleik",
    },
    app_lock: {
      q: "Kan eg låse appen?",
      a: [
        "Ja, om eininga kan låsast opp med fingeravtrykk, ansikt eller kode. Slå på applås i innstillingane her i appen.",
        "Appen låser seg når han har vore borte i eitt minutt. Kontroll av andre og hjelp verkar utan å låse opp.",
      ],
      s: "applås lås pin fingeravtrykk ansikt face id touch id biometri tryggleik låne bort telefonen",
    },
    reminders: {
      q: "Kva varsel får eg?",
      a: [
        "Appen seier frå når beviset er klart, når det snart går ut eller må oppdaterast, når skulen har låst opp eller sendt tilbake biletet ditt, og når det er noko å hugse på med MinID.",
        "Eininga må tillate varsel frå appen. På ei datamaskin kjem dei berre medan appen er open.",
        "Varsla seier ingenting om deg på låseskjermen. Du kan slå dei av i innstillingane.",
      ],
      s: "varsel varsling notifikasjon påminning slå av lyd",
    },
    language: {
      q: "Korleis byter eg språk?",
      a: ["Opne menyen og vel bokmål, nynorsk eller engelsk. Valet gjeld berre på denne eininga."],
      s: "språk nynorsk bokmål engelsk language samisk",
    },
    minid: {
      q: "Eg treng MinID for å søkje vidaregåande",
      a: [
        "MinID får du ikkje lenger tilsendt av seg sjølv. Du bestiller eit brev, ventar på posten og registrerer deg med koden i brevet.",
        "MinID-hjelpa viser deg steg for steg. Appen kan varsle deg om datoane, og du kan leggje dei i kalenderen. Du treng ikkje logge inn.",
      ],
      s: "minid min id vigo søknad pinkode pin brev bestille aktiveringsbrev ungdomsskule tiande",
    },
  },
  actions: {
    log_in: "Logg inn med Feide",
    refresh: "Oppdater no",
    code: "Vis koden",
    validity: "Sjekk om det gjeld",
    photo: "Ta eller vel eit bilete",
    library: "Vis bibliotekkortet",
    password: "Opne passordsida",
    own_page: "Opne Mi side",
    checker: "Kontroller eit bevis",
    exams: "Opne eksamensrom",
    minid: "Opne MinID-hjelpa",
    wrong_data: "Feil i opplysningane?",
    disclosed: "Kva ser andre?",
    phones: "Hjelp med telefonen",
    menu: "Opne menyen",
    mine: "Sjå kva som er lagra",
    settings: "Opne innstillingar",
  },
  doNow: "Gjer dette no",
  yourCase: "Slik er det hos deg no",
  nextRead: (when) => `Registeret blir lese neste gong ${when}.`,
  lastRead: (when) => `Appen blei sist oppdatert ${when}.`,
  who: "Kven kan hjelpe?",
  tellCode: "Oppgi denne koden når du spør:",
  noContacts: "Når du har logga inn, står kontaktane dine her. Til då: ekspedisjonen på skulen, opplæringskontoret om du er lærling, eller fylkeskommunen.",
  next: "Sjå òg",
  all: "Alle spørsmål",

  phones: {
    title: "Telefonen",
    lead: "Ny, mista eller øydelagd? Det finst alltid ein veg tilbake til beviset.",
    guides: {
      new_phone: [
        { title: "Installer Lommebevis på den nye telefonen", text: "Har du flytt alt frå den gamle, kan appen be deg begynne på nytt. Det er som det skal: Nøkkelen til beviset følgjer aldri med." },
        { title: "Logg inn med Feide der", text: "Beviset og bibliotekkortet kjem av seg sjølve." },
        { title: "Biletet er det same", text: "Det er framleis låst, så du treng ikkje ta eit nytt." },
        { title: "Den gamle sluttar å gjelde", text: "Beviset på den gamle telefonen blir trekt tilbake av seg sjølv. Vel «Logg ut» der før du gir han bort, så blir alt sletta." },
      ],
      lost_phone: [
        { title: "Logg inn på ein annan telefon", text: "Då blir beviset på den du mista, trekt tilbake. Det kan vere ein ny, ein gammal eller ein du låner. Låner du ein, så la ikkje nettlesaren lagre passordet ditt." },
        { title: "Eller logg han ut på Mi side", text: "Bruk nettlesaren på kva maskin som helst og logg inn med Feide. Der ser du telefonane dine, og loggar ut den du mista. Beviset på han sluttar å gjelde med ein gong." },
        { title: "Har du ingen telefon, så ring", text: "Fylkeskommunen kan logge ut alle telefonane dine, med ein gong. Skulen eller opplæringskontoret kan be om det for deg." },
        { title: "Lånte du telefonen?", text: "Vel «Logg ut» i menyen når du er ferdig, og logg ut av Feide i nettlesaren òg. Elles kan andre bruke innlogginga di der. Det som er stoppa, er framleis stoppa." },
        { title: "Kan nokon ha sett passordet ditt?", text: "Byt Feide-passordet med ein gong. Veit du ikkje korleis, så spør IKT-hjelpa på skulen." },
        { title: "Fann du han igjen?", text: "Logg inn på han på nytt, så er alt som før." },
      ],
      second_phone: [
        { title: "Beviset er på éin telefon om gongen", text: "Slik kan ingen bruke ein kopi av beviset ditt. Loggar du inn på ein annan, blir beviset på den første trekt tilbake." },
        { title: "Du kan byte så ofte du vil", text: "Logg inn på den du skal bruke. Du treng nett, men ikkje nytt bilete." },
        { title: "Bibliotekkortet blir liggjande", text: "På den første telefonen blir det vist til du loggar ut der, men det blir ikkje oppdatert." },
      ],
      broken_phone: [
        { title: "Er skjermen knust?", text: "Koden kan ofte lesast likevel, med lysstyrken heilt opp. Hald heile koden innanfor den heile delen av skjermen." },
        { title: "Er han tom for straum?", text: "Lad litt. Beviset verkar utan nett straks telefonen er på." },
        { title: "Kan han ikkje brukast?", text: "Logg inn med Feide på ein annan telefon. Då kjem beviset dit, og det på den øydelagde sluttar å gjelde. Er telefonen lånt, så la ikkje nettlesaren lagre passordet, og logg ut både i appen og av Feide i nettlesaren etterpå." },
        { title: "Skal han til reparasjon?", text: "Vel «Logg ut» først om du får det til. Elles loggar du inn på ein annan telefon." },
        { title: "Har du ingen telefon i mellomtida?", text: "Spør skulen om kva du kan vise så lenge, og ta med annan legitimasjon." },
      ],
      exam_without_phone: [
        { title: "Ta med annan legitimasjon", text: "Pass, nasjonalt ID-kort eller førarkort med bilete. Gjer det uansett: Det er eksamensstaden som avgjer kva som blir godteke." },
        { title: "Sei frå til eksamensvakta med ein gong", text: "Mange stader har vakta ei liste over deltakarane og kan registrere deg for hand. Nokre lister har bilete." },
        { title: "Har du tid før eksamen?", text: "Du kan logge inn på ein telefon du låner, og vise koden ved døra. La ikkje nettlesaren lagre passordet, og logg ut både i appen og av Feide i nettlesaren etterpå. Din eigen telefon blir logga ut av dette, så der må du logge inn på nytt." },
        { title: "Er du usikker, så ring skulen først", text: "Dei kan seie kva som gjeld der du skal ha eksamen." },
      ],
    },
    stillStuck: "Kjem du ikkje vidare?",
  },

  wrong: {
    title: "Feil i opplysningane?",
    lead: "Vel det som er feil, så seier vi kven som rettar det.",
    library: "Bibliotek\u00adkort",
    fields: {
      name: "Namn",
      birth_date: "Fødselsdato",
      institution: "Skule",
      company: "Bedrift",
      class: "Klasse",
      programme: "Utdanningsprogram",
      student_number: "Elevnummer",
      period: "Periode (frå og til)",
      card_type: "Type bevis",
      photo: "Bilete",
      library_code: "Bibliotekkode",
    },
    none: "Manglar",
    whoMends: "Den som rettar det",
    isWrong: (field) => `Feil: ${field}`,
    whyUnknown: "Det kan ikkje endrast i appen, fordi det kjem frå registeret. Er du elev, er det skulen som fører det. Er du lærling eller lærekandidat, er det opplæringskontoret.",
    whyPupil: "Det kan ikkje endrast i appen, fordi det kjem frå registeret til skulen. Det er skulen som fører det.",
    whyApprentice: "Det kan ikkje endrast i appen, fordi det kjem frå kontrakten din i registeret. Det er opplæringskontoret som kan be om at det blir retta.",
    whyPhotoPupil: "Biletet er låst når det er stadfesta, så ingen kan låne bort beviset. Skulen kan låse det opp. Då tek du eit nytt.",
    whyPhotoApprentice: "Biletet er låst når det er stadfesta, så ingen kan låne bort beviset. Fylkeskommunen kan låse det opp. Då tek du eit nytt.",
    whyLibrary: "Koden kjem frå biblioteket, og skulen legg han inn. Han kan ikkje endrast i appen.",
    when: "Når ser du det?",
    whenText: "Registeret blir lese kvar natt. Det som blir retta i dag, står her i morgon. Trykk «Oppdater» om det ikkje kjem av seg sjølv.",
    whenPhoto: "Med ein gong biletet er låst opp: Trykk «Oppdater» og ta eit nytt.",
    message: "Ferdig melding",
    messageText: "Meldinga seier kva for ei opplysning som er feil, og ikkje noko anna om deg. Skriv sjølv det som skal til. Send aldri fødselsnummer.",
    write: "Skriv e-post",
    writeTo: (name) => `Skriv e-post til ${name}`,
    copy: "Kopier meldinga",
    subject: (field) => `Feil i Lommebevis: ${field}`,
    body: (field) => `Hei!\n\nDet står feil på beviset mitt i Lommebevis.\n\nDette er feil: ${field}\nSlik skal det vere: \n\nKan de rette det i registeret?\n\nHelsing\n`,
    bodyPhoto: "Hei!\n\nEg treng eit nytt bilete i Lommebevis. Kan de låse opp biletet mitt?\n\nGrunnen er: \n\nHelsing\n",
    bodyLibrary: "Hei!\n\nBibliotekkoden min i Lommebevis er feil eller manglar. Kan de leggje inn rett kode?\n\nHelsing\n",
    nothing: "Når du har logga inn og fått eit bevis, kan du velje kva som er feil, på denne sida.",
  },

  disclosed: {
    title: "Kva ser andre?",
    lead: "Du vel sjølv kva koden viser. Slik ser den som skannar, det:",
    choose: "Vel kva koden er laga for",
    photo: "Biletkode",
    when: {
      exam: "For eksamensvakta.",
      travel: "For kontrolløren på bussen og toget.",
      discount: "For butikken, kinoen og treningssenteret.",
      age: "For den som berre treng å vite kor gammal du er.",
      photo: "Blir skanna etter kontrollkoden, så biletet kjem på skjermen til kontrolløren.",
    },
    seen: "Dette ser dei",
    unseen: "Dette får dei ikkje",
    things: {
      surname: "etternamnet",
      name: "namnet",
      birth_date: "fødselsdatoen",
      institution: "skulen eller bedrifta",
      class: "klassen",
      student_number: "elevnummeret",
      programme: "utdanningsprogrammet",
      library: "bibliotekkoden",
    },
    fingerprint: "Koden har òg eit slags fingeravtrykk av biletet, så ingen kan byte det ut. Biletet sjølv kjem berre med biletkoden.",
    always: "Namnet på fylkeskommunen og prova på at koden er ekte, er alltid med.",
    screen: "Den som ser på skjermen din, ser biletet ditt ved sida av koden.",
    never: "Aldri",
    neverText: "Fødselsnummer, adresse, telefonnummer, karakterar og fråvær er ikkje i nokon kode. Dei er ikkje i appen i det heile.",
    trace: "Ingen spor hos fylkeskommunen",
    traceText: [
      "Den som kontrollerer, hentar heile lista over sperra bevis og ser etter sjølv. Fylkeskommunen får ikkje vite at du blei kontrollert, av kven eller kvar.",
      "På eksamen noterer vakta at du har kome. Det ligg på eininga til vakta og blir sletta etter dagen, men skulen kan ta vare på ei utskrift.",
      "Skannar nokon koden som ei lenkje med eit vanleg kamera, kan han bli liggjande i historikken til nettlesaren hos dei.",
    ],
    nothing: "Når du har henta eit bevis, ser du det her med dine eigne opplysningar.",
    showCode: "Vis koden",
  },
};
