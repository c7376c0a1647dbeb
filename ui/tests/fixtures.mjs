// @ts-check
// Synthetic people and answers of the core, in the shapes of src/lib/bindings.ts, which `npm run check` holds them to.
// Nobody here exists.

/** @import * as core from "../src/lib/bindings" */

/** The moment at which all tests happen: a Thursday morning in Norway. */
export const NOW = "2026-11-19T08:30:00+01:00";

/** @type {(...colours: [skin: string, hair: string, shirt: string, ground: string]) => string} */
const avatar = (skin, hair, shirt, ground) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 640">
<rect width="480" height="640" fill="${ground}"/>
<path d="M96 640c0-130 60-180 144-180s144 50 144 180z" fill="${shirt}"/>
<path d="M200 400h80v70q-40 34-80 0z" fill="${skin}"/>
<path d="M128 300c-20-180 60-210 112-210s132 30 112 210c10 70 10 120-10 150l-40-30H178l-40 30c-20-30-20-80-10-150" fill="${hair}"/>
<ellipse cx="240" cy="290" rx="88" ry="118" fill="${skin}"/>
<path d="M150 270c20-70 60-90 110-92 40 0 62 40 70 92-10-120-40-150-90-150s-84 40-90 150" fill="${hair}"/>
<circle cx="206" cy="290" r="9" fill="#2b2320"/><circle cx="274" cy="290" r="9" fill="#2b2320"/>
<path d="M206 350q34 30 68 0" fill="none" stroke="#8c4a3c" stroke-width="8" stroke-linecap="round"/></svg>`)}`;

export const photos = {
  nora: avatar("#e9b999", "#6b3f24", "#2d6a72", "#d9e6e4"),
  leif: avatar("#f0c7a5", "#c79a4b", "#3c5a3f", "#e6e2d6"),
  aslak: avatar("#c98f68", "#221a17", "#7a3346", "#dfe3ea"),
};

/** @type {core.CountyView} */
export const county = { name: "Fjordviken fylkeskommune", demo: false, password_help_url: "https://passord.fjordviken.example/", accessibility_statement_url: "https://uustatus.example/fjordviken", own_page_url: "https://bevis.fjordviken.example/min-side" };

/** @type {Record<"school" | "office" | "technical" | "feide" | "county", core.Contact>} */
export const contacts = {
  school: { role: "school", name: "Fjordviken videregående skole, ekspedisjonen", phone: "+47 99 00 00 01", email: "post.fjordviken@fjordviken.example", url: null },
  office: { role: "training_office", name: "Opplæringskontoret for byggfag i Fjordviken", phone: "+47 99 00 00 02", email: "post@okbygg.example", url: "https://okbygg.example/" },
  technical: { role: "technical", name: "IKT-ansvarlig Tor Vik", phone: null, email: "ikt.fjordviken@fjordviken.example", url: null },
  feide: { role: "feide_help", name: "IKT-hjelpen", phone: null, email: "ikt@fjordviken.example", url: null },
  county: { role: "county", name: "Fjordviken fylkeskommune", phone: "+47 99 00 00 00", email: null, url: null },
};

/** @type {core.CardView} */
export const nora = {
  id: "card-nora", card_type: "elev", state: "valid", demo: false, county: county.name,
  given_name: "Nora Sofie", family_name: "Bjørkøy", birth_date: "2009-03-14", photo: photos.nora,
  institution: "Fjordviken videregående skole", class: "2STA", programme: "Studiespesialisering", student_number: "204417",
  semester: { season: "autumn", year: 2026 }, valid_from: "2026-08-01", valid_until: "2026-12-31", updated_at: "2026-11-19T06:12:00+01:00",
};

/** @type {core.CardView} */
export const leif = {
  ...nora, id: "card-leif", card_type: "larling", given_name: "Leif", family_name: "Hammernes", birth_date: "2006-07-02", photo: photos.leif,
  institution: "Hammernes & Sønn Byggmesterfirma AS", class: null, programme: "Tømrerfaget", student_number: null, valid_until: "2027-08-15",
};

