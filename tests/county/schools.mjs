// The schools and programmes of Fjordviken fylkeskommune.

/** The share is of the county's pupils; the symbology is that of the school library's codes. */
export const SCHOOLS = [
  { number: '16001', name: 'Fjordviken videregående skole', share: 22, symbology: 'qr', programmes: ['ST', 'MD', 'IM', 'PB'] },
  { number: '16002', name: 'Storhavn videregående skole', share: 17, symbology: 'code128', programmes: ['ST', 'NA', 'TP', 'EL'] },
  { number: '16003', name: 'Åsgard videregående skole', share: 16, symbology: 'code39', programmes: ['ST', 'HS', 'PB'] },
  { number: '16004', name: 'Tømmerdal videregående skole', share: 13, symbology: 'itf', programmes: ['BA', 'TP', 'EL'] },
  { number: '16005', name: 'Sørlia videregående skole', share: 12, symbology: 'codabar', programmes: ['HS', 'RM', 'SS'] },
  { number: '16006', name: 'Vuotnaráhti joatkkaskuvla – Fjordnes videregående skole', share: 6, symbology: 'qr', programmes: ['ST', 'NA', 'HS'] },
  // The sample configuration leaves this one out: its pupils meet "the school does not use the card".
  { number: '16007', name: 'Nordneset videregående skole', share: 9, symbology: 'ean13', programmes: ['ST', 'BA', 'SS'] },
  { number: '16008', name: 'Ytterøy videregående skole', share: 5, symbology: 'qr', programmes: ['ST', 'NA'] },
];

export const NOT_ENABLED = '16007';

/** Programme → level → programme areas: [code, name, letters in the class name]. */
export const PROGRAMMES = {
  ST: {
    name: 'Studiespesialisering',
    1: [['STUSP1----', 'Studiespesialisering', 'ST']],
    2: [['STREA2----', 'Realfag', 'RE'], ['STSSA2----', 'Språk, samfunnsfag og økonomi', 'SS']],
    3: [['STREA3----', 'Realfag', 'RE'], ['STSSA3----', 'Språk, samfunnsfag og økonomi', 'SS']],
  },
  MD: {
    name: 'Musikk, dans og drama',
    1: [['MDMUS1----', 'Musikk', 'MU']],
    2: [['MDMUS2----', 'Musikk', 'MU']],
    3: [['MDMUS3----', 'Musikk', 'MU']],
  },
  IM: {
    name: 'Informasjonsteknologi og medieproduksjon',
    1: [['IMIKM1----', 'Informasjonsteknologi og medieproduksjon', 'IM']],
    2: [['IMITK2----', 'Informasjonsteknologi', 'IT']],
  },
  PB: { name: 'Påbygging til generell studiekompetanse', 3: [['PBPBY3----', 'Påbygging til generell studiekompetanse', 'PB']] },
  NA: {
    name: 'Naturbruk',
    1: [['NANAB1----', 'Naturbruk', 'NA']],
    2: [['NAAKV2----', 'Akvakultur', 'AK'], ['NALAN2----', 'Landbruk og gartnernæring', 'LG']],
  },
  TP: { name: 'Teknologi- og industrifag', 1: [['TPTIP1----', 'Teknologi- og industrifag', 'TP']], 2: [['TPIND2----', 'Industriteknologi', 'IN']] },
  EL: { name: 'Elektro og datateknologi', 1: [['ELELE1----', 'Elektro og datateknologi', 'EL']], 2: [['ELELK2----', 'Elenergi og ekom', 'EK']] },
  HS: {
    name: 'Helse- og oppvekstfag',
    1: [['HSHSF1----', 'Helse- og oppvekstfag', 'HS']],
    2: [['HSHEA2----', 'Helsearbeiderfag', 'HE'], ['HSBUA2----', 'Barne- og ungdomsarbeiderfag', 'BU']],
  },
  BA: { name: 'Bygg- og anleggsteknikk', 1: [['BABAT1----', 'Bygg- og anleggsteknikk', 'BA']], 2: [['BATMF2----', 'Tømrer', 'TM'], ['BARLF2----', 'Rørlegger', 'RL']] },
  RM: { name: 'Restaurant- og matfag', 1: [['RMRMF1----', 'Restaurant- og matfag', 'RM']], 2: [['RMKOS2----', 'Kokk- og servitørfag', 'KO']] },
  SS: { name: 'Salg, service og reiseliv', 1: [['SSSSR1----', 'Salg, service og reiseliv', 'SR']], 2: [['SSSAL2----', 'Salg og reiseliv', 'SA']] },
};

/** What apprentices learn: [code, trade]. */
export const TRADES = [
  ['BATMF3----', 'Tømrerfaget'],
  ['BARLF3----', 'Rørleggerfaget'],
  ['ELELE3----', 'Elektrikerfaget'],
  ['HSHEA3----', 'Helsearbeiderfaget'],
  ['HSBUA3----', 'Barne- og ungdomsarbeiderfaget'],
  ['TPIME3----', 'Industrimekanikerfaget'],
  ['NAAKV3----', 'Akvakulturfaget'],
  ['RMKOK3----', 'Kokkfaget'],
  ['FDFRI3----', 'Frisørfaget'],
  ['SSTRL3----', 'Logistikkfaget'],
];
