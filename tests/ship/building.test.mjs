// What the builds rest on: paths that leave no trace, and signing that tells nobody its secrets.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const folders = [];
const folder = (name) => {
  folders.push(mkdtempSync(join(tmpdir(), name)));
  return folders.at(-1);
};
after(() => folders.forEach((each) => rmSync(each, { recursive: true, force: true })));
const there = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** A library that tells where its source lay, built in a clone of its own. */
function built(wrapped) {
  const clone = folder('clone-');
  mkdirSync(join(clone, 'tests/setup'), { recursive: true });
  const wrapper = join(clone, 'tests/setup/rustc-remapped');
  cpSync(join(repository, 'tests/setup/rustc-remapped'), wrapper);
  const source = join(clone, 'lib.rs');
  writeFileSync(source, '#![no_std]\n#[unsafe(no_mangle)]\npub fn place() -> &\'static str { file!() }\n');
  const rustc = ['rustc', '--crate-type', 'lib', '--crate-name', 'place', '--emit', 'obj', '--edition', '2024', '-C', 'debuginfo=2', '-o', join(clone, 'out.o'), source];
  const { status, stderr } = spawnSync(wrapped ? wrapper : 'rustc', wrapped ? rustc : rustc.slice(1), { cwd: clone, encoding: 'utf8', env: { ...process.env, CARGO_TARGET_DIR: '' } });
  assert.equal(status, 0, stderr);
  return { bytes: readFileSync(join(clone, 'out.o')), clone };
}

test('two clones in two folders build the same bytes, and neither folder is in them', { skip: !there('rustc') && 'rustc is not here' }, () => {
  const [one, other] = [built(true), built(true)];
  assert.ok(one.bytes.includes('/lommebevis/lib.rs'), 'the path is not the one that it is told to be');
  assert.ok(!one.bytes.includes(one.clone));
  assert.ok(one.bytes.equals(other.bytes));
  // Without the wrapper they differ, so that the test would see it.
  const [bare, bareOther] = [built(false), built(false)];
  assert.ok(bare.bytes.includes(bare.clone) && !bare.bytes.equals(bareOther.bytes));
});

/** Signs a bundle and a package with the real jarsigner, and stand-ins for the tools of the Android SDK. */
function sign(more = {}) {
  const home = folder('signing-');
  const tools = join(home, 'sdk/build-tools/37.0.0');
  mkdirSync(tools, { recursive: true });
  // Both write down how they were called, so that a password on a command line would be seen.
  const tool = (name, body) => { writeFileSync(join(tools, name), `#!/bin/sh\necho "${name} $*" >> '${home}/calls'\n${body}\n`); chmodSync(join(tools, name), 0o755); };
  tool('zipalign', 'cp "$5" "$6"');
  tool('apksigner', '[ "$1" = verify ] && exit 0\nwhile [ "$1" != --out ]; do shift; done; cp "$3" "$2"');
  const outputs = join(home, 'outputs');
  mkdirSync(join(outputs, 'bundle/universalRelease'), { recursive: true });
  mkdirSync(join(outputs, 'apk/arm64/release'), { recursive: true });
  const bundle = join(outputs, 'bundle/universalRelease/app-universal-release.aab');
  writeFileSync(join(home, 'manifest'), 'base');
  assert.equal(spawnSync('jar', ['cf', bundle, '-C', home, 'manifest']).status, 0);
  cpSync(bundle, join(outputs, 'apk/arm64/release/app-arm64-release-unsigned.apk'));
  const temporary = join(home, 'runner');
  mkdirSync(temporary);
  const result = spawnSync(join(repository, '.github/sign-android'), [outputs, join(home, 'out')], { encoding: 'utf8', env: { ...process.env, ANDROID_HOME: join(home, 'sdk'), RUNNER_TEMP: temporary, ANDROID_KEYSTORE: '', ...more } });
  return { ...result, home, temporary, made: existsSync(join(home, 'out')) ? readdirSync(join(home, 'out')).sort() : [] };
}
const signed = (file) => spawnSync('jarsigner', ['-verify', file], { encoding: 'utf8' }).stdout;
const noJdk = !(there('jarsigner') && there('keytool') && there('jar')) && 'a JDK is not here';

test('without secrets, packages are signed by a key that is thrown away, and say so by their names', { skip: noJdk }, () => {
  const { status, stdout, stderr, made, home, temporary } = sign();
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(made, ['lommebevis-arm64-release-trial.apk', 'lommebevis-universal-release-trial.aab']);
  assert.match(signed(join(home, 'out', made[1])), /jar verified/);
  assert.deepEqual(readdirSync(temporary), []);
});

test("with secrets, packages are signed by the county's key, and nothing of it is left, printed or on a command line", { skip: noJdk }, () => {
  const store = join(folder('store-'), 'store');
  const password = 'correct horse battery';
  const arguments_ = ['-genkeypair', '-keystore', store, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'upload', '-keyalg', 'RSA', '-dname', 'CN=Fjordviken'];
  assert.equal(spawnSync('keytool', arguments_).status, 0);
  const secrets = { ANDROID_KEYSTORE: readFileSync(store).toString('base64'), ANDROID_KEYSTORE_PASSWORD: password, ANDROID_KEY_ALIAS: 'upload' };
  const { status, stdout, stderr, made, home, temporary } = sign(secrets);
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(made, ['lommebevis-arm64-release.apk', 'lommebevis-universal-release.aab']);
  assert.match(signed(join(home, 'out', made[1])), /jar verified/);
  assert.deepEqual(readdirSync(temporary), []);
  const seen = stdout + stderr + readFileSync(join(home, 'calls'), 'utf8');
  assert.ok(!seen.includes(password) && !seen.includes(secrets.ANDROID_KEYSTORE.slice(0, 40)));
  assert.equal(sign({ ...secrets, ANDROID_KEYSTORE_PASSWORD: 'wrong' }).status !== 0, true);
});

test('where there is nothing to sign, signing fails', { skip: noJdk }, () => {
  const empty = folder('empty-');
  const { status, stderr } = spawnSync(join(repository, '.github/sign-android'), [empty, join(empty, 'out')], { encoding: 'utf8', env: { ...process.env, ANDROID_HOME: empty, RUNNER_TEMP: empty, ANDROID_KEYSTORE: '' } });
  assert.notEqual(status, 0);
  assert.ok(stderr.length > 0);
});
