#!/usr/bin/env node
// Prints how large each thing is that people download, and fails when one is larger than its budget in size-budget.json.
//   node tests/size-budget.mjs                 whatever is built
//   node tests/size-budget.mjs NAME...         these alone, and they must be there
//   --root FOLDER                              in place of the repository
//
// How it is measured:
//   file   bytes of each file
//   gzip   all files together, each as gzip -9 sends it
//   split  what a store sends to one kind of processor: everything that is not for another one, deflated at level 9, since
//          native libraries lie in the package as they are (so that they can be mapped from it) and are packed for the way.
//          The store's own packing differs by a few per cent; `bundletool get-size total` asks the real one.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, gzipSync } from 'node:zlib';

/** All files below a folder, with `/` between the names; none if there is no such folder. */
function filesBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  }
  return entries.filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath ?? each.path, each.name)).replaceAll('\\', '/')).sort();
}

/** Name, method and packed bytes of every entry in a zip file. Sizes come from the directory at its end. */
export function zipEntries(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('not a zip file');
  const entries = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('the directory of the zip file is damaged');
    const [packed, nameLength, extra, comment, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + nameLength), method: bytes.readUInt16LE(at + 10), data: bytes.subarray(start, start + packed) });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

/** Bytes on the way for each kind of processor in an .aab or .apk. */
export function splits(bytes) {
  const own = new Map();
  let shared = 0;
  for (const { name, method, data } of zipEntries(bytes)) {
    // What comes with a bundle for the store alone: symbols, mappings, signatures of the upload.
    if (/^(BUNDLE-METADATA|META-INF)\//.test(name)) continue;
    const size = method === 0 ? deflateRawSync(data, { level: 9 }).length : data.length;
    const kind = /(?:^|\/)lib\/([^/]+)\//.exec(name)?.[1];
    if (kind) own.set(kind, (own.get(kind) ?? 0) + size);
    else shared += size;
  }
  return own.size ? [...own].map(([kind, size]) => ({ kind, size: size + shared })) : [{ kind: 'all', size: shared }];
}

/** What one budget finds: a list of names and sizes, empty if it is not built. */
export function measure({ name, folder, files, measure: how }, root, places) {
  const expanded = folder.replace(/^\$([A-Z]+)/, (_, place) => places[place]);
  const base = expanded.startsWith('/') ? expanded : join(root, expanded);
  const pattern = new RegExp(files);
  const found = filesBelow(base).filter((each) => (how === 'file' && files.startsWith('^') ? !each.includes('/') : true) && pattern.test(each));
  if (how === 'gzip') {
    return found.length ? [{ name, size: found.reduce((sum, each) => sum + gzipSync(readFileSync(join(base, each)), { level: 9 }).length, 0) }] : [];
  }
  if (how === 'split') {
    return found.flatMap((each) => splits(readFileSync(join(base, each))).map(({ kind, size }) => ({ name: `${name} ${kind}`, size })));
  }
  if (how === 'file') return found.map((each) => ({ name: found.length > 1 ? `${name} ${each}` : name, size: statSync(join(base, each)).size }));
  throw new Error(`${name}: unknown way to measure: ${how}`);
}

function main(args) {
  let root = fileURLToPath(new URL('..', import.meta.url));
  const asked = [];
  for (let at = 0; at < args.length; at++) args[at] === '--root' ? (root = args[++at]) : asked.push(args[at]);
  const { budgets } = JSON.parse(readFileSync(join(root, 'tests/size-budget.json'), 'utf8'));
  const places = {
    TARGET: process.env.CARGO_TARGET_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lommebevis/target'),
    ANDROID: 'src-tauri/gen/android/app/build/outputs',
  };
  const unknown = asked.filter((each) => !budgets.some(({ name }) => name === each));
  if (unknown.length) throw new Error(`no such budget: ${unknown.join(', ')}`);
  let wrong = 0;
  for (const budget of budgets.filter(({ name }) => !asked.length || asked.includes(name))) {
    const found = measure(budget, root, places);
    if (!found.length) {
      if (asked.length) wrong++;
      console.log(`${asked.length ? 'MISSING' : 'not built'}  ${budget.name}: ${budget.what}`);
    }
    for (const { name, size } of found) {
      const over = size > budget.bytes;
      if (over) wrong++;
      console.log(`${over ? 'OVER  ' : 'within'}  ${name.padEnd(24)} ${String(size).padStart(11)} of ${String(budget.bytes).padStart(11)} bytes (${Math.round((100 * size) / budget.bytes)} %)`);
    }
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.slice(2)) ? 1 : 0;
  } catch (error) {
    console.error(`size-budget: ${error.message}`);
    process.exitCode = 2;
  }
}
