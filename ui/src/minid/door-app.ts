// The door in the app: the core's commands.
import { invoke } from "@tauri-apps/api/core";
import { app } from "../lib/app.svelte";
import { backend } from "../lib/backend";
import type { Door } from "./door";

export const appDoor: Door = {
  facts: () => invoke("minid_facts"),
  checkNumber: (text) => invoke("minid_check_number", { text }),
  pupilPlan: (orderedOn, arrived, registered) => invoke("minid_pupil_plan", { orderedOn, arrived, registered }),
  classPlan: (intake, deadline) => invoke("minid_class_plan", { intake, deadline }),
  pupilCalendar: (orderedOn, words) => invoke("minid_pupil_calendar", { orderedOn, words }),
  classCalendar: (intake, deadline, words) => invoke("minid_class_calendar", { intake, deadline, words }),
  kept: () => invoke("minid_kept"),
  keep: async (kept) => {
    await invoke("minid_keep", { kept });
    return true;
  },
  reminds: async () => {
    const { notifications, notices_allowed } = await backend.preferences();
    return !notifications ? "off" : notices_allowed ? "yes" : "denied";
  },
  maySet: () => app.state?.kind !== "locked",
};