/** @type {core.CardView} */
export const aslak = {
  ...nora, id: "card-aslak", card_type: "larekandidat", given_name: "Áslat Ánte Mihkkalaš", family_name: "Sáŋŋárjohka-Guovdageainnulaš", photo: photos.aslak,
  institution: "Tjïelten njoelkedasse jïh maahtoe – opplæringsbedriften", class: null, programme: "Restaurant- og matfag",
};

/** One name, as some people have. @type {core.CardView} */
export const saw = { ...nora, id: "card-saw", given_name: "", family_name: "Suphansa", institution: "Ytre Fjordviken og Øvre Storelvdalen videregående skole og fagskole, avdeling Nordre Kvalsundøya", programme: "Informasjonsteknologi og medieproduksjon, yrkesfaglig utdanningsprogram" };
/** @type {core.CardView} */
export const elias = { ...nora, id: "card-elias", given_name: "Đorđe Žarko Ŧuomas", family_name: "Næss-Åsbjørnsen von Ïsterfjell de la Øygarden", institution: "Næringsmiddelindustrikompetansesenterstiftelsen" };

/** @type {core.LibraryView} */
export const library = { code: "N004417829", symbology: "code39" };

/** @type {(card?: core.CardView, more?: Partial<Extract<core.AppState, { kind: "home" }>>) => core.AppState} */
export const home = (card = nora, more = {}) => ({
  removed: [],
  kind: "home", county, cards: [card], library, contacts: Object.values(contacts), last_refresh: "2026-11-19T06:12:00+01:00",
  last_refresh_failed: null, login_failed: null, clock_warning_seconds: null, notice: null, ...more,
});

/** @type {(more?: Partial<Extract<core.AppState, { kind: "welcome" }>>) => core.AppState} */
export const welcome = (more = {}) => ({ kind: "welcome", county, kept_aside: false, finishing_login: false, login_failed: null, ...more });

/** @type {(enrolment: core.EnrolmentView, more?: Partial<Extract<core.AppState, { kind: "enrolling" }>>) => core.AppState} */
export const enrolling = (enrolment, more = {}) => ({
  kind: "enrolling", county, enrolment, library: null, contacts: Object.values(contacts),
  next_sync: "2026-11-20T03:00:00+01:00", asked_at: "2026-11-19T08:29:00+01:00", ...more,
});

/** @type {core.HolderView} */
export const holder = { given_name: "Nora Sofie", family_name: "Bjørkøy", card_type: "elev", institution: "Fjordviken videregående skole" };

/** @type {Extract<core.EnrolmentView, { state: "photo_to_confirm" }>} */
export const photoToConfirm = { state: "photo_to_confirm", holder, photo: photos.nora, sha256: "ab".repeat(32), source: "school_records", taken_on: "2026-08-24", reset: null };

const school = contacts.school;
/** @type {Record<string, core.EnrolmentView>} */
export const waiting = {
  photo_missing: { state: "photo_missing", holder, why: { kind: "never_had" }, contact: school },
  photo_rejected: { state: "photo_missing", holder, why: { kind: "not_me" }, contact: school },
  photo_returned: {
    state: "photo_missing", holder, contact: school,
    why: { kind: "returned", note: "Hei Nora! Vi ser ikke øynene dine bak solbrillene. Ta gjerne et nytt bilde ved vinduet.", reasons: ["sunglasses", "side"] },
  },
  photo_reset: { state: "photo_missing", holder, why: { kind: "reset", note: "Du ba om å få bytte bilde." }, contact: school },
  photo_in_review: { state: "photo_in_review", holder, source: "selfie", contact: school },
  not_in_records: { state: "not_in_records", contact: school },
  record_incomplete: { state: "record_incomplete", missing: ["class", "programme"], contact: school },
  school_not_enabled: { state: "school_not_enabled", school: "Ytre Fjordviken videregående skole", contact: contacts.county },
  not_started: { state: "no_current_right", reason: { kind: "not_started", from: "2027-08-16" }, contact: school },
  ended: { state: "no_current_right", reason: { kind: "ended", on: "2026-06-19" }, contact: school },
  interrupted: { state: "no_current_right", reason: { kind: "interrupted", on: "2026-10-01" }, contact: school },
  guest: { state: "no_current_right", reason: { kind: "guest" }, contact: school },
  category_not_covered: { state: "no_current_right", reason: { kind: "category_not_covered" }, contact: contacts.county },
  contract_type_unknown: { state: "no_current_right", reason: { kind: "contract_type_unknown" }, contact: contacts.office },
  blocked: { state: "blocked", reason: "Beviset er brukt av en annen", until: "2026-12-01", contact: school },
};

