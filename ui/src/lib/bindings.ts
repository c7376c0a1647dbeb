// Made from src-tauri/src/view.rs; after a change there: UPDATE_BINDINGS=1 cargo test -p lommebevis bindings
export type AppState = { "kind": "welcome", 
/**
 * The county whose app this is.
 */
county: CountyView, 
/**
 * A damaged store was just put aside, so the person has to log in again.
 */
kept_aside: boolean, } | { "kind": "enrolling", 
/**
 * The county whose app this is.
 */
county: CountyView, 
/**
 * What stands between the person and the card.
 */
enrolment: EnrolmentView, 
/**
 * The library card, which needs no photo.
 */
library: LibraryView | null, 
/**
 * Whom to ask, for this person.
 */
contacts: Array<Contact>, 
/**
 * When the county reads the school records next.
 */
next_sync: string | null, 
/**
 * When the issuer gave this answer.
 */
asked_at: string, } | { "kind": "home", 
/**
 * The county whose app this is.
 */
county: CountyView, 
/**
 * The cards, at least one.
 */
cards: Array<CardView>, 
/**
 * The library card.
 */
library: LibraryView | null, 
/**
 * Whom to ask, for this person.
 */
contacts: Array<Contact>, 
/**
 * The last time the issuer was heard.
 */
last_refresh: string | null, 
/**
 * Why the newest refresh failed, if it did.
 */
last_refresh_failed: Problem | null, 
/**
 * How far the phone's clock is off, when that matters.
 */
clock_warning_seconds: number | null, 
/**
 * News that the person should see above the card, such as a block.
 */
notice: EnrolmentView | null, } | { "kind": "stopped", 
/**
 * What is wrong.
 */
problem: Problem, };
export type CountyView = { 
/**
 * The county's own name.
 */
name: string, 
/**
 * The issuer is a demonstration: no card of it is proof of anything.
 */
demo: boolean, 
/**
 * The county's page for a forgotten Feide password.
 */
password_help_url: string | null, };
export type CardView = { 
/**
 * Names the card in commands.
 */
id: string, 
/**
 * Pupil, apprentice or training candidate.
 */
card_type: CardType, 
/**
 * What the card is worth now.
 */
state: CardState, 
/**
 * Issued by a demonstration issuer.
 */
demo: boolean, 
/**
 * The county.
 */
county: string, 
/**
 * Given names.
 */
given_name: string, 
/**
 * Family name.
 */
family_name: string, 
/**
 * Date of birth.
 */
birth_date: string, 
/**
 * The locked portrait.
 */
photo: string, 
/**
 * School or company.
 */
institution: string, 
/**
 * The class, such as `2STA`.
 */
class: string | null, 
/**
 * The education programme in words.
 */
programme: string | null, 
/**
 * The pupil's number at the school.
 */
student_number: string | null, 
/**
 * The term the card is for.
 */
semester: Semester, 
/**
 * First day of the right.
 */
valid_from: string, 
/**
 * Last day of the right.
 */
valid_until: string, 
/**
 * When the issuer last confirmed it.
 */
updated_at: string, };
export type Semester = { 
/**
 * Autumn or spring.
 */
season: Season, 
/**
 * The calendar year.
 */
year: number, };
export type Season = "autumn" | "spring";
export type CardType = "elev" | "larling" | "larekandidat";
export type CardState = "valid" | "not_yet_valid" | "needs_refresh" | "expires_soon" | "expired" | "suspended" | "revoked" | "unknown";
export type LibraryView = { 
/**
 * The code as the library gave it.
 */
code: string, 
/**
 * How it is drawn.
 */
symbology: Symbology, };
export type Symbology = "qr" | "code39" | "code128" | "itf" | "codabar" | "ean13";
export type Contact = { 
/**
 * What they help with.
 */
role: ContactRole, 
/**
 * Their name.
 */
name: string, 
/**
 * Telephone number.
 */
phone: string | null, 
/**
 * E-mail address.
 */
email: string | null, 
/**
 * Web page.
 */
url: string | null, };
export type ContactRole = "school" | "training_office" | "feide_help" | "county";
export type HolderView = { 
/**
 * Given names.
 */
given_name: string, 
/**
 * Family name.
 */
family_name: string, 
/**
 * Which card the records give.
 */
card_type: CardType, 
/**
 * School or company.
 */
institution: string, };
export type EnrolmentView = { "state": "ready", 
/**
 * Whose card.
 */
holder: HolderView, } | { "state": "photo_to_confirm", 
/**
 * Whose card.
 */
holder: HolderView, 
/**
 * The picture; none if it could not be fetched now.
 */
photo: string | null, 
/**
 * Names the picture in the answer.
 */
sha256: string, 
/**
 * Where it comes from.
 */
source: PhotoSource, 
/**
 * When it was taken, if known.
 */
taken_on: string | null, } | { "state": "photo_missing", 
/**
 * Whose card.
 */
holder: HolderView, 
/**
 * The person said that the school's picture is not them.
 */
rejected: boolean, 
/**
 * Who mends it.
 */
contact: Contact, } | { "state": "not_in_records", 
/**
 * Who mends it.
 */
contact: Contact, } | { "state": "record_incomplete", 
/**
 * What it lacks.
 */
missing: Array<MissingField>, 
/**
 * Who mends it.
 */
contact: Contact, } | { "state": "school_not_enabled", 
/**
 * The school.
 */
school: string, 
/**
 * Whom to ask.
 */
contact: Contact, } | { "state": "no_current_right", 
/**
 * Why not.
 */
reason: NoRightReason, 
/**
 * Whom to ask.
 */
contact: Contact, } | { "state": "blocked", 
/**
 * The reason given.
 */
reason: string, 
/**
 * The last day of the block; none means until further notice.
 */
until: string | null, 
/**
 * Where to appeal.
 */
contact: Contact, };
export type PhotoSource = "school_records" | "photographer" | "selfie" | "upload";
export type MissingField = "name" | "birth_date" | "school" | "class" | "programme" | "company" | "contract_period";
export type NoRightReason = { "kind": "not_started", 
/**
 * First day.
 */
from: string, } | { "kind": "ended", 
/**
 * Last day.
 */
on: string, } | { "kind": "interrupted", 
/**
 * The day.
 */
on: string, } | { "kind": "guest" } | { "kind": "category_not_covered" } | { "kind": "contract_type_unknown" };
export type Problem = { 
/**
 * Which situation.
 */
kind: ProblemKind, 
/**
 * What sort of situation.
 */
category: ProblemCategory, 
/**
 * Stable, safe to read aloud.
 */
support_code: string, };
export type ProblemKind = "login_cancelled" | "feide_refused" | "feide_unavailable" | "login_expired" | "login_mismatch" | "login_in_progress" | "no_network" | "issuer_unavailable" | "issuer_refused" | "signed_out_by_issuer" | "blocked" | "photo_locked" | "photo_changed" | "clock_wrong" | "card_expired" | "no_card" | "store_damaged" | "store_newer" | "key_store_absent" | "key_store_locked" | "key_missing" | "app_already_open" | "county_setting" | "browser_not_opened" | "internal";
export type ProblemCategory = "expected" | "retry" | "bug" | "personal_data";
export type CodeView = { 
/**
 * The drawn QR code.
 */
svg: string, 
/**
 * What it says.
 */
text: string, 
/**
 * When it was made.
 */
created_at: string, 
/**
 * When to ask for the next one.
 */
renew_after_seconds: number, 
/**
 * How far the phone's clock is off, when that matters.
 */
clock_warning_seconds: number | null, };
export type LibraryCodeView = { 
/**
 * The drawn code.
 */
svg: string, 
/**
 * What it says.
 */
code: string, 
/**
 * How it is drawn.
 */
symbology: Symbology, };
export type ValidityView = { "kind": "online", 
/**
 * Its word.
 */
result: ValidityResult, 
/**
 * Its clock.
 */
server_time: string, 
/**
 * Last day of the right.
 */
card_valid_until: string, } | { "kind": "offline", 
/**
 * The state of the stored card.
 */
state: CardState, 
/**
 * When the issuer was last heard.
 */
known_at: string, 
/**
 * How long ago that is.
 */
age_seconds: number, };
export type ValidityResult = "valid" | "suspended" | "revoked" | "expired";
