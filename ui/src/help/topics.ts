// The questions that help answers: where each belongs, whom to ask about it, and what can be done at once. Their words
// are in words/; a topic without words, or the other way round, breaks the build.

/** Whose business it is; contacts.ts knows the person behind it. */
export type Ask = "records" | "photo" | "library" | "technical" | "feide" | "county";

/** What a page of help lets one do there and then. */
export type Action =
  | "log_in" | "refresh" | "code" | "validity" | "photo" | "library" | "password" | "own_page" | "checker" | "exams" | "minid"
  | "wrong_data" | "disclosed" | "phones" | "menu" | "mine" | "settings";

export const groups = ["start", "login", "card", "photo", "code", "library", "phone", "check", "more"] as const;
export type Group = (typeof groups)[number];

interface Topic {
  group: Group;
  ask: Ask;
  actions: Action[];
  /** What people ask next. */
  next: string[];
}

const topic = (group: Group, ask: Ask, actions: Action[], next: string[]): Topic => ({ group, ask, actions, next });

const all = {
  what_it_is: topic("start", "records", ["disclosed", "checker"], ["where_used", "get_started", "two_cards"]),
  get_started: topic("start", "records", ["log_in", "refresh"], ["when_ready", "photo_needed", "forgot_password"]),
  when_ready: topic("start", "records", ["refresh"], ["not_registered", "get_started"]),
  where_used: topic("start", "records", ["code", "disclosed"], ["offline", "exam_without_phone", "is_it_real"]),

  forgot_password: topic("login", "feide", ["password", "log_in"], ["login_refused", "login_stuck"]),
  login_refused: topic("login", "feide", ["password", "log_in"], ["forgot_password", "not_registered", "school_not_enabled"]),
  login_stuck: topic("login", "technical", ["log_in"], ["forgot_password", "signed_out"]),
  signed_out: topic("login", "technical", ["log_in", "phones"], ["second_phone", "forgot_password"]),
  not_registered: topic("login", "records", ["refresh"], ["record_incomplete", "school_not_enabled", "when_ready"]),
  record_incomplete: topic("login", "records", ["refresh", "wrong_data"], ["not_registered", "changed_class"]),
  school_not_enabled: topic("login", "records", ["refresh"], ["not_registered", "login_refused"]),
  no_right: topic("login", "records", ["refresh", "wrong_data"], ["changed_class", "expired"]),
  service_down: topic("login", "technical", ["refresh"], ["offline", "support_code"]),

  changed_class: topic("card", "records", ["refresh", "wrong_data"], ["wrong_details", "not_registered"]),
  wrong_details: topic("card", "records", ["wrong_data", "refresh"], ["changed_class", "library_wrong", "photo_locked"]),
  offline: topic("card", "technical", ["code", "refresh"], ["needs_refresh", "service_down"]),
  needs_refresh: topic("card", "technical", ["refresh"], ["offline", "expired"]),
  expired: topic("card", "records", ["refresh"], ["no_right", "needs_refresh"]),
  blocked: topic("card", "county", ["refresh"], ["revoked", "library_missing"]),
  revoked: topic("card", "records", ["refresh", "phones"], ["blocked", "second_phone"]),
  is_it_real: topic("card", "technical", ["code", "validity"], ["screenshot", "check_how"]),
  two_cards: topic("card", "records", ["refresh"], ["wrong_details", "what_it_is"]),

  photo_needed: topic("photo", "photo", ["photo"], ["photo_fails", "photo_not_me", "photo_locked"]),
  photo_locked: topic("photo", "photo", ["refresh", "wrong_data"], ["photo_needed", "photo_waiting"]),
  photo_not_me: topic("photo", "photo", ["photo"], ["photo_locked", "photo_needed"]),
  photo_waiting: topic("photo", "photo", ["photo", "refresh"], ["photo_needed", "photo_fails"]),
  photo_fails: topic("photo", "photo", ["photo"], ["photo_needed", "photo_waiting"]),

  not_scanning: topic("code", "technical", ["code"], ["clock", "screenshot", "library_not_scanning"]),
  who_sees_what: topic("code", "county", ["disclosed", "code"], ["what_is_stored", "photo_code"]),
  photo_code: topic("code", "technical", ["code", "disclosed"], ["not_scanning", "who_sees_what"]),
  checkers_code: topic("code", "technical", ["code"], ["not_scanning", "check_challenge"]),
  screenshot: topic("code", "technical", ["code"], ["is_it_real", "not_scanning"]),
  clock: topic("code", "technical", ["code"], ["not_scanning", "needs_refresh"]),

  library_missing: topic("library", "library", ["refresh", "wrong_data"], ["library_wrong", "changed_class"]),
  library_wrong: topic("library", "library", ["library", "wrong_data"], ["library_missing", "library_not_scanning"]),
  library_not_scanning: topic("library", "library", ["library"], ["library_wrong", "not_scanning"]),

  new_phone: topic("phone", "records", [], []),
  lost_phone: topic("phone", "county", [], []),
  second_phone: topic("phone", "technical", [], []),
  broken_phone: topic("phone", "technical", [], []),
  exam_without_phone: topic("phone", "records", [], []),
  stored_unreadable: topic("phone", "technical", [], ["new_phone", "key_store"]),
  key_store: topic("phone", "technical", [], ["stored_unreadable", "support_code"]),
  app_open: topic("phone", "technical", [], ["update_app", "support_code"]),
  update_app: topic("phone", "technical", [], ["stored_unreadable", "support_code"]),

  check_how: topic("check", "county", ["checker"], ["check_lists", "check_challenge"]),
  check_lists: topic("check", "county", ["checker"], ["check_how", "offline"]),
  check_challenge: topic("check", "county", ["checker"], ["check_how", "checkers_code"]),
  exam_list: topic("check", "county", ["exams"], ["check_how", "check_lists"]),

  who_to_ask: topic("more", "records", ["wrong_data"], ["support_code", "wrong_details"]),
  support_code: topic("more", "technical", [], ["who_to_ask", "service_down"]),
  app_setup: topic("more", "county", [], ["support_code", "update_app"]),
  what_is_stored: topic("more", "county", ["mine", "disclosed"], ["who_sees_what", "who_to_ask"]),
  app_lock: topic("more", "technical", ["settings"], ["lost_phone", "what_is_stored"]),
  reminders: topic("more", "technical", ["settings"], ["needs_refresh", "photo_waiting"]),
  language: topic("more", "technical", ["menu"], ["what_it_is"]),
  minid: topic("more", "records", ["minid"], ["forgot_password", "get_started"]),
} satisfies Record<string, Topic>;

export type TopicId = keyof typeof all;

export const topics: Record<TopicId, Omit<Topic, "next"> & { next: TopicId[] }> = all as Record<TopicId, Topic & { next: TopicId[] }>;
export const topicIds = Object.keys(all) as TopicId[];

/** The question with this name, if there is one: names come from addresses too. */
export const topicNamed = (name: string | null): TopicId | null => topicIds.find((id) => id === name) ?? null;

/** These are told step by step, on the screen for phones. */
export const guides = ["new_phone", "lost_phone", "second_phone", "broken_phone", "exam_without_phone"] as const;
export type Guide = (typeof guides)[number];

export const guideNamed = (name: string | null): Guide | null => guides.find((id) => id === name) ?? null;
