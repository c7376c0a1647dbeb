// The size budget: with made-up files, that it passes below and fails above.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';
import { splits } from '../size-budget.mjs';

const script = fileURLToPath(new URL('../size-budget.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'size-budget-'));
after(() => rmSync(root, { recursive: true }));

const put = (path, bytes) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
};
const run = (...names) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--root', root, ...names], { encoding: 'utf8', env: { ...process.env, CARGO_TARGET_DIR: join(root, 'target') } });
  return { status, out: stdout + stderr };
};
const budget = (...budgets) => put('tests/size-budget.json', JSON.stringify({ budgets }));

/** A zip file of these entries; `stored` ones as they are. */
function zip(entries) {
  const bodies = [];
  const directory = [];
  let at = 0;
  for (const { name, bytes, stored = false } of entries) {
    const data = stored ? bytes : deflateRawSync(bytes);
    const head = Buffer.alloc(30);
    head.write('PK\x03\x04', 'latin1');
    head.writeUInt16LE(stored ? 0 : 8, 8);
    head.writeUInt32LE(crc32?.(bytes) ?? 0, 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, Buffer.from(name));
    bodies.push(head, Buffer.from(name), data);
    at += 30 + name.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, listed, end]);
}

test('a file within its budget passes, and one byte more fails', () => {
  budget({ name: 'issuer', what: 'the service', folder: '$TARGET/release', files: '^lommebevis-issuer$', measure: 'file', bytes: 100 });
  put('target/release/lommebevis-issuer', randomBytes(100));
  assert.equal(run().status, 0, run().out);
  put('target/release/lommebevis-issuer', randomBytes(101));
  const { status, out } = run();
  assert.equal(status, 1);
  assert.match(out, /OVER +issuer +101 of +100 bytes/);
});

test('a page counts as it is sent, and what is packed beforehand is not counted twice', () => {
  budget({ name: 'screens', what: 'screens', folder: 'ui/dist', files: '(?<!\\.br|\\.gz)$', measure: 'gzip', bytes: 2000 });
  put('ui/dist/assets/index.js', Buffer.alloc(100_000, 'a'));
  put('ui/dist/assets/index.js.gz', randomBytes(50_000));
  assert.equal(run().status, 0, run().out);
  put('ui/dist/assets/noise.wasm', randomBytes(2_000));
  assert.equal(run().status, 1);
});

test('what is not built is told, and fails only where it was asked for', () => {
  budget({ name: 'ios', what: 'the app', folder: 'nowhere', files: '\\.ipa$', measure: 'file', bytes: 1 });
  assert.deepEqual([run().status, /not built +ios/.test(run().out)], [0, true]);
  assert.deepEqual([run('ios').status, /MISSING +ios/.test(run('ios').out)], [1, true]);
  assert.equal(run('iso').status, 2);
});

test('each kind of processor is sent its own library and what all share, packed', () => {
  const noise = randomBytes(40_000);
  const bundle = zip([
    { name: 'base/dex/classes.dex', bytes: noise.subarray(0, 10_000) },
    { name: 'base/lib/arm64-v8a/liblommebevis_app.so', bytes: Buffer.concat([noise.subarray(0, 30_000), Buffer.alloc(500_000)]), stored: true },
    { name: 'base/lib/x86_64/liblommebevis_app.so', bytes: noise, stored: true },
    { name: 'BUNDLE-METADATA/com.android.tools.build.debugsymbols/arm64-v8a/liblommebevis_app.so.sym', bytes: noise },
  ]);
  const by = Object.fromEntries(splits(bundle).map(({ kind, size }) => [kind, size]));
  assert.deepEqual(Object.keys(by), ['arm64-v8a', 'x86_64']);
  // Zeros weigh nothing on the way; noise weighs what it is.
  assert.ok(by['arm64-v8a'] > 40_000 && by['arm64-v8a'] < 41_500, by['arm64-v8a']);
  assert.ok(by['x86_64'] > 50_000 && by['x86_64'] < 50_500, by['x86_64']);
  budget({ name: 'android', what: 'the app', folder: '$ANDROID/bundle', files: '\\.aab$', measure: 'split', bytes: 45_000 });
  put('src-tauri/gen/android/app/build/outputs/bundle/universalRelease/app-universal-release.aab', bundle);
  const { status, out } = run('android');
  assert.equal(status, 1);
  assert.match(out, /within +android arm64-v8a/);
  assert.match(out, /OVER +android x86_64/);
});

test('a package that is cut off is an error and not a small package', () => {
  budget({ name: 'android', what: 'the app', folder: 'cut', files: '\\.aab$', measure: 'split', bytes: 45_000 });
  put('cut/app.aab', zip([{ name: 'a', bytes: randomBytes(5_000) }]).subarray(0, 3_000));
  assert.equal(run().status, 2);
});
