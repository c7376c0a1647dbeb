import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Started } from '../county/started.mjs';

const REDIRECT = 'http://127.0.0.1:8020/oauth/feide/callback';
let feide;
before(async () => { feide = await Started.of('feide/server.mjs', ['--today', '2026-11-22']); });
after(() => feide.stop());

/** A browser as small as the login needs: cookies and redirects, up to an address that is not the stand-in's. */
class Browser {
  cookies = new Map();

  async go(url, form) {
    for (let hop = 0; hop < 10; hop++) {
      if (!url.startsWith(feide.base)) return { url };
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...(form && { method: 'POST', body: new URLSearchParams(form) }) });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
        this.cookies.set(name, value);
      }
      form = undefined;
      if (response.status < 300 || response.status > 399) return { url, status: response.status, text: await response.text() };
      url = new URL(response.headers.get('location'), url).href;
    }
    throw new Error('too many redirects');
  }
}

const ALL = 'openid profile userid-feide userid-nin email userinfo-mobile userinfo-birthdate groups-edu groups-org';

function authorization(verifier, more = {}) {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = { client_id: 'lommebevis-issuer', response_type: 'code', redirect_uri: REDIRECT, scope: ALL, state: 's', nonce: 'n', code_challenge: challenge, code_challenge_method: 'S256', ...more };
  for (const [name, value] of Object.entries(query)) if (value === null) delete query[name];
  return `${feide.base}/oauth/authorization?${new URLSearchParams(query)}`;
}

async function logIn(username, { scope = ALL, password = 'lommebevis', ...more } = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const browser = new Browser();
  const form = await browser.go(authorization(verifier, { scope, ...more }));
  assert.match(form.text, /Dette er ikke Feide/);
  const end = await browser.go(form.url, { username, password });
  return { ...end, verifier, browser, form };
}

async function redeem({ url, verifier }) {
  const body = new URLSearchParams({ grant_type: 'authorization_code', code: new URL(url).searchParams.get('code'), redirect_uri: REDIRECT, code_verifier: verifier });
  const authorization = `Basic ${Buffer.from('lommebevis-issuer:stand-in-secret').toString('base64')}`;
  const response = await fetch(`${feide.base}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  return { status: response.status, ...(await response.json()) };
}

const read = async (path, token) => {
  const response = await fetch(feide.base + path, token && { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
};

test('a pupil logs in, and Feide tells who it is in all three places', async () => {
  const end = await logIn('nora');
  assert.ok(end.url.startsWith(`${REDIRECT}?`), end.url);
  assert.equal(new URL(end.url).searchParams.get('state'), 's');
  const tokens = await redeem(end);
  assert.equal(tokens.status, 200);
  assert.equal(tokens.refresh_token, undefined);
  const payload = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url'));
  assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')).alg, 'RS256');
  assert.deepEqual([payload.nonce, payload.aud, payload.iss, payload.name], ['n', 'lommebevis-issuer', feide.base, undefined]);

  const userinfo = (await read('/openid/userinfo', tokens.access_token)).body;
  assert.equal(userinfo.sub, payload.sub);
  assert.deepEqual(userinfo['https://n.feide.no/claims/userid_sec'], ['feide:nora@fjordviken.example']);
  assert.equal(userinfo['https://n.feide.no/claims/eduPersonPrincipalName'], 'nora@fjordviken.example');
  assert.equal(userinfo.name, 'Nora Marie Bjørkøy');
  assert.equal(userinfo.email_verified, false);

  const extended = (await read('/userinfo/v1/userinfo', tokens.access_token)).body;
  assert.deepEqual(extended.givenName, ['Nora Marie']);
  assert.equal(extended.norEduPersonNIN, '14830895729');
  assert.equal(extended.norEduPersonBirthDate, '20080314');
  const [owner, school, group] = (await read('/groups/me/groups', tokens.access_token)).body;
  assert.deepEqual(owner.orgType, ['upper_secondary_owner']);
  assert.equal(school.parent, owner.id);
  assert.match(group.displayName, /^3(RE|SS)A$/);
});

test('a service that wants a login of now is told when it was', async () => {
  const before = Math.floor(Date.now() / 1000);
  const tokens = await redeem(await logIn('nora', { prompt: 'login', max_age: '0' }));
  const payload = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url'));
  assert.ok(payload.auth_time >= before - 1, String(payload.auth_time));
});

test('the number is told only with the scope for it', async () => {
  const tokens = await redeem(await logIn('leif@fjordviken.example', { scope: 'openid userid-feide' }));
  const extended = (await read('/userinfo/v1/userinfo', tokens.access_token)).body;
  assert.deepEqual(Object.keys(extended).sort(), ['eduPersonPrincipalName', 'sub', 'uid']);
});

test('extended userinfo and groups want a token', async () => {
  for (const path of ['/userinfo/v1/userinfo', '/groups/me/groups']) {
    assert.equal((await read(path)).status, 401);
    assert.equal((await read(path, 'made-up')).status, 401);
  }
});

test('a wrong password is told on the form, and a second try works', async () => {
  const wrong = await logIn('nora', { password: 'feil' });
  assert.equal(wrong.status, 401);
  assert.match(wrong.text, /role="alert">Innlogging feilet/);
  const right = await wrong.browser.go(wrong.url, { username: 'nora', password: 'lommebevis' });
  assert.ok(right.url.startsWith(REDIRECT));
});

test('cancelling and being refused come back as access_denied', async () => {
  const browser = new Browser();
  const form = await browser.go(authorization('v'.repeat(43)));
  const cancelled = await browser.go(`${form.url}/cancel`);
  assert.equal(new URL(cancelled.url).searchParams.get('error'), 'access_denied');
  const refused = await logIn('avvist');
  assert.equal(new URL(refused.url).searchParams.get('error'), 'access_denied');
});

test('the next login in the same browser asks again', async () => {
  const first = await logIn('nora');
  const again = await first.browser.go(authorization('v'.repeat(43)));
  assert.match(again.text, /name="password"/);
});

test('a request without PKCE is turned away', async () => {
  const end = await new Browser().go(authorization('v', { code_challenge: null, code_challenge_method: null }));
  assert.equal(new URL(end.url).searchParams.get('error'), 'invalid_request');
});

test('a redirect address that is not registered shows a page and goes nowhere', async () => {
  const end = await new Browser().go(authorization('v', { redirect_uri: 'https://example.org/' }));
  assert.equal(end.status, 400);
});

test('what is typed comes back as text', async () => {
  const wrong = await logIn('"><script>alert(1)</script>');
  assert.doesNotMatch(wrong.text, /<script>/);
});

test('faults are switched on and off', async () => {
  const discovery = () => fetch(`${feide.base}/.well-known/openid-configuration`);
  await feide.control('fault', { mode: 'down' });
  assert.equal((await discovery()).status, 503);
  await feide.control('fault', { mode: 'garbage', class: 'discovery' });
  await assert.rejects((await discovery()).json());
  await feide.control('fault', { mode: 'refuse' });
  assert.equal(new URL((await logIn('nora')).url).searchParams.get('error'), 'access_denied');
  await feide.control('fault', { mode: 'none' });
  const found = await (await discovery()).json();
  assert.equal(found.authorization_endpoint, `${feide.base}/oauth/authorization`);
  assert.deepEqual(found.code_challenge_methods_supported, ['S256']);
});

test('a busy port is a sentence, not a stack trace', async () => {
  const second = await Started.fails('feide/server.mjs', ['--port', new URL(feide.base).port]);
  assert.equal(second.code, 1);
  assert.match(second.errors, /^feide: port \d+ is in use by another program; [^\n]+\n$/m);
});
