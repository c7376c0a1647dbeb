// The county's school records as FINT (model 4) gives them, from the sample county. See README.md.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { generate, libraryFile } from './generate.mjs';
import { answer, body, Faults, listen, options } from './stand-in.mjs';

const USAGE = `Usage: node county/server.mjs [--port 8022] [--public-url http://127.0.0.1:PORT] [--today YYYY-MM-DD]`;
const CLIENT = { id: 'fint-client', secret: 'fint-secret', username: 'fint-user', password: 'fint-password', scope: 'fint-client' };
const TOKEN_SECONDS = 3599;

const settings = options(USAGE, { port: '8022', 'public-url': '' });
const faults = new Faults(['missing-page', 'short-page', 'down', 'slow', 'garbage']);
let tokens = new Map();
let county;
const server = createServer((request, response) =>
  handle(request, response).catch((error) => {
    console.error(`county: ${error.stack}`);
    if (!response.headersSent) answer(response, 500, { error: 'the stand-in failed' });
    else response.destroy();
  }),
);
const port = await listen(server, { name: 'county', port: settings.port });
const base = (settings['public-url'] || `http://127.0.0.1:${port}`).replace(/\/$/, '');
county = generate({ today: settings.today, base });
console.log(`county: Fjordviken fylkeskommune as FINT on ${base} (school day ${settings.today})`);

async function handle(request, response) {
  const url = new URL(request.url, base);
  const path = decodeURIComponent(url.pathname).replace(/^\/|\/$/g, '');
  if (path.startsWith('_stand-in/')) return control(path.slice('_stand-in/'.length), request, response);
  if (county === undefined) return answer(response, 503, { error: 'starting' });

  // The class of a collection, `token` for the token, `bibliotek` for the library file, `photos` for photos.
  const className = path === 'oauth/token' ? 'token' : (path.split('/')[2] ?? path.split(/[./]/)[0]);
  const mode = faults.of(className);
  if (mode === 'down') return answer(response, 503, { error: 'down' });
  if (mode === 'garbage') return answer(response, 200, '<!doctype html><title>502 Bad Gateway</title>', { 'content-type': 'text/html' });
  if (mode === 'slow') await faults.slowness();

  if (path === 'oauth/token') return giveToken(request, response);
  if (request.method !== 'GET') return answer(response, 405, { error: 'only GET' }, { allow: 'GET' });
  const photo = /^photos\/([a-z0-9-]+)\.jpg$/.exec(path);
  // A photo's address is enough to read it, as with the addresses that a school's own photo store gives.
  if (photo) return givePhoto(photo[1], response);
  if (!isAuthorised(request)) return answer(response, 401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
  if (path === 'bibliotek.csv') return answer(response, 200, libraryFile(county.library), { 'content-type': 'text/csv; charset=utf-8' });
  return giveFint(path, url.searchParams, mode, response);
}

async function giveToken(request, response) {
  const form = new URLSearchParams(await body(request));
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '');
  const credentials = basic ? Buffer.from(basic[1], 'base64').toString('utf8') : '';
  if (request.method !== 'POST' || credentials !== `${CLIENT.id}:${CLIENT.secret}`) return answer(response, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="fint"' });
  const grant = form.get('grant_type');
  if (grant !== 'password' && grant !== 'client_credentials') return answer(response, 400, { error: 'unsupported_grant_type' });
  if (form.get('scope') !== CLIENT.scope) return answer(response, 400, { error: 'invalid_scope' });
  if (grant === 'password' && (form.get('username') !== CLIENT.username || form.get('password') !== CLIENT.password)) return answer(response, 400, { error: 'invalid_grant' });
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, Date.now() + TOKEN_SECONDS * 1000);
  return answer(response, 200, { access_token: token, token_type: 'bearer', expires_in: TOKEN_SECONDS });
}

function isAuthorised(request) {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '');
  return bearer !== null && (tokens.get(bearer[1]) ?? 0) > Date.now();
}

async function givePhoto(name, response) {
  const picture = county.photos[name] ?? name;
  try {
    return answer(response, 200, await readFile(new URL(`photos/${picture}.jpg`, import.meta.url)), { 'content-type': 'image/jpeg' });
  } catch {
    return answer(response, 404, { error: 'no such photo' });
  }
}

