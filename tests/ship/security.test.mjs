// The walk through OWASP's controls cannot rot: each is there, and what it names is there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const document = readFileSync(`${root}docs/security.md`, 'utf8');
const COUNTS = { STORAGE: 2, CRYPTO: 2, AUTH: 3, NETWORK: 2, PLATFORM: 3, CODE: 4, RESILIENCE: 4, PRIVACY: 4 };
const ALL = Object.entries(COUNTS).flatMap(([group, count]) => Array.from({ length: count }, (_, at) => `MASVS-${group}-${at + 1}`));

/** What is wrong with the document: controls left out, files and tests that are not there. */
function faults(text) {
  const wrong = [];
  for (const id of ALL) {
    const rows = text.split('\n').filter((line) => line.startsWith(`| ${id}:`));
    if (rows.length !== 1) wrong.push(`${id} has ${rows.length} rows`);
    else if (!/\*\*(Holds|Partly|Not)\b/.test(rows[0])) wrong.push(`${id} says not how it stands`);
  }
  // The last cell of a row: files between backquotes, after each its tests: `functions_in_rust`, "sentences in JavaScript".
  for (const row of text.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('|---'))) {
    const cell = row.split('|').at(-2);
    let file;
    let content = '';
    let names = 0;
    for (const [, code, sentence] of cell.matchAll(/`([^`]+)`|"([^"]+)"/g)) {
      if (code && (/\//.test(code) || /\.(toml|md)$/.test(code))) {
        file = code;
        names++;
        if (!existsSync(root + file)) wrong.push(`${file} is not there`);
        else content = readFileSync(root + file, 'utf8');
      } else if (code && /^[a-z0-9]+(_[a-z0-9]+)+$/.test(code)) {
        if (!new RegExp(`fn ${code}\\(`).test(content)) wrong.push(`${file} has no test ${code}`);
      } else if (sentence && !content.includes(sentence)) wrong.push(`${file} has no test "${sentence}"`);
    }
    if (/^\| MASVS-/.test(row) && !names) wrong.push(`${row.split(':')[0]} names no place`);
  }
  return wrong;
}

test('every control of MASVS 2.1 is walked, and every file and test that is named is there', () => {
  assert.equal(ALL.length, 24);
  assert.deepEqual(faults(document), []);
});

const doctored = [
  ['a control that is left out', (t) => t.replace(/^\| MASVS-CODE-2:.*\n/m, ''), /MASVS-CODE-2 has 0 rows/],
  ['a control without a verdict', (t) => t.replace(/(MASVS-CRYPTO-1:.*?)\*\*Holds\.\*\*/, '$1'), /MASVS-CRYPTO-1 says not/],
  ['a file that is gone', (t) => t.replace('`crates/wallet/src/trust.rs`', '`crates/wallet/src/trusted.rs`'), /trusted\.rs is not there/],
  ['a test in Rust that is gone', (t) => t.replace('`a_redirect_is_not_followed`', '`a_redirect_is_followed`'), /no test a_redirect_is_followed/],
  ['a test in JavaScript that is gone', (t) => t.replace('"plain HTTP is refused', '"plain HTTP is welcome'), /no test "plain HTTP is welcome/],
];
for (const [what, doctor, expected] of doctored) {
  test(`${what} is found out`, () => {
    assert.notEqual(doctor(document), document, 'nothing was doctored');
    assert.match(faults(doctor(document)).join('\n'), expected);
  });
}

test('links between the documents lead somewhere', () => {
  for (const name of ['security.md', 'building.md', 'device-checklist.md', 'store/README.md', 'store/rating.md']) {
    const text = readFileSync(`${root}docs/${name}`, 'utf8');
    for (const [, to] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(new URL(to, `file://${root}docs/${name}`)), `${name} leads to ${to}`);
    }
  }
});
