import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { organisationNumber } from './chance.mjs';
import { APPRENTICES, generate, libraryFile, PUPILS, schoolYear } from './generate.mjs';
import { PERSONAS } from './personas.mjs';
import { Started } from './started.mjs';

const county = generate({ today: '2026-11-22', base: 'http://fint.example' });
const of = (path) => county.collections[`utdanning/${path}`];
const keys = (path, field = 'systemId') => of(path).map((resource) => resource[field].identifikatorverdi);

test('the same day gives the same county, another day of the school year too', () => {
  const text = (today) => JSON.stringify(generate({ today, base: 'http://fint.example' }));
  assert.equal(text('2026-11-22'), JSON.stringify(county));
  assert.equal(text('2027-07-31'), JSON.stringify(county));
  assert.notEqual(text('2027-08-01'), JSON.stringify(county));
  assert.deepEqual(['2026-07-31', '2026-08-01', '2027-01-01'].map(schoolYear), [2025, 2026, 2026]);
});

test('the county has its people, each with keys of their own', () => {
  const tidy = keys('elev/elev').filter((key) => !key.startsWith('untidy'));
  assert.equal(tidy.length, PUPILS);
  assert.equal(of('larling/larling').length, APPRENTICES);
  for (const path of ['elev/elev', 'elev/elevforhold', 'elev/klasse', 'elev/klassemedlemskap', 'larling/larling', 'utdanningsprogram/programomrademedlemskap']) {
    assert.equal(new Set(keys(path)).size, keys(path).length, path);
  }
  assert.equal(new Set(county.people.map((person) => person.feideName)).size, county.people.length);
  for (const { login } of PERSONAS) assert.ok(county.people.some((person) => person.login === login), login);
});

test('every number is synthetic and has the right control digits', () => {
  const numbers = [...keys('elev/person', 'fodselsnummer'), ...keys('larling/person', 'fodselsnummer')];
  // The one who is both stands in both registers.
  const both = county.people.filter((person) => person.kind === 'both').map((person) => person.nin);
  assert.deepEqual(numbers.filter((number, i) => numbers.indexOf(number) !== i), both);
  assert.equal(both.length, 1);
  const sum = (number, weights) => weights.reduce((total, weight, i) => total + weight * Number(number[i]), 0) % 11;
  for (const number of numbers) {
    assert.ok(Number(number.slice(2, 4)) > 80, number);
    assert.equal(sum(number, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]), 0, number);
    assert.equal(sum(number, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]), 0, number);
  }
  for (const person of county.people) assert.match(person.mobile, /^6805\d{4}$/);
  assert.equal(organisationNumber(1).length, 9);
});

test('names hold every letter of Norwegian and Northern Sámi', () => {
  const names = county.people.map((person) => `${person.given}${person.family}`).join('').toLowerCase();
  for (const letter of 'æøåáčđŋšŧž') assert.ok(names.includes(letter), letter);
});

test('every photo and every link of the tidy records leads somewhere', () => {
  const known = new Set();
  for (const [path, resources] of Object.entries(county.collections)) {
    for (const resource of resources) {
      for (const [field, value] of Object.entries(resource)) {
        if (value?.identifikatorverdi) known.add(`http://fint.example/${path}/${field.toLowerCase()}/${encodeURIComponent(value.identifikatorverdi)}`);
      }
    }
  }
  for (const resource of Object.values(county.collections).flat()) {
    if (resource.systemId?.identifikatorverdi.startsWith('untidy')) continue;
    for (const link of Object.values(resource._links).flat()) assert.ok(known.has(link.href), link.href);
  }
  for (const picture of new Set(Object.values(county.photos))) {
    const bytes = readFileSync(new URL(`photos/${picture}.jpg`, import.meta.url));
    assert.deepEqual([...bytes.subarray(0, 2)], [0xff, 0xd8], picture);
  }
});

test('no library code could be read as another column', () => {
  for (const line of libraryFile(county.library).trimEnd().split('\r\n')) assert.equal(line.split(';').length, 4, line);
  assert.equal(new Set(county.library.map((row) => row.kode)).size, county.library.length);
});

let server;
before(async () => { server = await Started.of('county/server.mjs', ['--today', '2026-11-22']); });
after(async () => { assert.equal(await server.stop(), 0); });

