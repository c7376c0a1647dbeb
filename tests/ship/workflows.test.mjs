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
  ['a secret in a command', 'android.yml', (t) => t.replace('run: .github/sign-android', 'run: X=${{ secrets.ANDROID_KEYSTORE }} .github/sign-android'), /a secret in the text/],
  ['a secret for all steps', 'ios.yml', (t) => t.replace('    env:\n      LOMM', '    env:\n      KEY: ${{ secrets.APPLE_API_KEY }}\n      LOMM'), /environment of all its steps/],
  ['a secret for an action', 'test.yml', (t) => t.replace('persist-credentials: false', 'token: ${{ secrets.PAT }}'), /handed to an action/],
  ['all secrets handed on', 'release.yml', (t) => t.replace(/secrets:\n(?: {6}\S+: \$\{\{ secrets\.\S+ \}\}\n)+/, 'secrets: inherit\n'), /hands on all secrets/],
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

test('a release is made by a tag alone, checks it first, and needs all that it ships', () => {
  const { on, jobs } = parse(text('release.yml'));
  assert.deepEqual(on, { push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
  assert.match(jobs.version.steps.at(-1).run, /workspace\.package/);
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