/** What the core says of a frame. @type {(hint?: core.Rule | null, more?: Partial<core.FrameView>) => core.FrameView} */
export const frame = (hint = null, more = {}) => ({
  verdict: hint === null ? "accept" : "reject", hint, direction: null, place: { centre_x: 50, centre_y: 53, width: 46, height: 44 }, ...more,
});
/** @type {(rule: core.Rule, rejects?: boolean, hint?: core.Hint | null) => core.Finding} */
export const found = (rule, rejects = true, hint = null) => ({ rule, rejects, hint });
/** What the core says of a picture. @type {(findings?: core.Finding[], more?: Partial<core.PictureView>) => core.PictureView} */
export const picture = (findings = [], more = {}) => ({
  id: `picture-${findings.map(({ rule }) => rule).join("-") || "good"}`, portrait: photos.nora, findings,
  verdict: findings.some(({ rejects }) => rejects) ? "reject" : findings.length > 0 ? "advise" : "accept", ...more,
});

/** @type {(kind: core.ProblemKind, category?: core.ProblemCategory, support_code?: string) => core.Problem} */
export const problem = (kind, category = "retry", support_code = "LB-TEST-042") => ({ kind, category, support_code });
/** @type {(kind: core.ProblemKind, category?: core.ProblemCategory) => core.AppState} */
export const stopped = (kind, category = "bug") => ({ kind: "stopped", problem: problem(kind, category, "LB-STORE-201") });

