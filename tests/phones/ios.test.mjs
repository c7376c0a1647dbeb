// Rules of what the iOS project is made of.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { LANGUAGES, config, path, plist, png, text } from "./read.mjs";

const resources = "src-tauri/mobile/ios/Resources";
const info = plist(text("src-tauri/Info.ios.plist"));
const project = text("src-tauri/mobile/ios/project.yml");

test("the name and the words of each permission are there in bokmål, nynorsk and English", () => {
  const asked = Object.keys(info).filter((key) => key.endsWith("UsageDescription")).sort();
  assert.deepEqual(asked, ["NSCameraUsageDescription", "NSFaceIDUsageDescription"]);
  assert.deepEqual(info.CFBundleLocalizations, LANGUAGES);
  assert.equal(info.CFBundleDevelopmentRegion, "nb");
  const words = LANGUAGES.map((language) => {
    const lines = text(`${resources}/${language}.lproj/InfoPlist.strings`).matchAll(/^"(\w+)" = "(.+)";$/gm);
    return Object.fromEntries([...lines].map(([, key, value]) => [key, value]));
  });
  for (const [i, language] of LANGUAGES.entries()) assert.deepEqual(Object.keys(words[i]).sort(), asked, language);
  for (const key of asked) {
    assert.equal(words[0][key], info[key], "bokmål is what the list itself says");
    assert.equal(new Set(words.map((w) => w[key])).size, LANGUAGES.length, key);
  }
  assert.equal(info.CFBundleDisplayName, config().productName);
});

test("plain HTTP is refused, and no file of the app is shown to others", () => {
  assert.equal(info.NSAppTransportSecurity, undefined);
  assert.equal(info.UIFileSharingEnabled, false);
  assert.equal(info.LSSupportsOpeningDocumentsInPlace, false);
});

test("the one job in the background is the refresh", () => {
  assert.deepEqual(info.BGTaskSchedulerPermittedIdentifiers, [`${config().identifier}.refresh`]);
  assert.deepEqual(info.UIBackgroundModes, ["fetch"]);
});

test("no further key is in the list unseen", () => {
  const known = ["CFBundleDevelopmentRegion", "CFBundleDisplayName", "CFBundleLocalizations", "ITSAppUsesNonExemptEncryption"];
  const others = Object.keys(info).filter((key) => !known.includes(key) && !/^(NS\w+UsageDescription|BGTask\w+|UIBackgroundModes|UIFileSharingEnabled|LSSupports\w+)$/.test(key));
  assert.deepEqual(others, []);
});

test("the privacy manifest tracks nobody, and has a reason for what it reads of the system", () => {
  const privacy = plist(text(`${resources}/PrivacyInfo.xcprivacy`));
  assert.equal(privacy.NSPrivacyTracking, false);
  assert.deepEqual(privacy.NSPrivacyTrackingDomains, []);
  const sent = privacy.NSPrivacyCollectedDataTypes;
  assert.deepEqual(sent.map((entry) => entry.NSPrivacyCollectedDataType.replace("NSPrivacyCollectedDataType", "")), ["PhotosorVideos", "UserID", "OtherDataTypes"]);
  for (const entry of sent) {
    assert.equal(entry.NSPrivacyCollectedDataTypeTracking, false);
    assert.deepEqual(entry.NSPrivacyCollectedDataTypePurposes, ["NSPrivacyCollectedDataTypePurposeAppFunctionality"]);
  }
  const read = privacy.NSPrivacyAccessedAPITypes.map((entry) => [entry.NSPrivacyAccessedAPIType, ...entry.NSPrivacyAccessedAPITypeReasons]);
  assert.deepEqual(read, [
    ["NSPrivacyAccessedAPICategoryFileTimestamp", "C617.1"],
    ["NSPrivacyAccessedAPICategorySystemBootTime", "35F9.1"],
  ]);
});

test("files are sealed until the phone was unlocked once, and no further entitlement is asked for", () => {
  const [, block] = /\n    entitlements:\n([^]*?)\n    \w/.exec(project);
  const named = block.split("\n").filter((line) => !/^\s*#/.test(line)).flatMap((line) => line.match(/com\.apple\.[\w.-]+|keychain-access-groups/g) ?? []);
  assert.deepEqual(named, ["com.apple.developer.default-data-protection", "com.apple.developer.associated-domains"]);
  const { host } = config().plugins["deep-link"].mobile[0];
  assert.deepEqual(block.match(/- \w+:[\w.-]+/g), [`- applinks:${host}`, `- webcredentials:${host}`]);
  assert.match(block, /default-data-protection: NSFileProtectionCompleteUntilFirstUserAuthentication$/m);
});

test("the project takes in the resources, and the oldest system is the one the screens are built for", () => {
  const { minimumSystemVersion, template } = config().bundle.iOS;
  assert.equal(template, "mobile/ios/project.yml");
  assert.match(project, /- path: \.\.\/\.\.\/mobile\/ios\/Resources$/m);
  assert.match(project, /iOS: \{\{apple\.ios-version\}\}/);
  assert.match(project, /UILaunchStoryboardName: LaunchScreen/);
  assert.match(text("ui/vite.config.ts"), new RegExp(`safari${minimumSystemVersion.replace(".", "\\.")}"`));
});

test("the icon is whole and opaque in every size that it is named in", () => {
  const set = `${resources}/Assets.xcassets/AppIcon.appiconset`;
  const { images } = JSON.parse(text(`${set}/Contents.json`));
  assert.equal(images.length, 18);
  for (const { filename, scale, size } of images) {
    const { width, height, transparent } = png(`${set}/${filename}`);
    const pixels = Number(size.split("x")[0]) * Number(scale[0]);
    assert.deepEqual([width, height, transparent], [pixels, pixels, false], filename);
  }
  assert.deepEqual(readdirSync(path(set)).length, images.length + 1);
});

test("the start has the colours of the screens, light and dark", () => {
  const { colors } = JSON.parse(text(`${resources}/Assets.xcassets/Page.colorset/Contents.json`));
  const hex = ({ red, green, blue }) => `#${[red, green, blue].map((part) => part.slice(2)).join("")}`.toLowerCase();
  const pages = [...text("ui/src/styles/theme.css").matchAll(/--lb-page: (#\w+);/g)].map(([, colour]) => colour);
  assert.deepEqual(colors.map((entry) => hex(entry.color.components)), [...new Set(pages)]);
  assert.match(text(`${resources}/LaunchScreen.storyboard`), /backgroundColor" name="Page"/);
});
