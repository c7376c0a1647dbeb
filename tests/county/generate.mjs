// The sample county: 3 000 pupils and 500 apprentices in FINT's form, the same every time for the same day.
// `node generate.mjs [--today YYYY-MM-DD] [--out FOLDER]` writes it as files; the server takes it from `generate`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chance, organisationNumber, tenorNumber } from './chance.mjs';
import { COMPANIES, FAMILY, GIVEN, MIDDLE, plainLetters } from './names.mjs';
import { PERSONAS, REALM } from './personas.mjs';
import { PROGRAMMES, SCHOOLS, TRADES } from './schools.mjs';

export const PUPILS = 3000;
export const APPRENTICES = 500;
const CLASS_SIZE = 28;
const AVATARS = 24;

const id = (value) => ({ identifikatorverdi: String(value) });
const instant = (day) => (day === null ? null : `${day}T00:00:00Z`);
const period = (start, end) => ({ start: instant(start), slutt: instant(end) });
const two = (number) => String(number).padStart(2, '0');

/** The first year of the school year that the day lies in: it turns on 1 August. */
export function schoolYear(today) {
  const [year, month] = today.split('-').map(Number);
  return month >= 8 ? year : year - 1;
}

/**
 * The whole county on a day (`YYYY-MM-DD`): `collections` by path, with links whose address begins with `base`;
 * `library`, the rows of the library code file; `photos`, picture by photo id; and `people`, what Feide knows of each person with a Feide name.
 */
export function generate({ today, base }) {
  return new County(today, base.replace(/\/$/, '')).build();
}

class County {
  constructor(today, base) {
    this.year = schoolYear(today);
    this.base = base;
    this.collections = {};
    this.library = [];
    this.photos = {};
    this.people = [];
    this.numbersTaken = new Set();
    this.loginsTaken = new Set(PERSONAS.map((persona) => persona.login));
    this.membersOf = new Map();
    this.serial = 100000;
  }

  build() {
    this.addRegisters();
    // Personas first: their numbers and keys do not depend on how many others there are.
    for (const persona of PERSONAS) this.addPersona(persona);
    for (let i = this.count('utdanning/elev/elev'); i < PUPILS; i++) this.addPupil(this.somePupil(i), `pupil ${i}`);
    for (let i = this.count('utdanning/larling/larling'); i < APPRENTICES; i++) this.addApprentice(this.someApprentice(i), `apprentice ${i}`);
    this.addUntidyRecords();
    return { collections: this.collections, library: this.library, photos: this.photos, people: this.people };
  }

  count(path) {
    return this.collections[path]?.length ?? 0;
  }

  link(path, field, value) {
    return [{ href: `${this.base}/${path}/${field}/${encodeURIComponent(value)}` }];
  }

  /** Adds a resource whose key is `systemId` (or the field given) and returns it. */
  add(path, resource, links = {}, field = 'systemId') {
    const self = this.link(path, field.toLowerCase(), resource[field].identifikatorverdi);
    const whole = { ...resource, _links: { self, ...links } };
    (this.collections[path] ??= []).push(whole);
    return whole;
  }