function giveFint(path, query, mode, response) {
  const hal = { 'content-type': 'application/hal+json; charset=utf-8' };
  const collection = county.collections[path];
  if (collection) {
    const offset = whole(query.get('offset'), 0);
    if (mode === 'missing-page' && offset > 0) return answer(response, 404, { message: 'no such page' }, hal);
    return answer(response, 200, page(path, collection, offset, whole(query.get('size'), collection.length), mode), hal);
  }
  const [, of, rest] = /^(utdanning\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const resources = county.collections[of];
  if (resources && rest === 'cache/size') return answer(response, 200, { size: resources.length }, hal);
  if (resources && rest === 'last-updated') return answer(response, 200, { lastUpdated: String(Date.parse(settings.today)) }, hal);
  if (resources && rest === 'admin/health') return answer(response, 200, { status: 'HEALTHY' }, hal);
  const found = resources && find(resources, ...rest.split('/'));
  return found ? answer(response, 200, found, hal) : answer(response, 404, { message: `${path} not found` }, hal);
}

function find(resources, field, value) {
  return resources.find((resource) => Object.entries(resource).some(([name, of]) => name.toLowerCase() === field.toLowerCase() && String(of?.identifikatorverdi) === value));
}

/** One page; everything when no size is asked for, as FINT does. */
function page(path, collection, offset, size, mode) {
  const until = offset + size;
  const entries = collection.slice(offset, until);
  if (mode === 'short-page' && until >= collection.length) entries.splice(Math.floor(entries.length / 2));
  const link = (at) => [{ href: `${base}/${path}?offset=${at}&size=${size}` }];
  return {
    _embedded: { _entries: entries },
    _links: {
      self: link(offset),
      ...(until < collection.length && { next: link(until) }),
      ...(offset > 0 && { prev: link(Math.max(0, offset - size)) }),
    },
    total_items: collection.length, offset, size: entries.length,
  };
}

function whole(text, otherwise) {
  const number = Number(text);
  return text !== null && Number.isInteger(number) && number >= 0 && number <= 1e9 ? number : otherwise;
}

async function control(what, request, response) {
  if (request.method === 'GET' && what.startsWith('person/')) return givePersona(what.slice('person/'.length), response);
  if (request.method !== 'POST') return answer(response, 405, { error: 'only POST' });
  if (what === 'fault') return faults.control(request, response);
  if (what === 'expire-tokens') {
    tokens = new Map();
    return answer(response, 200, {});
  }
  if (what === 'change') return change(JSON.parse(await body(request)), response);
  return answer(response, 404, { error: 'fault, change, expire-tokens or person/{login}' });
}

/** Where a person's records are, for a test that wants to change them. */
function givePersona(login, response) {
  const known = county.people.find((person) => person.login === login);
  if (!known) return answer(response, 404, { error: 'no such login' });
  const linked = (path, nin) => county.collections[path].filter((resource) => resource._links?.person?.[0].href.endsWith(`/${nin}`));
  const elev = linked('utdanning/elev/elev', known.nin)[0];
  const number = elev?.elevnummer.identifikatorverdi;
  const ids = (path, test) => county.collections[path].filter(test).map((resource) => resource.systemId.identifikatorverdi);
  const enrolments = ids('utdanning/elev/elevforhold', (resource) => number && resource._links?.elev?.[0].href.endsWith(`/${number}`));
  return answer(response, 200, {
    ...known,
    elev: elev?.systemId.identifikatorverdi ?? null, elevnummer: number ?? null, elevforhold: enrolments,
    klassemedlemskap: ids('utdanning/elev/klassemedlemskap', (resource) => enrolments.some((key) => resource._links.elevforhold[0].href.endsWith(`/${key}`))),
    larling: linked('utdanning/larling/larling', known.nin).map((resource) => resource.systemId.identifikatorverdi),
  });
}

/**
 * `{"reset": true}`; `{"collection", "id", "set": {…}}` (fields and `_links` are merged in); `{"collection", "id", "remove": true}`;
 * `{"collection", "removeShare": 0.5}`; `{"collection", "add": {…}}`; `{"library": {"feidenavn", "kode"}}` (kode null takes the row away).
 */
function change(wish, response) {
  if (wish.reset) {
    county = generate({ today: settings.today, base });
    return answer(response, 200, {});
  }
  if (wish.library) {
    const rows = county.library.filter((row) => row.feidenavn !== wish.library.feidenavn);
    county.library = wish.library.kode === null ? rows : [...rows, { elevnummer: '', symbologi: '', ...wish.library }];
    return answer(response, 200, { rows: county.library.length });
  }
  const resources = county.collections[wish.collection];
  if (!resources) return answer(response, 404, { error: 'no such collection' });
  if (wish.add) resources.push(wish.add);
  else if (wish.removeShare !== undefined) resources.splice(0, Math.floor(resources.length * wish.removeShare));
  else {
    const found = find(resources, wish.field ?? 'systemId', String(wish.id));
    if (!found) return answer(response, 404, { error: 'no such resource' });
    if (wish.remove) resources.splice(resources.indexOf(found), 1);
    else Object.assign(found, wish.set, { _links: { ...found._links, ...wish.set?._links } });
  }
  return answer(response, 200, { resources: resources.length });
}
