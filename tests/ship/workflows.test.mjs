// The workflows that build, test and release, held against the rules in workflows.mjs.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { faults } from './workflows.mjs';

const folder = new URL('../../.github/workflows/', import.meta.url);
const text = (name) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder).filter((each) => /\.ya?ml$/.test(each));

test('every workflow pins its actions, says what its jobs may and for how long, and puts no secret into a command', () => {
  assert.deepEqual(names, ['android.yml', 'ios.yml', 'release.yml', 'supply-chain.yml', 'test.yml']);
  assert.deepEqual(names.flatMap((each) => faults(each, text(each))), []);
});

const doctored = [
  ['a tag for a commit', 'test.yml', (t) => t.replace(/checkout@[0-9a-f]{40} # v[\d.]+/, 'checkout@v6'), /not pinned/],
  ['a commit with no version beside it', 'test.yml', (t) => t.replace(/ # v6\.0\.2/, ''), /not pinned/],
  ['pull_request_target', 'test.yml', (t) => t.replace('  pull_request:', '  pull_request_target:'), /starts on pull_request_target/],
  ['a secret in a command', 'android.yml', (t) => t.replace('          .github/sign-android', '          X=${{ secrets.ANDROID_KEYSTORE }} .github/sign-android'), /a secret in the text/],
  ['a secret for all steps', 'ios.yml', (t) => t.replace('    env:\n      LOMM', '    env:\n      KEY: ${{ secrets.APPLE_API_KEY }}\n      LOMM'), /environment of all its steps/],
  ['a secret for an action', 'test.yml', (t) => t.replace('persist-credentials: false', 'token: ${{ secrets.PAT }}'), /handed to an action/],
  ['all secrets handed on', 'release.yml', (t) => t.replace(/secrets:\n(?: {6}\S+: \$\{\{ secrets\.\S+ \}\}\n)+/, 'secrets: inherit\n'), /hands on all secrets/],
  ['a secret on every push', 'android.yml', (t) => t.replace("${{ startsWith(github.ref, 'refs/tags/v') && secrets.ANDROID_KEYSTORE || '' }}", '${{ secrets.ANDROID_KEYSTORE }}'), /ANDROID_KEYSTORE has its secret on every push/],
  ['secrets and nobody who is asked first', 'ios.yml', (t) => t.replace(/ {4}environment: .*\n/, ''), /no reviewer before it/],
  ["a branch's name in a command", 'test.yml', (t) => t.replace('run: ./test', 'run: ./test ${{ github.head_ref }}'), /stranger's words/],
  ['no time limit', 'test.yml', (t) => t.replace(/ {4}timeout-minutes: \d+\n/, ''), /no time limit/],
  ['no word on what a job may', 'test.yml', (t) => t.replace('    permissions:\n      contents: read\n', ''), /says not what it may/],
  ['all rights for all', 'test.yml', (t) => t.replace('permissions:\n  contents: read', 'permissions: write-all'), /may more than read/],
  ['a clone with its token', 'test.yml', (t) => t.replace('persist-credentials: false', 'persist-credentials: true'), /leaves its token/],
  ['a job that may write and builds', 'release.yml', (t) => t.replace(/(draft:[\s\S]*steps:\n)/, '$1      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n'), /may write/],
];
for (const [what, name, doctor, expected] of doctored) {
  test(`a workflow with ${what} is found out`, () => {
    const changed = doctor(text(name));
    assert.notEqual(changed, text(name), 'nothing was doctored');
    assert.match(faults(name, changed).join('\n'), expected);
  });
}

test('what is tested on a push is what ./test checks, and nothing besides', () => {
  const { on, jobs } = parse(text('test.yml'));
  assert.deepEqual(Object.keys(on), ['push', 'pull_request']);
  assert.equal(on.push, null);
  assert.equal(jobs.test.steps.at(-1).run, './test');
});

test('git is told first that the clone may be used by root, as which containers run', () => {
  for (const each of ['test.yml', 'release.yml']) {
    for (const [id, job] of Object.entries(parse(text(each)).jobs).filter(([, job]) => job.container)) {
      const commands = job.steps.map((step) => step.run ?? '').join('\n');
      assert.ok(/safe\.directory/.test(commands) && commands.indexOf('safe.directory') < commands.search(/^\.\/test|build-service/m), `${each}: ${id}`);
    }
  }
});

test('the phones are built as they are said to be: what the build of an iPhone app does not hear of is not set, and the county is looked for', () => {
  const ios = parse(text('ios.yml')).jobs.ios.steps.map((step) => step.run ?? '').join('\n');
  // Xcode starts cargo without these.
  assert.doesNotMatch(ios, /echo "(RUSTC_WRAPPER|RUSTUP_TOOLCHAIN|SOURCE_DATE_EPOCH|ZERO_AR_DATE)=/);
  assert.match(ios, /rustup default[^]*CARGO_BUILD_RUSTC_WRAPPER=/);
  assert.match(ios, /unset APPLE_DEVELOPMENT_TEAM[^]*ios init/);
  for (const each of ['android', 'ios']) assert.match(JSON.stringify(parse(text(`${each}.yml`)).jobs[each].steps), /holds-county/);
  assert.match(text('android.yml'), /aapt2.*dump permissions.*permissions\.mjs/);
});

test('what can be compared is built by the one script that the guide names', () => {
  const guide = readFileSync(new URL('../../docs/building.md', import.meta.url), 'utf8');
  assert.match(guide, /^ {4}\.github\/build-service$/m);
  assert.match(parse(text('release.yml')).jobs.service.steps.map((step) => step.run ?? '').join('\n'), /\.github\/build-service/);
});

test('what is shipped with the screens is no tool for building alone, so that its list of parts and its advisories name it', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../ui/package.json', import.meta.url), 'utf8'));
  assert.ok(dependencies.svelte);
});

test('a release is made by a tag alone, checks it first, and needs all that it ships', () => {
  const { on, jobs } = parse(text('release.yml'));
  assert.deepEqual(on, { push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
  assert.match(jobs.version.steps.at(-1).run, /workspace\.package[^]*src-tauri\/tauri\.conf\.json/);
  for (const each of ['android', 'ios', 'service', 'sbom']) assert.equal(jobs[each].needs, 'version', each);
  assert.deepEqual(jobs.draft.needs, ['android', 'ios', 'service', 'sbom']);
  assert.match(jobs.draft.steps.at(-1).run, /--draft/);
});

test('the secrets that are used are the ones that the guide names, and a release hands on each of them', () => {
  const guide = readFileSync(new URL('../../docs/building.md', import.meta.url), 'utf8');
  const used = new Set(names.flatMap((each) => [...text(each).matchAll(/secrets\.([A-Z_]+)/g)].map(([, secret]) => secret)));
  const named = new Set([...guide.matchAll(/^\| `([A-Z_]+)` \| secret/gm)].map(([, secret]) => secret));
  assert.deepEqual([...used].sort(), [...named].sort());
  for (const each of ['android.yml', 'ios.yml']) {
    for (const secret of Object.keys(parse(text(each)).on.workflow_call.secrets)) assert.match(text('release.yml'), new RegExp(`${secret}: \\$\\{\\{ secrets\\.${secret} \\}\\}`));
  }
});
