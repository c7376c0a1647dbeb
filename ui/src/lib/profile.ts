// What a code discloses is the holder's choice, and the last one is remembered.
import type { Profile } from "./bindings";

const STORED = "profile";

export const profiles: Profile[] = ["exam", "travel", "discount", "age"];

/** The last choice, else the one for the bus, which is where cards are shown most. */
export function chosenProfile(): Profile {
  const stored = localStorage.getItem(STORED);
  return profiles.find((each) => each === stored) ?? "travel";
}

export const rememberProfile = (profile: Profile) => localStorage.setItem(STORED, profile);
