#!/usr/bin/env node
// Makes src-tauri/gen/android: the CLI's own project, with what lies in android/ laid over it and the few changes below.
//   node src-tauri/mobile/make-android.mjs           writes it
//   node src-tauri/mobile/make-android.mjs --check   names each file that is not as it would be written; 1 if there is one
// Never change the folder by hand: change this, or android/, or tauri.conf.json. Needs ui/node_modules, and no Android SDK.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const app = dirname(here);
const root = dirname(app);
const committed = join(app, "gen/android");

// Parts of the CLI's sample which we have no use for, or have in another form.
const SAMPLES = [
  "app/src/main/res/layout",
  "app/src/main/res/drawable-v24",
  "app/src/main/res/drawable/ic_launcher_background.xml",
  "app/src/main/res/values-night/themes.xml",
  // From Android 8 on, which is our oldest, launchers take the adaptive icon.
  ...["mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi"].map((density) => `app/src/main/res/mipmap-${density}`),
];

// [file, what stands there, what is to stand there]. Each must occur once, so that a new CLI that has changed it is noticed.
const CHANGES = [
  [
    "app/build.gradle.kts",
    `android {\n    compileSdk`,
    `// What src-tauri/mobile/county-config.mjs wrote, in a build for one county.
val county = Properties().apply {
    val propFile = file("county.properties")
    if (propFile.exists()) {
        propFile.reader(Charsets.UTF_8).use { load(it) }
    }
}

android {\n    compileSdk`,
  ],
  [
    "app/build.gradle.kts",
    `        applicationId = `,
    `        manifestPlaceholders["appLabel"] = county.getProperty("app.label", "@string/app_name")\n        applicationId = `,
  ],
  ["app/.gitignore", `/tauri.properties`, `/tauri.properties\n/county.properties\n`],
  // The task starts the CLI with what started "init"; here it is named from its working folder, src-tauri.
  [
    "buildSrc/src/main/java/no/lommebevis/app/kotlin/BuildTask.kt",
    `listOf("tauri", "android"`,
    `listOf("../ui/node_modules/@tauri-apps/cli/tauri.js", "android"`,
  ],
  // And with the node that is on the path, wherever it lies: the CLI writes where the one lay that started it.
  ["buildSrc/src/main/java/no/lommebevis/app/kotlin/BuildTask.kt", `"""${process.execPath}"""`, `"""node"""`],
];

const scratch = mkdtempSync(join(tmpdir(), "android-"));
try {
  const made = make();
  if (process.argv.includes("--check")) check(made);
  else write(made);
} finally {
  rmSync(scratch, { recursive: true });
}

function make() {
  // The CLI writes beside tauri.conf.json, so it is shown a copy of the repository made of links.
  const copy = join(scratch, "repository");
  mkdirSync(join(copy, "src-tauri"), { recursive: true });
  for (const name of readdirSync(root)) if (name !== "src-tauri" && name !== ".git") symlinkSync(join(root, name), join(copy, name));
  for (const name of readdirSync(app)) if (name !== "gen") symlinkSync(join(app, name), join(copy, "src-tauri", name));
  // It looks for an SDK, but uses none to make a project.
  const sdk = join(scratch, "sdk");
  const ndk = join(sdk, "ndk");
  mkdirSync(ndk, { recursive: true });
  writeFileSync(join(ndk, "source.properties"), "Pkg.Revision = 29.0.14206865\n");
  const cli = join(root, "ui/node_modules/@tauri-apps/cli/tauri.js");
  const env = { ...process.env, ANDROID_HOME: sdk, NDK_HOME: ndk };
  // Named by these, the CLI would write who called it into the project.
  for (const name of Object.keys(env)) if (name.startsWith("npm_")) delete env[name];
  try {
    execFileSync(process.execPath, [cli, "android", "init", "--ci", "--skip-targets-install"], { cwd: copy, env, stdio: "pipe" });
  } catch (error) {
    throw new Error(`tauri android init: ${error.stdout}${error.stderr}`);
  }

  const made = join(copy, "src-tauri/gen/android");
  for (const name of SAMPLES) {
    if (!existsSync(join(made, name))) throw new Error(`the CLI makes no ${name} any more: take it out of SAMPLES`);
    rmSync(join(made, name), { recursive: true });
  }
  for (const [name, before, after] of CHANGES) {
    const text = readFileSync(join(made, name), "utf8");
    if (text.split(before).length !== 2) throw new Error(`${name} of the CLI is another one: look at CHANGES`);
    writeFileSync(join(made, name), text.replace(before, () => after));
  }
  cpSync(join(here, "android"), made, { recursive: true });
  const manifest = join(made, "app/src/main/AndroidManifest.xml");
  writeFileSync(manifest, withLinks(readFileSync(manifest, "utf8")));
  return made;
}