async function token(form = {}, credentials = 'fint-client:fint-secret') {
  const body = new URLSearchParams({ grant_type: 'password', username: 'fint-user', password: 'fint-password', scope: 'fint-client', ...form });
  const response = await fetch(`${server.base}/oauth/token`, { method: 'POST', body, headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } });
  return { status: response.status, ...(await response.json()) };
}

const bearer = async () => ({ headers: { authorization: `Bearer ${(await token()).access_token}` } });

test('only the right client and user get a token, and only a token opens the records', async () => {
  assert.equal((await token()).token_type, 'bearer');
  assert.equal((await token({}, 'fint-client:wrong')).error, 'invalid_client');
  assert.equal((await token({ password: 'wrong' })).error, 'invalid_grant');
  assert.equal((await token({ grant_type: 'implicit' })).error, 'unsupported_grant_type');
  for (const path of ['/utdanning/elev/elev', '/bibliotek.csv']) assert.equal((await fetch(server.base + path)).status, 401);
  const authorised = await bearer();
  await server.control('expire-tokens', {});
  assert.equal((await fetch(`${server.base}/utdanning/elev/elev`, authorised)).status, 401);
});

test('pages follow each other to the end', async () => {
  const authorised = await bearer();
  let url = `${server.base}/utdanning/elev/klassemedlemskap?size=1000`;
  let count = 0;
  let total;
  for (; url; ) {
    const page = await (await fetch(url, authorised)).json();
    count += page._embedded._entries.length;
    total = page.total_items;
    url = page._links.next?.[0].href;
  }
  assert.equal(count, total);
  assert.ok(total > PUPILS);
});

test('a resource is found by any of its keys, in any case', async () => {
  const authorised = await bearer();
  for (const path of ['elevnummer/10100000', 'systemId/100000', 'FEIDENAVN/nora%40fjordviken.example']) {
    const found = await (await fetch(`${server.base}/utdanning/elev/elev/${path}`, authorised)).json();
    assert.equal(found.systemId.identifikatorverdi, '100000', path);
  }
  assert.equal((await fetch(`${server.base}/utdanning/elev/elev/systemid/none`, authorised)).status, 404);
});

test('photos are JPEG files, and nothing outside the folder is one', async () => {
  const authorised = await bearer();
  const { _links } = await (await fetch(`${server.base}/utdanning/elev/elev/systemid/100000`, authorised)).json();
  const person = await (await fetch(_links.person[0].href, authorised)).json();
  const photo = await fetch(person.bilde);
  assert.equal(photo.headers.get('content-type'), 'image/jpeg');
  assert.ok((await photo.arrayBuffer()).byteLength > 40000);
  for (const path of ['/photos/none.jpg', '/photos/..%2fSOURCES.jpg']) assert.notEqual((await fetch(server.base + path)).status, 200);
});

test('faults and changes are switched on and off', async () => {
  const authorised = await bearer();
  const get = (path) => fetch(`${server.base}/utdanning/elev/${path}`, authorised);
  await server.control('fault', { mode: 'missing-page', class: 'Elevforhold' });
  assert.equal((await get('elevforhold?size=1000')).status, 200);
  assert.equal((await get('elevforhold?size=1000&offset=1000')).status, 404);
  assert.equal((await get('elev?size=1000&offset=1000')).status, 200);
  await server.control('fault', { mode: 'none' });

  const key = (await (await fetch(`${server.base}/_stand-in/person/olav`)).json()).elevforhold[0];
  await server.control('change', { collection: 'utdanning/elev/elevforhold', id: key, set: { hovedskole: false, _links: { kategori: [] } } });
  const changed = await (await get(`elevforhold/systemid/${key}`)).json();
  assert.deepEqual([changed.hovedskole, changed._links.kategori.length, changed._links.skole.length], [false, 0, 1]);
  await server.control('change', { reset: true });
  assert.equal((await (await get(`elevforhold/systemid/${key}`)).json()).hovedskole, true);
});

test('a busy port is a sentence, not a stack trace', async () => {
  const second = await Started.fails('county/server.mjs', ['--port', new URL(server.base).port]);
  assert.equal(second.code, 1);
  assert.match(second.errors, /^county: port \d+ is in use by another program; [^\n]+\n$/);
});
