#!/usr/bin/env node
// What a build of the app for one county needs, from its county.json (`lommebevis-issuer keys trust-list-key`):
//   node src-tauri/mobile/county-config.mjs [county.json] [--name "Lommebevis Fjordviken"]
// (without the file: from the variable LOMMEBEVIS_COUNTY_JSON, which holds the same text)
// writes, none of it for the repository,
//   src-tauri/tauri.county.json                  the county itself, which src-tauri/build.rs builds in
//   src-tauri/tauri.county.conf.json             for `tauri … build --config`: the county's address as a link into the app
//   src-tauri/tauri.county.yml                   the same in the template of the iOS project: `ios init` needs --config too
//   src-tauri/tauri.county.plist                 the name under the icon on iOS
//   src-tauri/gen/android/app/county.properties  the same on Android
// Without these files the app is built for no county again.
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const CALLBACK = "/app/callback";

/** Of a county.json: the changes to tauri.conf.json, the name to show, and the text to build in. Throws what is wrong. */
export function configOf(text, base, name) {
  let county;
  try {
    county = JSON.parse(text);
  } catch (error) {
    throw new Error(`is not JSON: ${error.message}`);
  }
  for (const member of ["issuer", "name", "trust_list_key"]) if (!county?.[member]) throw new Error(`has no ${member}`);
  if (county.trust_list_key.d) throw new Error("holds a private key. Make it anew with: lommebevis-issuer keys trust-list-key");
  let issuer;
  try {
    issuer = new URL(county.issuer);
  } catch {
    throw new Error("has an issuer that is not an address");
  }
  const named = /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(issuer.hostname);
  if (issuer.protocol !== "https:" || !named || issuer.port || issuer.username || issuer.search || issuer.hash)
    throw new Error(`has the issuer ${county.issuer}: phones open links of a plain https address alone, with a name and no port`);
  const shown = name ?? `Lommebevis ${county.name.replace(/ fylkeskommune$/i, "")}`;
  if (!/^[\p{L}\p{N} .–-]{1,40}$/u.test(shown)) throw new Error(`gives the app the name "${shown}": letters, digits, space, . and - can be in it; see --name`);

  const link = { scheme: ["https"], host: issuer.hostname, path: [issuer.pathname.replace(/\/$/, "") + CALLBACK] };
  const others = base.plugins["deep-link"].mobile.filter((entry) => !entry.scheme.includes("https"));
  return {
    config: { bundle: { iOS: { infoPlist: "tauri.county.plist", template: "tauri.county.yml" } }, plugins: { "deep-link": { mobile: [link, ...others] } } },
    name: shown,
    host: issuer.hostname,
    text: JSON.stringify(county),
  };
}

/** The template of the iOS project with the county's host for the sample's: for links, and for the way back of the login. */
export function templateOf(template, base, host) {
  const sample = base.plugins["deep-link"].mobile[0].host;
  for (const service of ["applinks", "webcredentials"])
    if (template.split(`- ${service}:${sample}\n`).length !== 2) throw new Error(`finds no ${service}:${sample} in ${base.bundle.iOS.template}`);
  return template.replaceAll(`:${sample}`, `:${host}`);
}

function main() {
  const { values, positionals } = parseArgs({ options: { name: { type: "string" } }, allowPositionals: true });
  const file = positionals[0];
  const text = file === undefined ? process.env.LOMMEBEVIS_COUNTY_JSON : readFileSync(file, "utf8");
  if (!text || positionals.length > 1) throw new Error("say which county.json: node src-tauri/mobile/county-config.mjs FILE [--name NAME]");
  const app = dirname(dirname(fileURLToPath(import.meta.url)));
  const base = JSON.parse(readFileSync(join(app, "tauri.conf.json"), "utf8"));
  let made;
  try {
    made = configOf(text, base, values.name);
  } catch (error) {
    throw new Error(`${file ?? "LOMMEBEVIS_COUNTY_JSON"} ${error.message}`);
  }
  writeFileSync(join(app, "tauri.county.conf.json"), `${JSON.stringify(made.config, null, 2)}\n`);
  writeFileSync(join(app, "tauri.county.json"), `${made.text}\n`);
  // The build script is run again for this one, also where it has run without a county before.
  utimesSync(join(app, "tauri.conf.json"), new Date(), new Date());
  writeFileSync(join(app, "tauri.county.yml"), templateOf(readFileSync(join(app, base.bundle.iOS.template), "utf8"), base, made.host));
  writeFileSync(
    join(app, "tauri.county.plist"),
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleDisplayName</key>
  <string>${made.name}</string>
</dict>
</plist>
`,
  );
  writeFileSync(join(app, "gen/android/app/county.properties"), `app.label=${made.name}\n`);
  console.log(`${made.name}, ${made.host}: build with --config ${join(app, "tauri.county.conf.json")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