// The filters for links as tauri-plugin-deep-link's build script writes them from tauri.conf.json, to the letter, so that
// a build changes nothing. In a build for a county it writes that county's.
function withLinks(manifest) {
  const { mobile } = JSON.parse(readFileSync(join(app, "tauri.conf.json"), "utf8")).plugins["deep-link"];
  const data = (name, values = []) => values.map((value) => `<data android:${name}="${value}" />`).join("\n    ");
  const filter = (link) =>
    `<intent-filter ${link.appLink ?? Boolean(link.host) ? 'android:autoVerify="true" ' : ""}>
    <action android:name="android.intent.action.VIEW" />
    <!-- ChromeOS ARC++ uses a different action for deep links -->
    <action android:name="org.chromium.arc.intent.action.VIEW" />
    <category android:name="android.intent.category.DEFAULT" />
    <category android:name="android.intent.category.BROWSABLE" />
    ${data("scheme", link.scheme)}
    ${data("host", link.host ? [link.host] : [])}
    ${data("path", link.path)}
    ${data("pathPattern", link.pathPattern)}
    ${data("pathPrefix", link.pathPrefix)}
    ${data("pathSuffix", link.pathSuffix)}
</intent-filter>`;
  const mark = "<!-- DEEP LINK PLUGIN. AUTO-GENERATED. DO NOT REMOVE. -->";
  const lines = [mark, ...mobile.map(filter).join("\n").split("\n"), mark];
  return manifest.replace(/^( *)<\/activity>/m, (end, indent) => `${lines.map((line) => `${indent}    ${line}`).join("\n")}\n${end}`);
}

// All files of a folder that are of the project: with `git`, those that are committed or would be.
function files(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(names.map((entry) => relative(folder, join(entry.parentPath, entry.name))));
}

function committedFiles() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: committed, encoding: "utf8" });
  return new Set(listed.split("\0").filter((name) => name && existsSync(join(committed, name))));
}

function check(made) {
  const wanted = files(made);
  const had = existsSync(committed) ? committedFiles() : new Set();
  const wrong = [...wanted].filter((name) => !had.has(name)).map((name) => `missing: ${name}`);
  wrong.push(...[...had].filter((name) => !wanted.has(name)).map((name) => `not of the project: ${name}`));
  for (const name of wanted) {
    if (had.has(name) && !readFileSync(join(made, name)).equals(readFileSync(join(committed, name)))) wrong.push(`different: ${name}`);
  }
  for (const line of wrong.sort()) console.error(`src-tauri/gen/android: ${line}`);
  if (wrong.length) {
    console.error("Run: node src-tauri/mobile/make-android.mjs");
    process.exitCode = 1;
  } else console.log(`src-tauri/gen/android: ${wanted.size} files as they are made`);
}

function write(made) {
  const wanted = files(made);
  if (existsSync(committed)) for (const name of committedFiles()) if (!wanted.has(name)) rmSync(join(committed, name));
  for (const name of wanted) {
    const to = join(committed, name);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, readFileSync(join(made, name)));
  }
  chmodSync(join(committed, "gradlew"), 0o755);
  console.log(`src-tauri/gen/android: ${wanted.size} files written`);
}