/** A picture that looks like a dense QR code. It says nothing; the real ones are drawn and read in Rust's tests. */
export function qrLike(modules = 121, seed = 7) {
  let noise = seed;
  const random = () => (noise = (noise * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const quiet = 4;
  const size = modules + 2 * quiet;
  let path = "";
  /** @type {(x: number, y: number, w?: number, h?: number) => string} */
  const dot = (x, y, w = 1, h = 1) => (path += `M${x + quiet} ${y + quiet}h${w}v${h}h-${w}z`);
  /** @type {(x: number, y: number) => boolean} */
  const corner = (x, y) => (x < 8 && y < 8) || (x >= modules - 8 && y < 8) || (x < 8 && y >= modules - 8);
  for (let y = 0; y < modules; y++) for (let x = 0; x < modules; x++) if (!corner(x, y) && random() < 0.5) dot(x, y);
  for (const [x, y] of /** @type {[number, number][]} */ ([[0, 0], [modules - 7, 0], [0, modules - 7]])) {
    dot(x, y, 7, 1); dot(x, y + 6, 7, 1); dot(x, y, 1, 7); dot(x + 6, y, 1, 7); dot(x + 2, y + 2, 3, 3);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}"/></svg>`;
}

export function barsLike(seed = 3) {
  let noise = seed;
  const random = () => (noise = (noise * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  let path = "";
  let x = 10;
  while (x < 210) {
    const width = random() < 0.4 ? 3 : 1;
    path += `M${x} 0h${width}v60h-${width}z`;
    x += width + (random() < 0.4 ? 3 : 1);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 224 60" shape-rendering="crispEdges"><rect width="224" height="60" fill="#fff"/><path d="${path}"/></svg>`;
}

/** @type {(more?: Partial<core.CodeView>) => core.CodeView} */
export const code = (more = {}) => ({
  profile: "travel", svg: qrLike(), link_svg: qrLike(133, 11), has_photo_code: true, text: "SID1:…", created_at: NOW, renew_after_seconds: 15, clock_warning_seconds: null, ...more,
});
/** @type {core.LibraryCodeView} */
export const libraryCode = { svg: barsLike(), code: library.code, symbology: library.symbology };

/** @type {(result?: core.ValidityResult) => core.ValidityView} */
export const online = (result = "valid") => ({ kind: "online", result, server_time: "2026-11-19T08:30:02+01:00", card_valid_until: "2026-12-31" });
/** @type {core.ValidityView} */
export const offline = { kind: "offline", state: "valid", known_at: "2026-11-19T06:12:00+01:00", age_seconds: 8280 };

/** Letters as a code has them, and as senseless as they look. */
export function codeText(/** @type {number} */ length, seed = 5) {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  let noise = seed;
  const next = () => letters[(noise = (noise * 1103515245 + 12345) & 0x7fffffff) % letters.length];
  return `SID1:${Array.from({ length: length - 5 }, next).join("")}`;
}
/** What the camera sees in most tests. */
export const SCANNED = codeText(80);

/** @type {(more?: Partial<core.CheckerView>) => core.CheckerView} */
export const lists = (more = {}) => ({ ready: true, county, trust_list_age_seconds: 7200, status_age_seconds: 180, stale: false, clock_off_seconds: null, last_update_failed: null, ...more });

const nobody = {
  full_name: null, given_name: null, birth_date: null, card_type: null, institution: null, class: null, student_number: null,
  semester: null, valid_until: null, age_over_16: null, age_over_18: null, age_over_20: null, portrait: null,
};
/** @type {Record<core.Profile, core.CheckedCard>} */
export const claims = {
  exam: {
    ...nobody, profile: "exam", full_name: "Nora Sofie Bjørkøy", birth_date: "2009-03-14", card_type: "elev", institution: nora.institution,
    class: "2STA", student_number: "204417", valid_until: "2026-12-31",
  },
  travel: {
    ...nobody, profile: "travel", full_name: "Nora Sofie Bjørkøy", birth_date: "2009-03-14", card_type: "elev", institution: nora.institution,
    semester: "2026-H", valid_until: "2026-12-31",
  },
  discount: { ...nobody, profile: "discount", given_name: "Nora Sofie", card_type: "elev", semester: "2026-H", valid_until: "2026-12-31" },
  age: { ...nobody, profile: "age", age_over_16: true, age_over_18: false, age_over_20: false },
};

/** @type {(more?: Partial<Extract<core.Scan, { kind: "card" }>>) => Extract<core.Scan, { kind: "card" }>} */
export const verdict = (more = {}) => ({
  kind: "card", outcome: "valid", reasons: [], demo: false, authentic: true, card: claims.travel, photo: "available",
  issuer: "https://bevis.fjordviken.example", issuer_name: county.name, code_made_at: NOW, status_age_seconds: 310, checked_at: NOW, ...more,
});
/** @type {(...reasons: core.Reason[]) => core.Scan} */
export const invalid = (...reasons) => verdict({ outcome: "invalid", reasons, photo: "none" });
/** @type {(more?: Partial<Extract<core.Scan, { kind: "slip" }>>) => core.Scan} */
export const slipVerdict = (more = {}) => ({
  kind: "slip", outcome: "slip", reasons: [{ kind: "on_paper" }], demo: false, authentic: true, card: { ...claims.exam, portrait: photos.nora },
  day: NOW.slice(0, 10), printed_at: NOW, good_until: NOW, seen_at: null, issuer: "https://bevis.fjordviken.example", issuer_name: county.name,
  status_age_seconds: 310, checked_at: NOW, ...more,
});
/** @type {(more?: Partial<Extract<core.Scan, { kind: "photo" }>>) => core.Scan} */
export const photoVerdict = (more = {}) => ({
  kind: "photo", outcome: "valid", reasons: [], demo: false, authentic: true, portrait: photos.nora, belongs_to_last: true,
  issuer_name: county.name, status_age_seconds: 310, checked_at: NOW, ...more,
});
/** @type {(kind?: "not_our_code" | "damaged_code") => core.Scan} */
export const unreadable = (kind = "not_our_code") =>
  verdict({ outcome: "unreadable", reasons: [{ kind }], authentic: false, card: null, photo: "none", issuer: null, issuer_name: null, code_made_at: null, status_age_seconds: null });

/** @type {core.ChallengeView} */
export const challenge = { svg: qrLike(29, 4), text: "SIC1:ABCDEF0123456789ABCDEF" };

/** @type {(index: number, name: string, more?: Partial<core.CandidateView>) => core.CandidateView} */
const candidate = (index, name, more = {}) => ({
  index, name, birth_date: "2009-03-14", class: "2STA", number: String(204400 + index), room: "B201", portrait: null,
  present_at: null, late: false, by_hand: false, ...more,
});
/** @type {core.CandidateView[]} */
export const candidates = [
  candidate(0, "Nora Sofie Bjørkøy", { portrait: photos.nora }),
  candidate(1, "Leif Hammernes", { portrait: photos.leif, present_at: "2026-11-19T08:25:00+01:00" }),
  candidate(2, "Áslat Ánte Mihkkalaš Sáŋŋárjohka-Guovdageainnulaš", { portrait: photos.aslak, class: null, room: "B202" }),
  candidate(3, "Ingrid Fjellvåg", { present_at: "2026-11-19T09:12:00+01:00", late: true }),
  candidate(4, "Åsmund Østerdal", { present_at: "2026-11-19T08:41:00+01:00", by_hand: true }),
];
/** @type {(more?: Partial<core.ExamRoomView>) => core.ExamRoomView} */
export const exam = (more = {}) => ({
  id: "exam-1", title: "Matematikk 2P, skriftlig", school: nora.institution, rooms: ["B201", "B202"], room: "B201",
  starts_at: "2026-11-19T09:00:00+01:00", deleted_at: "2026-11-20T03:00:00+01:00", candidates, counts: { present: 3, late: 1, expected: 28 }, ...more,
});
/** @type {(result: core.AdmissionResult, more?: Partial<core.AdmissionView>) => core.AdmissionView} */
export const admission = (result, more = {}) => ({
  result, candidate: candidates[0] ?? null, right_room: null, minutes_late: null, first_seen_at: null, verdict: verdict({ card: claims.exam, photo: "none" }), ...more,
});

/** A checker with fresh lists and a good card in front of it. */
export const checker = () => ({
  checker_state: lists(), update_checker: lists(), scan_code: verdict(), scan_again: null, admit_again: null, new_challenge: challenge, end_challenge: null,
  exam_rooms: [exam()], open_roster: exam(), choose_room: exam(), admit: admission("present"), admit_by_hand: exam(), undo_admission: exam(),
  check_frame: frame(), check_picture: picture(), drop_picture: null,
  export_exam_room: "\ufeffNavn;Til stede\r\nNora Sofie Bjørkøy;08:31\r\n", delete_exam_room: [], show_photo_code: { svg: qrLike(157, 13) },
});

/** One's own data, the choices and the lock. */
export const mine = (more = {}) => ({
  cards: [{ id: nora.id, card_type: "elev", credentials: 15, shown_until: "2026-11-26T06:12:00+01:00", key_protection: "hardware" }],
  removed: [], logged_in: true, history: 4, exam_lists: 0, last_refresh: "2026-11-19T06:12:00+01:00", log_outs_to_tell: 0, ...more,
});
/** @type {(at: string, kind: core.HistoryKind, more?: Partial<core.HistoryView>) => core.HistoryView} */
const happened = (at, kind, more = {}) => ({ at, kind, card_type: null, profile: null, state: null, online: null, ...more });
export const history = [
  happened("2026-11-19T08:02:00+01:00", "code_shown", { profile: "travel" }),
  happened("2026-11-18T12:40:00+01:00", "checked", { state: "valid", online: true }),
  happened("2026-11-18T12:31:00+01:00", "library_code_shown"),
  happened("2026-11-02T09:15:00+01:00", "card_suspended", { card_type: "elev" }),
  happened("2026-10-30T09:15:00+01:00", "photo_returned"),
  happened("2026-10-29T09:15:00+01:00", "card_fetched", { card_type: "elev" }),
];
export const preferences = (more = {}) => ({ history: true, notifications: true, app_lock: false, lock_offer: "available", notices_allowed: true, ...more });
export const locked = { kind: "locked", county };
const own = () => ({
  mine: mine(), history, clear_history: [], preferences: preferences(), set_history: preferences({ history: false }), set_notifications: preferences({ notifications: false }),
  set_app_lock: preferences({ app_lock: true }), set_language: null, page_hidden: null, look_again: null, export_data: '{\n  "schema": "lommebevis-own-data-1"\n}',
});

/** What the core answers unless a test says otherwise. */
export const answers = () => ({
  show_code: code(), show_library_code: libraryCode, check_validity: online(), cancel_login: { kind: "welcome" }, hold_screen: null, ...own(), ...checker(),
});
