// Names for invented people: Norwegian and Sámi, with every letter those languages use.

export const GIVEN = (
  'Emma Nora Sofie Olivia Ella Maja Ingrid Emilie Sara Leah Thea Ida Frida Astrid Selma Tuva Hedda Live Åse Åshild ' +
  'Jakob Emil Noah Oliver Filip William Lucas Liam Henrik Oskar Aksel Elias Theodor Magnus Tobias Håkon Sindre Øyvind ' +
  'Bjørn Jørgen Kåre Torbjørn Solveig Guro Ragnhild Sigrun Eirik Vetle Ådne Mathea Jenny Hanna Iben Signe Synne Marte ' +
  'Áilu Ánte Ándaras Biret Elle Inga Jovsset Lásse Máret Máhtte Niillas Rávdná Risten Sárá Sunná Áhkká Máren Issát ' +
  'Amina Fatima Yusuf Ali Zahra Omar Aleksander Wiktoria Jakub Zofia Thuy Linh Sámmol Ellen-Marie Ole-Mattis Per-Áilu'
).split(' ');

export const MIDDLE = 'Marie Johanne Andreas Elise Aleksander Sofie Ánde Elle Kristin Berg Lie Moe Bakke Dahl'.split(' ');

export const FAMILY = (
  'Bakken Berge Bjørkøy Brekke Dalbakk Eide Elvebakk Engen Fjellheim Fossli Fossåsen Granås Haugland Heggdal Hjelmås ' +
  'Holmøy Indrebø Kvalsvåg Kvåle Langnes Lillebø Lofthus Lønnebakk Mælen Myrås Nesbø Nordbø Nærø Rødøy Rønning Sandøy ' +
  'Skogly Skårvik Solbakk Solhøgda Strandås Strømøy Sætre Søråsen Tangvåg Tømmerås Vågøy Viken Østgård Østvåg Øyehaug ' +
  'Åkerøy Ådland Årvik Åsbakk Čáhppesvárri Čearretgáisa Gáddevuotna Jávregáddi Luossajohka Muotkevárri Njárgga Šuoššjávri ' +
  'Ŧudnjalas Vággejohka Váráš Žuorrit Eŋŋelskaidi Đárjá Buljosvárri Nguyen Hussain Kowalczyk Müller Andersson de-la-Cruz'
).split(' ');

const PLAIN = { æ: 'ae', ø: 'o', å: 'a', đ: 'd', ŋ: 'n', ŧ: 't' };

/** The name in the letters a to z, as login names are made of it. */
export function plainLetters(name) {
  return name
    .toLowerCase()
    .replace(/[æøåđŋŧ]/g, (letter) => PLAIN[letter])
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}

export const COMPANIES = (
  'Fjordbygg|Havnes Elektro|Tømmerdal Trevare|Ytterøy Havbruk|Åsgard Mekaniske|Sørlia Helsehus|Storhavn Verft|Vågen Rør|' +
  'Øyane Frisør|Nordneset Bakeri|Fjordviken Kraft|Lysgården Barnehage|Bryggekanten Kjøkken|Ráššu Duodji|Vuotna Biilavuogádat|' +
  'Granås Gartneri|Kvåle Anlegg|Strømøy Mat|Nærø Transport|Solhøgda Sykehjem'
)
  .split('|')
  .map((name) => `${name} AS`);
