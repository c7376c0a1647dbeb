// Rules of the Android project, as it is built: src-tauri/gen/android. That it is as its script makes it, ./test asks too.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PERMISSIONS, differences } from "./permissions.mjs";
import { LANGUAGES, config, elements, path, png, text } from "./read.mjs";

const project = "src-tauri/gen/android";
const main = `${project}/app/src/main`;
const manifest = text(`${main}/AndroidManifest.xml`);
const [application] = elements(manifest, "application");
const name = (element) => element["android:name"];

test("the app has the permissions it needs and no other", () => {
  const all = elements(manifest, "uses-permission");
  const asked = all.filter((p) => p["tools:node"] !== "remove").map(name);
  assert.deepEqual(asked.sort(), Object.keys(PERMISSIONS).sort());
  const refused = all.filter((p) => p["tools:node"] === "remove").map(name);
  for (const permission of ["FOREGROUND_SERVICE", "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "RECORD_AUDIO"])
    assert.ok(refused.includes(`android.permission.${permission}`), permission);
});

test("a permission that a library brings into the package, or one that is lost, is found out", () => {
  const own = "package: no.lommebevis.app\npermission: no.lommebevis.app.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION\nuses-permission: name='no.lommebevis.app.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION'\n";
  const dump = own + Object.keys(PERMISSIONS).map((permission) => `uses-permission: name='${permission}'\n`).join("");
  assert.deepEqual(differences(dump), []);
  assert.deepEqual(differences(`${dump}uses-permission-sdk-23: name='android.permission.READ_CONTACTS'\n`), ["asks for android.permission.READ_CONTACTS"]);
  assert.deepEqual(differences(dump.replace(/.*CAMERA.*\n/, "")), ["does not ask for android.permission.CAMERA"]);
  assert.throws(() => differences("error: failed opening zip"), /no answer/);
});

test("no device is shut out for what it lacks", () => {
  const features = elements(manifest, "uses-feature");
  assert.ok(features.some((feature) => name(feature) === "android.hardware.camera"));
  for (const feature of features) assert.equal(feature["android:required"], "false", name(feature));
});

test("nothing goes into a backup or over to another phone", () => {
  assert.equal(application["android:allowBackup"], "false");
  assert.equal(application["android:fullBackupContent"], "false");
  assert.equal(application["android:dataExtractionRules"], "@xml/data_extraction_rules");
  const rules = text(`${main}/res/xml/data_extraction_rules.xml`);
  for (const way of ["cloud-backup", "device-transfer"]) {
    const [{ inside }] = elements(rules, way);
    assert.ok(!inside.includes("<include"), way);
    const excluded = elements(inside, "exclude").map((rule) => [rule.domain, rule.path]);
    const domains = ["root", "file", "database", "sharedpref", "external", "device_root", "device_file", "device_database", "device_sharedpref"];
    assert.deepEqual(excluded, domains.map((domain) => [domain, "."]), way);
  }
});

test("only debug builds may speak plain HTTP, and no build trusts an authority that somebody installed", () => {
  assert.equal(application["android:networkSecurityConfig"], "@xml/network_security_config");
  assert.equal(application["android:usesCleartextTraffic"], "${usesCleartextTraffic}");
  const gradle = text(`${project}/app/build.gradle.kts`);
  const [usual, debug] = [...gradle.matchAll(/manifestPlaceholders\["usesCleartextTraffic"\] = "(\w+)"/g)].map(([, value]) => value);
  assert.deepEqual([usual, debug], ["false", "true"]);
  assert.match(gradle.split('manifestPlaceholders["usesCleartextTraffic"]')[1], /getByName\("debug"\) \{\s*$/);
  for (const [variant, plain] of [["main", "false"], ["debug", "true"]]) {
    const rules = text(`${project}/app/src/${variant}/res/xml/network_security_config.xml`);
    const [base] = elements(rules, "base-config");
    assert.equal(base.cleartextTrafficPermitted, plain, variant);
    assert.deepEqual(elements(rules, "certificates").map((entry) => entry.src), ["system"], variant);
    assert.ok(!/domain-config|debug-overrides/.test(rules), variant);
  }
});

test("the launcher's screen alone is open to other programs", () => {
  const parts = ["activity", "activity-alias", "service", "receiver", "provider"].flatMap((kind) => elements(manifest, kind));
  for (const part of parts.filter((part) => part["tools:node"] !== "remove")) {
    assert.equal(part["android:exported"], name(part) === ".MainActivity" ? "true" : "false", name(part));
  }
  assert.equal(elements(manifest, "activity")[0]["android:launchMode"], "singleTask");
  assert.ok(!manifest.includes("LEANBACK"));
  const removed = parts.filter((part) => part["tools:node"] === "remove").map(name);
  assert.ok(removed.includes("androidx.work.impl.diagnostics.DiagnosticsReceiver"));
});

test("one https path and our own scheme lead into the app", () => {
  const [activity] = elements(manifest, "activity");
  const filters = elements(activity.inside, "intent-filter").filter((filter) => filter.inside.includes("android.intent.action.VIEW"));
  const data = filters.map((filter) => elements(filter.inside, "data").map(({ inside, ...rule }) => rule));
  const [link, scheme] = config().plugins["deep-link"].mobile;
  assert.deepEqual(link, { scheme: ["https"], host: "bevis.fjordviken.example", path: ["/app/callback"] });
  assert.deepEqual(scheme, { scheme: [config().identifier], appLink: false });
  assert.deepEqual(data, [
    [{ "android:scheme": "https" }, { "android:host": link.host }, { "android:path": "/app/callback" }],
    [{ "android:scheme": config().identifier }],
  ]);
  assert.deepEqual(filters.map((filter) => filter["android:autoVerify"]), ["true", undefined]);
});

test("a picture from the camera app lands in the app's own folder", () => {
  const paths = text(`${main}/res/xml/file_paths.xml`).replace(/<!--[^]*?-->/g, "");
  assert.deepEqual(paths.match(/<[\w-]+-path [^>]*>/g), ['<external-files-path name="pictures" path="Pictures/" />']);
});

test("identifiers and versions come from one place", () => {
  const gradle = text(`${project}/app/build.gradle.kts`);
  const { identifier, bundle, version } = config();
  const workspace = /\[workspace\.package\]\s+version = "(.*)"/.exec(text("Cargo.toml"))[1];
  // For phones the CLI looks here alone; without it every package would be version 1.
  assert.equal(version, workspace);
  assert.equal(bundle.android.versionCode, undefined);
  assert.match(text("src-tauri/Cargo.toml"), /^version\.workspace = true$/m);
  assert.match(gradle, new RegExp(`applicationId = "${identifier}"`));
  assert.match(gradle, new RegExp(`namespace = "${identifier}"`));
  assert.match(gradle, new RegExp(`minSdk = ${bundle.android.minSdkVersion}\\b`));
  assert.match(gradle, /versionCode = tauriProperties\.getProperty\("tauri\.android\.versionCode"/);
  assert.equal(JSON.parse(text("ui/package.json")).version, workspace);
});

test("every text is there in bokmål, nynorsk and English", () => {
  const strings = (folder) => Object.fromEntries(elements(text(`${main}/res/${folder}/strings.xml`), "string").map((s) => [s.name, s.inside]));
  const [nb, nn, en] = ["values", "values-nn", "values-en"].map(strings);
  assert.deepEqual([nn, en].map(Object.keys), [Object.keys(nb), Object.keys(nb)]);
  assert.equal(new Set([nb, nn, en].map((s) => s.app_description)).size, LANGUAGES.length);
  for (const used of manifest.matchAll(/@string\/(\w+)/g)) assert.ok(nb[used[1]], used[0]);
});

test("the start has the colours of the screens", () => {
  const [light, dark] = ["values", "values-night"].map((folder) => elements(text(`${main}/res/${folder}/colors.xml`), "color")[0].inside.toLowerCase());
  const pages = [...text("ui/src/styles/theme.css").matchAll(/--lb-page: (#\w+);/g)].map(([, colour]) => colour);
  assert.deepEqual([...new Set(pages)], [light, dark]);
  assert.ok(!existsSync(path(`${main}/res/values-night/themes.xml`)), "one theme for both");
});

test("the icon is adaptive, with a picture of one colour for themes, in every size", () => {
  const icon = text(`${main}/res/mipmap-anydpi/ic_launcher.xml`);
  for (const [, kind, drawable] of icon.matchAll(/drawable="@(\w+)\/(\w+)"/g)) {
    const folders = readdirSync(path(`${main}/res`)).filter((folder) => folder.startsWith(kind));
    assert.ok(folders.some((folder) => readdirSync(path(join(main, "res", folder))).some((file) => file.startsWith(`${drawable}.`))), drawable);
  }
  for (const [density, scale] of Object.entries({ mdpi: 1, hdpi: 1.5, xhdpi: 2, xxhdpi: 3, xxxhdpi: 4 })) {
    for (const layer of ["foreground", "monochrome"]) {
      const { width, height } = png(`${main}/res/mipmap-${density}/ic_launcher_${layer}.png`);
      assert.deepEqual([width, height], [108 * scale, 108 * scale], `${density} ${layer}`);
    }
    assert.equal(png(`${main}/res/drawable-${density}/ic_notice.png`).width, 24 * scale);
  }
});

test("the screens keep off the edges by the names that the app sets where the WebView knows nothing", () => {
  const set = text(`${main}/java/no/lommebevis/app/SafeArea.kt`);
  const names = ["top", "right", "bottom", "left"];
  for (const name of names) {
    assert.match(set, new RegExp(`"${name}" to `));
    assert.match(text("ui/src/styles/app.css"), new RegExp(`--safe-${name}: env\\(safe-area-inset-${name}, 0px\\);`));
  }
  assert.match(set, /'--safe-\$edge'/);
  for (const entry of readdirSync(path("ui/src"), { recursive: true }).filter((file) => file.endsWith(".svelte"))) {
    assert.ok(!text(`ui/src/${entry}`).includes("env(safe-area"), entry);
  }
});

test("what Rust calls by name is kept", () => {
  assert.match(text(`${project}/app/proguard-lommebevis.pro`), /^-keep class no\.lommebevis\.device\.\*\* \{ \*; \}$/m);
});

test("no path of a machine is in the project", () => {
  const files = readdirSync(path(project), { recursive: true, withFileTypes: true });
  for (const entry of files.filter((entry) => entry.isFile() && /\.(kts?|gradle|xml|properties|pro)$/.test(entry.name))) {
    const file = join(entry.parentPath, entry.name);
    if (/[/\\](build|generated|\.gradle)[/\\]|local\.properties|tauri\.settings\.gradle|tauri\.build\.gradle/.test(file)) continue;
    assert.ok(!/\/(home|root|tmp|Users|usr|opt)\//.test(text(file.slice(path("").length))), file);
  }
});
