// From what went wrong to the answer that fits. Exhaustive: a new kind of problem or state breaks the build here.
import type { AppState, CardState, EnrolmentView, PhotoMissingReason, ProblemKind } from "../../lib/bindings";
import type { TopicId } from "../topics";

export const topicOfProblem: Record<ProblemKind, TopicId> = {
  login_cancelled: "login_stuck",
  feide_refused: "forgot_password",
  feide_unavailable: "service_down",
  login_expired: "login_stuck",
  login_mismatch: "login_stuck",
  login_in_progress: "login_stuck",
  no_network: "offline",
  issuer_unavailable: "service_down",
  issuer_refused: "service_down",
  signed_out_by_issuer: "signed_out",
  blocked: "blocked",
  photo_locked: "photo_locked",
  photo_changed: "photo_not_me",
  photo_unusable: "photo_fails",
  photo_too_many: "photo_fails",
  clock_wrong: "clock",
  card_expired: "expired",
  no_card: "get_started",
  store_damaged: "stored_unreadable",
  store_newer: "update_app",
  key_store_absent: "key_store",
  key_store_locked: "key_store",
  key_missing: "stored_unreadable",
  holder_key_gone: "needs_refresh",
  holder_key_failed: "needs_refresh",
  app_already_open: "app_open",
  county_setting: "app_setup",
  browser_not_opened: "login_stuck",
  checker_not_ready: "check_lists",
  challenge_invalid: "check_challenge",
  challenge_over: "check_challenge",
  roster_unreadable: "exam_list",
  roster_not_trusted: "exam_list",
  roster_over: "exam_list",
  app_locked: "app_lock",
  not_unlocked: "app_lock",
  internal: "support_code",
};

export const topicOfCard: Record<CardState, TopicId | null> = {
  valid: null,
  not_yet_valid: "no_right",
  needs_refresh: "needs_refresh",
  expires_soon: "expired",
  expired: "expired",
  suspended: "blocked",
  revoked: "revoked",
  unknown: "needs_refresh",
};

const topicOfMissing: Record<PhotoMissingReason["kind"], TopicId> = {
  never_had: "photo_needed",
  not_me: "photo_not_me",
  returned: "photo_waiting",
  reset: "photo_locked",
};

export function topicOfEnrolment(enrolment: EnrolmentView): TopicId {
  switch (enrolment.state) {
    case "ready":
      return "get_started";
    case "photo_to_confirm":
      return "photo_not_me";
    case "photo_missing":
      return topicOfMissing[enrolment.why.kind];
    case "photo_in_review":
      return "photo_waiting";
    case "not_in_records":
      return "not_registered";
    case "record_incomplete":
      return "record_incomplete";
    case "school_not_enabled":
      return "school_not_enabled";
    case "no_current_right":
      return "no_right";
    case "blocked":
      return "blocked";
  }
}

/** What most likely brought the reader here, from how things stand. */
export function topicOfState(core: AppState): TopicId | null {
  if (core.kind === "stopped") return topicOfProblem[core.problem.kind];
  if (core.kind === "enrolling") return topicOfEnrolment(core.enrolment);
  if (core.kind !== "home") return null;
  if (core.notice) return topicOfEnrolment(core.notice);
  if (core.last_refresh_failed?.kind === "signed_out_by_issuer") return "signed_out";
  for (const card of core.cards) if (topicOfCard[card.state]) return topicOfCard[card.state];
  return core.library === null ? "library_missing" : null;
}

/** What a page of help is about, as its address has it: the question, and the support code of what went wrong. */
export const about = (topic: TopicId, supportCode: string | null) => (supportCode ? `${topic}/${supportCode}` : topic);
