// The people that the tests and the demonstration log in as. The password of all is `lommebevis`.
// `kind` says what the county's records hold; `shows` is what a login leads to.

export const PASSWORD = 'lommebevis';
export const REALM = 'fjordviken.example';

export const PERSONAS = [
  { login: 'nora', given: 'Nora', middle: 'Marie', family: 'Bjørkøy', kind: 'pupil', school: '16001', level: 3, programme: 'ST',
    born: [-18, '03-14'], photo: 'nora', library: 'FJV0001001', shows: 'Elev med bilde og lånekort: alt i orden' },
  { login: 'aslak', given: 'Áslak', middle: 'Niillas', family: 'Čearretgáisa', kind: 'pupil', school: '16006', level: 2, programme: 'NA',
    born: [-17, '06-06'], photo: 'avatar-06', library: 'FJV0006001', shows: 'Elev med samiske bokstaver og tegnet bilde' },
  { login: 'sunniva', given: 'Sunniva', family: 'Østvåg', kind: 'pupil', school: '16003', level: 1, programme: 'HS',
    born: [-16, '09-21'], shows: 'Elev uten bilde i registeret' },
  { login: 'mattis', given: 'Mattis', family: 'Rønning', kind: 'pupil', school: '16007', level: 2, programme: 'BA',
    born: [-17, '01-30'], photo: 'avatar-02', shows: 'Elev ved en skole som ikke bruker beviset' },
  { login: 'iben', given: 'Iben', family: 'Solhøgda', kind: 'no-class', school: '16005', level: 1, programme: 'RM',
    born: [-16, '11-02'], photo: 'avatar-03', shows: 'Elev som mangler klasse i registeret' },
  { login: 'bjorn', given: 'Bjørn', family: 'Årvik', kind: 'pupil', school: '16002', level: 3, programme: 'ST',
    born: [-18, '05-17'], photo: 'avatar-14', library: '160020042', shows: 'Elev som blir sperret' },
  { login: 'olav', given: 'Olav', family: 'Kvåle', kind: 'ended', school: '16001', level: 3, programme: 'ST',
    born: [-19, '07-29'], photo: 'avatar-24', shows: 'Elev som gikk ut i fjor' },
  { login: 'leif', given: 'Leif', middle: 'Ánde', family: 'Tømmerås', kind: 'apprentice', contract: 'Lærling', trade: 0,
    born: [-19, '02-11'], photo: 'avatar-08', shows: 'Lærling, funnet med fødselsnummer' },
  { login: 'lise', given: 'Lise', family: 'Sætre', kind: 'apprentice', contract: 'Lærekandidat', trade: 3,
    born: [-20, '10-05'], photo: 'avatar-05', shows: 'Lærekandidat' },
  { login: 'sigrid', given: 'Sigrid', family: 'Nærø', kind: 'staff', school: '16001', born: [-45, '04-08'], shows: 'Skolesekretær, ikke elev' },
  { login: 'ukjent', given: 'Ulrik', family: 'Kjente', kind: 'feide-only', born: [-17, '08-19'], shows: 'Har Feide, finnes ikke i registeret' },
  { login: 'avvist', given: 'Åvi', family: 'Vist', kind: 'feide-only', refused: true, born: [-17, '12-24'], shows: 'Feide avviser: har ikke tjenesten' },
  { login: 'oda', given: 'Oda', family: 'Strømøy', kind: 'both', school: '16003', level: 3, programme: 'PB', contract: 'Lærling', trade: 3,
    born: [-19, '10-30'], photo: 'avatar-09', library: 'ASG-000042', shows: 'Lærling som tar påbygg: elevbevis og lærlingbevis' },
  // They work here: their roles are given in the issuer (tests/src/stage.rs), never by Feide.
  { login: 'rektor', given: 'Ragnhild', family: 'Ektorsen', kind: 'staff', school: '16001', born: [-52, '02-03'], shows: 'Skoleadministrator ved Fjordviken' },
  { login: 'ikt', given: 'Ingar', family: 'Kabelvåg', kind: 'staff', school: '16001', born: [-38, '06-11'], shows: 'IKT-kontakt ved Fjordviken' },
  { login: 'bibliotek', given: 'Berit', family: 'Blioteket', kind: 'staff', school: '16001', born: [-47, '11-19'], shows: 'Bibliotekar ved Fjordviken' },
  { login: 'fylke', given: 'Frøydis', family: 'Ylkesen', kind: 'staff', school: '16001', born: [-41, '01-08'], shows: 'Fylkesadministrator' },
  { login: 'revisor', given: 'Reidar', family: 'Visoren', kind: 'staff', school: '16001', born: [-59, '09-27'], shows: 'Revisor' },
];
