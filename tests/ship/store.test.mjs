// The texts for the stores: none longer than they take, the same in all languages, and answers that point at code that is there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}docs/store/`;
const read = (name) => readFileSync(folder + name, 'utf8');

/** The tighter of the two stores' limits, in characters. Google takes 500 for news, Apple 4000. */
const LIMITS = { Name: 30, Subtitle: 30, 'Short description': 80, 'Promotional text': 170, Keywords: 100, 'Full description': 4000, "What's new": 500 };

/** Every section under a `##`, by its heading. */
const sections = (text) => Object.fromEntries(text.split(/^## /m).slice(1).map((each) => [each.slice(0, each.indexOf('\n')), each.slice(each.indexOf('\n')).trim()]));
/** What is too long, missing or odd. */
export function faults(text) {
  const has = sections(text);
  const wrong = Object.entries(LIMITS).flatMap(([name, limit]) => {
    if (!has[name]) return [`${name} is missing`];
    const length = [...has[name]].length;
    return length > limit ? [`${name} has ${length} of ${limit} characters`] : [];
  });
  if (/, | ,/.test(has.Keywords ?? '')) wrong.push('a space beside a comma is a letter lost');
  return wrong;
}

for (const language of ['nb', 'nn', 'en']) {
  test(`the texts in ${language} are all there and fit both stores`, () => assert.deepEqual(faults(read(`${language}.md`)), []));
}

test('a text that is too long is found out, and one that is missing', () => {
  assert.match(faults(read('nb.md').replace('også uten nett', 'også uten nett og dekning')).join(), /Subtitle has/);
  assert.match(faults(read('nb.md').replace('## Keywords', '## Words')).join(), /Keywords is missing/);
});

test('what is said in one language is said in all', () => {
  const shape = (language) => sections(read(`${language}.md`))['Full description'].split('\n').map((line) => (line.startsWith('•') ? '•' : /^[A-ZÆØÅ ,]+$/.test(line) && line ? '#' : line ? 'text' : '')).join('');
  assert.equal(shape('nn'), shape('nb'));
  assert.equal(shape('en'), shape('nb'));
  const policy = (language) => [...read(`policy.${language}.md`).matchAll(/^\*\*[^*]+\*\*/gm)].length;
  assert.deepEqual([policy('nn'), policy('en')], [policy('nb'), policy('nb')]);
});

/** Files that a document names between backquotes. */
export const named = (text) => [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path]) => path);

test('each answer to the stores points at files that are there', () => {
  for (const each of readdirSync(folder)) {
    for (const path of named(read(each))) assert.ok(existsSync(root + path), `${each} names ${path}`);
  }
  assert.ok(named(read('privacy.md')).length > 20);
});

test('the answers hold: there is no library in the app that measures, advertises or reports crashes', () => {
  const packages = readFileSync(`${root}Cargo.lock`, 'utf8') + readFileSync(`${root}ui/package-lock.json`, 'utf8');
  for (const each of ['sentry', 'posthog', 'mixpanel', 'amplitude', 'firebase', 'countly', 'matomo', 'appcenter', 'bugsnag', 'datadog', 'aptabase']) {
    assert.ok(!new RegExp(`name = "[^"]*${each}|node_modules/[^"]*${each}`).test(packages), each);
  }
});

test('the answers hold: the app has one address to send to, which the county builds in', () => {
  // Whatever else is an address in the app's Rust is an example, a namespace or the device itself.
  const address = readFileSync(`${root}crates/wallet/src/platform/http.rs`, 'utf8').split('#[cfg(test)]')[0].match(/https?:\/\/[\w.-]+/g);
  assert.equal(address, null);
  const { app } = JSON.parse(readFileSync(`${root}src-tauri/tauri.conf.json`, 'utf8'));
  assert.equal(app.security.csp['connect-src'], "'self' ipc: http://ipc.localhost");
});

test("Apple's labels and the privacy manifest in the app name the same types of data", () => {
  const manifest = readFileSync(`${root}src-tauri/mobile/ios/Resources/PrivacyInfo.xcprivacy`, 'utf8');
  const inApp = [...manifest.matchAll(/<string>NSPrivacyCollectedDataType(?!Purpose)(\w+)<\/string>/g)].map(([, type]) => type.toLowerCase()).sort();
  const labels = sections(read('privacy.md'))['Apple: App Privacy'].split('\n').filter((row) => /^\| [^|]+ \| yes/.test(row)).map((row) => row.split('|')[1].trim().replaceAll(' ', '').toLowerCase()).sort();
  assert.deepEqual(labels, inApp);
  assert.ok(labels.length >= 2);
});