  addRegisters() {
    const areas = new Map();
    for (const [code, programme] of Object.entries(PROGRAMMES)) {
      this.add('utdanning/utdanningsprogram/utdanningsprogram', { systemId: id(code), navn: programme.name, beskrivelse: programme.name });
      for (const level of [1, 2, 3]) for (const [area, name] of programme[level] ?? []) areas.set(area, [name, code]);
    }
    for (const [code, name] of TRADES) areas.set(code, [name, code.slice(0, 2)]);
    for (const [code, [name, programme]] of areas) {
      const of = PROGRAMMES[programme] ? { utdanningsprogram: this.link('utdanning/utdanningsprogram/utdanningsprogram', 'systemid', programme) } : {};
      this.add('utdanning/utdanningsprogram/programomrade', { systemId: id(code), navn: name, beskrivelse: name }, of);
    }
    for (const level of [1, 2, 3]) this.add('utdanning/utdanningsprogram/arstrinn', { systemId: id(`VG${level}`), navn: `VG${level}`, beskrivelse: `Videregående trinn ${level}` });
    for (const [code, name] of [['1', 'deltid'], ['2', 'heltid'], ['3', 'voksen'], ['9', 'privatist']]) {
      this.add('utdanning/kodeverk/elevkategori', { systemId: id(code), kode: code, navn: name, passiv: false });
    }
    for (const [code, name] of [['B', 'Bestått'], ['M', 'Bestått meget godt'], ['I', 'Ikke bestått']]) {
      this.add('utdanning/kodeverk/fullfortkode', { systemId: id(code), kode: code, navn: name, passiv: false });
    }
    SCHOOLS.forEach((school, i) => {
      this.add(
        'utdanning/utdanningsprogram/skole',
        {
          systemId: id(school.number), skolenummer: id(school.number), organisasjonsnummer: id(organisationNumber(i + 1)),
          navn: school.name, juridiskNavn: school.name, organisasjonsnavn: school.name, domenenavn: REALM,
          kontaktinformasjon: {
            telefonnummer: `6805990${i}`, epostadresse: `${plainLetters(school.name.split(' ')[0])}@${REALM}`, nettsted: `https://skole${i + 1}.${REALM}/`,
          },
        },
        { self: this.link('utdanning/utdanningsprogram/skole', 'skolenummer', school.number) },
      );
    });
    COMPANIES.forEach((name, i) => {
      this.add(
        'utdanning/larling/virksomhet',
        { virksomhetsId: id(7001 + i), organisasjonsnummer: id(organisationNumber(101 + i)), organisasjonsnavn: name, forretningsadresse: { adresselinje: [null], postnummer: '9999', poststed: 'FJORDVIKEN' } },
        {}, 'virksomhetsId',
      );
    });
  }

  somePupil(i) {
    const random = chance(`pupil ${i}`);
    let draw = random.below(SCHOOLS.reduce((sum, school) => sum + school.share, 0));
    const school = SCHOOLS.find((school) => (draw -= school.share) < 0);
    const level = 1 + random.below(3);
    // Those whose programme has no such level here are in one that has: the third year is mostly general studies.
    const programme = random.of(school.programmes.filter((code) => PROGRAMMES[code][level]));
    const at = programme ?? random.of(school.programmes);
    const real = PROGRAMMES[at][level] ? level : random.of([1, 2].filter((lower) => PROGRAMMES[at][lower]));
    return {
      ...this.someName(random), school: school.number, level: real, programme: at,
      born: [-15 - real, this.someDay(random)],
      photo: random.happens(0.7) ? `avatar-${two(1 + random.below(AVATARS))}` : undefined,
      library: random.happens(0.8) ? libraryCode(school, i) : undefined,
      kind: random.happens(0.01) ? 'interrupted' : random.happens(0.01) ? 'private' : random.happens(0.005) ? 'guest' : random.happens(0.03) ? 'moved-class' : 'pupil',
    };
  }

  someApprentice(i) {
    const random = chance(`apprentice ${i}`);
    return {
      ...this.someName(random), born: [-18 - random.below(5), this.someDay(random)], trade: random.below(TRADES.length),
      contract: random.happens(0.08) ? 'Lærekandidat' : 'Lærling', photo: random.happens(0.3) ? `avatar-${two(1 + random.below(AVATARS))}` : undefined,
      passed: random.happens(0.04), kind: 'apprentice',
    };
  }

  someName(random) {
    return { given: random.of(GIVEN), middle: random.happens(0.3) ? random.of(MIDDLE) : undefined, family: random.of(FAMILY) };
  }

