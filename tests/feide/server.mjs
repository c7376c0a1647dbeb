// A stand-in for Feide. See README.md.

import { createServer } from 'node:http';
import { generate, schoolYear } from '../county/generate.mjs';
import { PASSWORD, REALM } from '../county/personas.mjs';
import { answer, body, Faults, listen, options } from '../county/stand-in.mjs';
import { errorPage, loginPage } from './pages.mjs';
import { extendedUserinfo, groups, subject } from './people.mjs';
import { CLIENT, feideProvider } from './provider.mjs';

const USAGE = `Usage: node feide/server.mjs [--port 8021] [--issuer-redirect URL[,URL…]] [--public-url http://127.0.0.1:PORT] [--today YYYY-MM-DD]`;
const settings = options(USAGE, { port: '8021', 'issuer-redirect': 'http://127.0.0.1:8020/oauth/feide/callback', 'public-url': '' });
const HTML = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" };

const faults = new Faults(['down', 'slow', 'garbage', 'refuse']);
const county = generate({ today: settings.today, base: 'http://fint.example' });
const byLogin = new Map(county.people.map((person) => [person.login, person]));
const personas = county.people.filter((person) => person.shows);

let feide;
const server = createServer((request, response) =>
  handle(request, response).catch((error) => {
    // A login that has run out, or whose cookie is gone, is the visitor's to repeat; all else is ours.
    const gone = error.name === 'SessionNotFound';
    if (!gone) console.error(`feide: ${error.stack}`);
    if (response.headersSent) return response.destroy();
    return answer(response, gone ? 400 : 500, errorPage(gone ? 'Innloggingen er utløpt' : 'Etterligningen feilet', 'Gå tilbake til tjenesten og prøv på nytt.'), HTML);
  }),
);
const port = await listen(server, { name: 'feide', port: settings.port });
const issuer = (settings['public-url'] || `http://127.0.0.1:${port}`).replace(/\/$/, '');
feide = feideProvider({ issuer, redirect: settings['issuer-redirect'].split(','), people: county.people });
const provide = feide.provider.callback();
console.log(`feide: stand-in on ${issuer} (client ${CLIENT.id}, password of everyone: ${PASSWORD})`);

/** The name by which a fault can be put on one part alone. */
function partOf(path) {
  if (path.startsWith('/.well-known/')) return 'discovery';
  if (path.startsWith('/userinfo/')) return 'extended';
  if (path.startsWith('/groups/')) return 'groups';
  if (path.startsWith('/login/')) return 'login';
  return path.split('/')[2] ?? '';
}

async function handle(request, response) {
  const url = new URL(request.url, 'http://stand-in');
  if (url.pathname === '/_stand-in/fault' && request.method === 'POST') return faults.control(request, response);
  if (feide === undefined) return answer(response, 503, { error: 'starting' });
  const mode = faults.of(partOf(url.pathname));
  if (mode === 'down') return answer(response, 503, errorPage('Utilgjengelig', 'Etterligningen er satt ut av drift.'), HTML);
  if (mode === 'garbage') return answer(response, 200, '<html>%%% \u0000 {"issuer": ', { 'content-type': 'application/json' });
  if (mode === 'slow') await faults.slowness();

  const login = /^\/login\/([\w-]+)(\/cancel)?$/.exec(url.pathname);
  if (login) return visitLogin(request, response, url, login[2] !== undefined);
  if (request.method === 'GET' && url.pathname === '/userinfo/v1/userinfo') {
    return withToken(request, response, (person, scopes) => answer(response, 200, extendedUserinfo(person, scopes)));
  }
  if (request.method === 'GET' && url.pathname === '/groups/me/groups') {
    return withToken(request, response, (person, scopes) => answer(response, 200, groups(withClass(person), schoolOf(person), scopes)));
  }
  if (url.pathname === '/') return answer(response, 200, errorPage('Feide-etterligning', 'Her er det ingenting å se. Logg inn fra Lommebevis.'), HTML);
  return provide(request, response);
}

async function visitLogin(request, response, url, cancelled) {
  const { uid, params } = await feide.provider.interactionDetails(request, response);
  const finish = (result) => feide.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  const show = (more, status = 200) => answer(response, status, loginPage({ uid, service: CLIENT.name, personas, ...more }), HTML);
  if (cancelled) return finish({ error: 'access_denied', error_description: 'the user cancelled the login' });
  if (request.method !== 'POST') {
    const hint = url.searchParams.get('as') ?? params.login_hint ?? '';
    return show({ username: hint.startsWith('feide|') ? '' : hint });
  }
  const form = new URLSearchParams(await body(request));
  const username = (form.get('username') ?? '').trim();
  const person = byLogin.get(username.toLowerCase().replace(`@${REALM}`, ''));
  if (!person || form.get('password') !== PASSWORD) return show({ username, error: 'Innlogging feilet: feil brukernavn eller passord.' }, 401);
  if (person.refused || faults.of('login') === 'refuse') {
    return finish({ error: 'access_denied', error_description: 'the user does not have access to this service' });
  }
  return finish({ login: { accountId: subject(person) } });
}

/** Answers 401 unless the request carries a living access token that is bound to a person. */
async function withToken(request, response, give) {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '');
  const token = bearer && (await feide.provider.AccessToken.find(bearer[1]));
  const person = token && feide.personOf(token.accountId);
  if (!person) return answer(response, 401, { message: 'missing, invalid or expired token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
  return give(person, new Set(token.scope?.split(' ')));
}

function schoolOf(person) {
  const found = county.collections['utdanning/utdanningsprogram/skole'].find((school) => school.skolenummer.identifikatorverdi === person.school);
  return found && { name: found.navn, organisationNumber: found.organisasjonsnummer.identifikatorverdi, year: schoolYear(settings.today) };
}

/** The person with the name of the class that the records give. */
function withClass(person) {
  const linked = (collection, relation, href) => county.collections[`utdanning/elev/${collection}`].find((resource) => resource._links?.[relation]?.some((link) => link.href === href));
  const self = (resource) => resource?._links.self[0].href;
  const elev = county.collections['utdanning/elev/elev'].find((resource) => resource.feidenavn?.identifikatorverdi === person.feideName);
  const elevforhold = elev && linked('elevforhold', 'elev', self(elev).replace(/systemid\/.*/, `elevnummer/${elev.elevnummer.identifikatorverdi}`));
  const membership = elevforhold && linked('klassemedlemskap', 'elevforhold', self(elevforhold));
  const klasse = county.collections['utdanning/elev/klasse'].find((resource) => self(resource) === membership?._links.klasse[0].href);
  return { ...person, className: klasse?.navn };
}
