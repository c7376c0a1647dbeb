// Reads the files of the projects for phones, without a parser of XML: what they hold is short and ours.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
export const text = (name) => readFileSync(path(name), "utf8");
export const config = () => JSON.parse(text("src-tauri/tauri.conf.json"));
export const LANGUAGES = ["nb", "nn", "en"];

const attributes = (written) => Object.fromEntries([...written.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

/** All elements of that name, each with its attributes and what stands in it. */
export function elements(xml, name) {
  const plain = xml.replace(/<!--[^]*?-->/g, "");
  const found = plain.matchAll(new RegExp(`<${name}(\\s[^>]*?)?(?:/>|>([^]*?)</${name}>)`, "g"));
  return [...found].map(([, written = "", inside = ""]) => ({ ...attributes(written), inside }));
}

/** A property list as values. */
export function plist(xml) {
  const tokens = [...xml.replace(/<!--[^]*?-->/g, "").matchAll(/<(dict|array)\/>|<(\/?)(dict|array)>|<(true|false)\/>|<(key|string|integer)>([^<]*)<\/\5>/g)];
  const value = () => {
    const [, empty, closes, opens, bool, , words] = tokens.shift();
    if (empty) return empty === "dict" ? {} : [];
    if (bool) return bool === "true";
    if (!opens) return words;
    if (closes) return undefined;
    const list = [];
    for (let next = value(); next !== undefined; next = value()) list.push(next);
    return opens === "array" ? list : Object.fromEntries(Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i], list[2 * i + 1]]));
  };
  return value();
}

/** Of a PNG file: its size, and whether anything in it can be transparent. */
export function png(name) {
  const bytes = readFileSync(path(name));
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), transparent: [4, 6].includes(bytes[25]) || bytes.includes("tRNS") };
}