  someDay(random) {
    return `${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
  }

  loginFor(facts) {
    if (facts.login) return facts.login;
    const stem = `${plainLetters(facts.given)}.${plainLetters(facts.family)}`;
    for (let n = 1; ; n++) {
      const login = n === 1 ? stem : `${stem}${n}`;
      if (!this.loginsTaken.has(login)) {
        this.loginsTaken.add(login);
        return login;
      }
    }
  }

  addPersona(persona) {
    const seed = `persona ${persona.login}`;
    if (persona.kind === 'apprentice') this.addApprentice(persona, seed);
    else if (persona.kind === 'both') this.addContract(persona, this.addPupil(persona, seed), seed);
    else if (persona.kind === 'staff') this.addStaff(persona, seed);
    else if (persona.kind === 'feide-only') this.knowInFeide(persona, this.someoneBorn(persona, seed), {});
    else this.addPupil(persona, seed);
  }

  /** What everyone has: a login name, a birth date, a synthetic number, a test telephone number. */
  someoneBorn(facts, seed) {
    const birthDate = `${this.year + facts.born[0]}-${facts.born[1]}`;
    const login = this.loginFor(facts);
    return {
      login, feideName: `${login}@${REALM}`, birthDate, nin: tenorNumber(birthDate, chance(`number ${seed}`), this.numbersTaken),
      mobile: String(68050000 + this.people.length), photoId: chance(`photo ${seed}`).hex(12), key: this.serial++,
    };
  }

  knowInFeide(facts, someone, more) {
    const { given, middle, family, refused = false, shows = null, kind } = facts;
    const { login, feideName, birthDate, nin, mobile } = someone;
    this.people.push({ login, feideName, given, middle: middle ?? null, family, birthDate, nin, mobile, kind, refused, shows, ...more });
  }

  addPerson(path, facts, someone, links) {
    if (facts.photo) this.photos[someone.photoId] = facts.photo;
    this.add(
      path,
      {
        fodselsnummer: id(someone.nin), fodselsdato: instant(someone.birthDate),
        navn: { fornavn: facts.given, mellomnavn: facts.middle ?? null, etternavn: facts.family },
        bilde: facts.photo ? `${this.base}/photos/${someone.photoId}.jpg` : null,
        bostedsadresse: { adresselinje: [`Prøveveien ${someone.key % 97}`], postnummer: '9999', poststed: 'FJORDVIKEN' },
        kontaktinformasjon: { mobiltelefonnummer: someone.mobile, epostadresse: `${someone.login}@${REALM}` },
      },
      links, 'fodselsnummer',
    );
    return this.link(path, 'fodselsnummer', someone.nin);
  }

  addPupil(facts, seed) {
    const someone = this.someoneBorn(facts, seed);
    const pupilNumber = String(10000000 + someone.key);
    const elev = this.link('utdanning/elev/elev', 'elevnummer', pupilNumber);
    const elevforhold = this.link('utdanning/elev/elevforhold', 'systemid', `${someone.key}1`);
    const person = this.addPerson('utdanning/elev/person', facts, someone, { elev });
    this.add(
      'utdanning/elev/elev',
      {
        systemId: id(someone.key), elevnummer: id(pupilNumber), feidenavn: id(someone.feideName), brukernavn: id(someone.login),
        gjest: facts.kind === 'guest', kontaktinformasjon: { mobiltelefonnummer: someone.mobile, epostadresse: `${someone.login}@elev.${REALM}` },
      },
      { person, elevforhold },
    );
    if (facts.library) {
      const { symbology } = SCHOOLS.find((school) => school.number === facts.school);
      this.library.push({ elevnummer: pupilNumber, feidenavn: someone.feideName, kode: facts.library, symbologi: symbology });
    }
    this.addEnrolment(facts, someone, elev);
    const at = facts.kind === 'ended' ? {} : { school: facts.school, level: facts.level };
    this.knowInFeide(facts, someone, at);
    return someone;
  }

  addEnrolment(facts, someone, elev) {
    const year = facts.kind === 'ended' ? this.year - 1 : this.year;
    const [first, last] = [`${year}-08-01`, `${year + 1}-07-31`];
    const key = `${someone.key}1`;
    const elevforhold = this.link('utdanning/elev/elevforhold', 'systemid', key);
    const area = chance(`area ${someone.key}`).of(PROGRAMMES[facts.programme][facts.level]);
    const memberships = [];
    if (facts.kind !== 'no-class') {
      const klasse = this.classFor(facts, area, year);
      const spans = facts.kind === 'moved-class' ? [[first, `${year}-10-02`], [`${year}-10-03`, last]] : [[first, last]];
      spans.forEach(([start, end], i) => {
        const at = i === 0 ? klasse : this.classFor(facts, area, year);
        memberships.push(...this.addMembership('klassemedlemskap', `${key}_${i + 1}`, period(start, end), { elevforhold, klasse: at }));
      });
    }
    const programme = this.link('utdanning/utdanningsprogram/programomrade', 'systemid', area[0]);
    const programmes = this.addMembership('programomrademedlemskap', `${key}_p`, period(first, last), { elevforhold, programomrade: programme });
    this.add(
      'utdanning/elev/elevforhold',
      {
        systemId: id(key), beskrivelse: 'Elevforhold', gyldighetsperiode: period(first, last), hovedskole: true,
        avbruddsdato: facts.kind === 'interrupted' ? instant(`${year}-09-15`) : null,
      },
      {
        elev, skole: this.link('utdanning/utdanningsprogram/skole', 'skolenummer', facts.school),
        kategori: this.link('utdanning/kodeverk/elevkategori', 'systemid', facts.kind === 'private' ? '9' : '2'),
        ...(memberships.length > 0 && { klassemedlemskap: memberships }), programomrademedlemskap: programmes,
      },
    );
  }

  addMembership(kind, key, span, links) {
    const path = kind === 'klassemedlemskap' ? `utdanning/elev/${kind}` : `utdanning/utdanningsprogram/${kind}`;
    this.add(path, { systemId: id(key), gyldighetsperiode: span }, links);
    return this.link(path, 'systemid', key);
  }

  /** The class with room for one more at that school, level and programme area; a full one is followed by the next letter. */
  classFor(facts, [, , letters], year) {
    const stem = `${facts.school} ${year} ${facts.level}${letters}`;
    const members = this.membersOf.get(stem) ?? 0;
    this.membersOf.set(stem, members + 1);
    const name = `${facts.level}${letters}${String.fromCharCode(65 + Math.floor(members / CLASS_SIZE))}`;
    const key = `${facts.school}_${year}_${name}`;
    if (members % CLASS_SIZE === 0) {
      this.add(
        'utdanning/elev/klasse', { systemId: id(key), navn: name, beskrivelse: `Klasse ${name}` },
        {
          skole: this.link('utdanning/utdanningsprogram/skole', 'skolenummer', facts.school),
          trinn: this.link('utdanning/utdanningsprogram/arstrinn', 'systemid', `VG${facts.level}`),
        },
      );
    }
    return this.link('utdanning/elev/klasse', 'systemid', key);
  }

  addApprentice(facts, seed) {
    const someone = this.someoneBorn(facts, seed);
    this.addContract(facts, someone, seed);
    this.knowInFeide(facts, someone, {});
  }

  addContract(facts, someone, seed) {
    const random = chance(`contract ${seed}`);
    const larling = this.link('utdanning/larling/larling', 'systemid', someone.key);
    const person = this.addPerson('utdanning/larling/person', facts, someone, { larling });
    const begins = this.year - random.below(2);
    const company = 7001 + random.below(COMPANIES.length);
    const links = {
      person, bedrift: this.link('utdanning/larling/virksomhet', 'virksomhetsid', company),
      programomrade: this.link('utdanning/utdanningsprogram/programomrade', 'systemid', TRADES[facts.trade][0]),
    };
    if (facts.passed) {
      links.avlagtprove = this.link('utdanning/larling/avlagtprove', 'systemid', `${someone.key}9`);
      this.add(
        'utdanning/larling/avlagtprove', { systemId: id(`${someone.key}9`), provedato: instant(`${this.year}-08-20`) },
        { larling, fullfortkode: this.link('utdanning/kodeverk/fullfortkode', 'systemid', random.of(['B', 'M', 'I'])) },
      );
    }
    this.add(
      'utdanning/larling/larling',
      // The Vigo adapter writes its days as noon.
      { systemId: id(someone.key), kontraktstype: facts.contract, laretid: { start: `${begins}-08-01T12:00:00Z`, slutt: `${begins + 2}-07-31T12:00:00Z` } },
      links,
    );
  }

  addStaff(facts, seed) {
    const someone = this.someoneBorn(facts, seed);
    const person = this.addPerson('utdanning/elev/person', facts, someone, {});
    this.add('utdanning/elev/skoleressurs', { systemId: id(someone.key), feidenavn: id(someone.feideName) }, { person, skole: this.link('utdanning/utdanningsprogram/skole', 'skolenummer', facts.school) });
    this.knowInFeide(facts, someone, { school: facts.school });
  }

  /** Real sources are untidy. Four records that must be reported, and must not stop the rest. */
  addUntidyRecords() {
    const pupil = this.collections['utdanning/elev/elevforhold'].at(-1);
    const elevforhold = this.link('utdanning/elev/elevforhold', 'systemid', pupil.systemId.identifikatorverdi);
    const { klasse } = this.collections['utdanning/elev/klassemedlemskap'].at(-1)._links;
    const noClass = this.link('utdanning/elev/klasse', 'systemid', '16001_9999_9XX');
    this.addMembership('klassemedlemskap', 'untidy-1', period(`${this.year}-10-01`, `${this.year}-09-01`), { elevforhold, klasse });
    this.addMembership('klassemedlemskap', 'untidy-2', period(`${this.year}-08-01`, null), { elevforhold, klasse: noClass });
    this.add('utdanning/elev/elevforhold', { systemId: id('untidy-3'), gyldighetsperiode: period(`${this.year}-08-01`, null), hovedskole: false }, { elev: [{ href: '${utdanning.elev.elev}/elev/elevnummer/99999999' }] });
    this.collections['utdanning/elev/elev'].push({ systemId: id('untidy-4'), elevnummer: null, feidenavn: null, gjest: null, _links: null });
  }
}

function libraryCode(school, i) {
  const serial = String(1000 + i).padStart(6, '0');
  switch (school.symbology) {
    case 'code39': return `ASG-${serial}`;
    case 'itf': return `04${serial}`;
    case 'codabar': return `A${school.number}${serial}A`;
    case 'ean13': return ean13(`2${school.number}${serial}`);
    case 'code128': return `16002${serial}`;
    default: return `FJV${school.number.slice(-1)}${serial}`;
  }
}

function ean13(twelve) {
  const sum = [...twelve].reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0);
  return `${twelve}${(10 - (sum % 10)) % 10}`;
}

/** The library codes as the file that a school library system writes. */
export function libraryFile(rows) {
  const columns = ['elevnummer', 'feidenavn', 'kode', 'symbologi'];
  return [columns.join(';'), ...rows.map((row) => columns.map((column) => row[column]).join(';')), ''].join('\r\n');
}

/** Today's date here, `YYYY-MM-DD`. */
export function today() {
  return new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { today: { type: 'string' }, out: { type: 'string', default: '.out/county' }, base: { type: 'string', default: 'http://127.0.0.1:8022' } } });
  const county = generate({ today: values.today ?? today(), base: values.base });
  for (const [path, resources] of Object.entries(county.collections)) {
    mkdirSync(join(values.out, path, '..'), { recursive: true });
    writeFileSync(join(values.out, `${path}.json`), JSON.stringify(resources, null, 1));
    console.log(`${String(resources.length).padStart(6)}  ${path}`);
  }
  writeFileSync(join(values.out, 'bibliotek.csv'), libraryFile(county.library));
  writeFileSync(join(values.out, 'feide-people.json'), JSON.stringify(county.people, null, 1));
  console.log(`${String(county.library.length).padStart(6)}  bibliotek.csv, in ${values.out}`);
}
