// What the app for Android may, and a look at a package that was built, where libraries have put in theirs:
//   aapt2 dump permissions app.apk | node tests/phones/permissions.mjs
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Each with what needs it. A new one is a question that every reader of the store page will ask. */
export const PERMISSIONS = {
  "android.permission.INTERNET": "fetching cards",
  "android.permission.ACCESS_NETWORK_STATE": "the refresh in the background waits for a network",
  "android.permission.CAMERA": "the photo, and scanning",
  "android.permission.USE_BIOMETRIC": "the app's lock",
  "android.permission.USE_FINGERPRINT": "the same on Android 8",
  "android.permission.POST_NOTIFICATIONS": "notices",
  "android.permission.RECEIVE_BOOT_COMPLETED": "notices and refresh after a restart",
  "android.permission.WAKE_LOCK": "notices and refresh while the phone sleeps",
};

/** Of the app itself: androidx.core puts it into every app, for receivers that no other program may call. */
const OWN = "no.lommebevis.app.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION";

/** What a package asks for and should not, and should and does not. Throws where there is nothing to read. */
export function differences(dump) {
  const asked = [...dump.matchAll(/^uses-permission(?:-sdk-\d+)?: name='([^']+)'/gm)].map(([, name]) => name);
  if (!asked.length) throw new Error("this is no answer of: aapt2 dump permissions");
  return [
    ...asked.filter((name) => !(name in PERMISSIONS) && name !== OWN).map((name) => `asks for ${name}`),
    ...Object.keys(PERMISSIONS).filter((name) => !asked.includes(name)).map((name) => `does not ask for ${name}`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = differences(readFileSync(0, "utf8"));
  for (const line of wrong) console.error(`The package ${line}: see tests/phones/permissions.mjs`);
  process.exitCode = wrong.length ? 1 : 0;
}
