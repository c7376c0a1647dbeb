// Made from src-tauri/src/view.rs, the verifier's and the portraits' types; after a change there: UPDATE_BINDINGS=1 cargo test -p lommebevis bindings
export type AppState = { "kind": "welcome", 
/**
 * The county whose app this is.
 */
county: CountyView, 
/**
 * A store that cannot be read, as one from another phone, was just put aside: the person has to log in again.
 */
kept_aside: boolean, 
/**
 * A link has brought a login back, and the issuer is asked now.
 */
finishing_login: boolean, 
/**
 * Why such a login came to nothing, if it did.
 */
login_failed: Problem | null, } | { "kind": "enrolling", 
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
 * The cards; at least one, unless the person took them off this device.
 */
cards: Array<CardView>, 
/**
 * Cards that the person took off this device, and can have back.
 */
removed: Array<CardType>, 
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
 * Why a login that a link brought back came to nothing, if it did.
 */
login_failed: Problem | null, 
/**
 * How far the phone's clock is off, when that matters.
 */
clock_warning_seconds: number | null, 
/**
 * News that the person should see above the card, such as a block.
 */
notice: EnrolmentView | null, } | { "kind": "locked", 
/**
 * The county whose app this is.
 */
county: CountyView, } | { "kind": "stopped", 
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
password_help_url: string | null, 
/**
 * The county's accessibility statement for this app.
 */
accessibility_statement_url: string | null, 
/**
 * Where one logs out a lost phone, in any browser.
 */
own_page_url: string, };
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
export type ContactRole = "school" | "photo" | "library" | "training_office" | "technical" | "feide_help" | "county";
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
taken_on: string | null, 
/**
 * What the school wrote when it unlocked an earlier one, if that is why there is one to confirm again.
 */
reset: string | null, } | { "state": "photo_missing", 
/**
 * Whose card.
 */
holder: HolderView, 
/**
 * Why not.
 */
why: PhotoMissingReason, 
/**
 * Who mends it.
 */
contact: Contact, } | { "state": "photo_in_review", 
/**
 * Whose card.
 */
holder: HolderView, 
/**
 * How it was made.
 */
source: PhotoSource, 
/**
 * Who looks at it.
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
export type PhotoMissingReason = { "kind": "never_had" } | { "kind": "not_me" } | { "kind": "returned", 
/**
 * What the school writes to the person.
 */
note: string, 
/**
 * What could be better.
 */
reasons: Array<Rule>, } | { "kind": "reset", 
/**
 * What the school writes to the person.
 */
note: string, };
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
export type ProblemKind = "login_cancelled" | "feide_refused" | "feide_unavailable" | "login_expired" | "login_mismatch" | "login_in_progress" | "no_network" | "issuer_unavailable" | "issuer_refused" | "signed_out_by_issuer" | "blocked" | "photo_locked" | "photo_changed" | "photo_unusable" | "photo_too_many" | "clock_wrong" | "card_expired" | "no_card" | "store_damaged" | "store_newer" | "key_store_absent" | "key_store_locked" | "key_missing" | "holder_key_gone" | "holder_key_failed" | "app_already_open" | "county_setting" | "browser_not_opened" | "checker_not_ready" | "challenge_invalid" | "challenge_over" | "roster_unreadable" | "roster_not_trusted" | "roster_over" | "app_locked" | "not_unlocked" | "internal";
export type ProblemCategory = "expected" | "retry" | "bug" | "personal_data";
export type CodeView = { 
/**
 * What the code discloses.
 */
profile: Profile, 
/**
 * The drawn QR code.
 */
svg: string, 
/**
 * The same code as a link to the county's page, for cameras without the app.
 */
link_svg: string | null, 
/**
 * There is a photo code beside it, which shows the portrait without a network.
 */
has_photo_code: boolean, 
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
export type PhotoCodeView = { 
/**
 * The drawn QR code.
 */
svg: string, };
export type Profile = "exam" | "travel" | "discount" | "age";
export type Outcome = "valid" | "slip" | "demo" | "status_unknown" | "invalid" | "unreadable";
export type Reason = { "kind": "not_our_code" } | { "kind": "damaged_code" } | { "kind": "unknown_issuer" } | { "kind": "issuer_key_not_in_use" } | { "kind": "issuer_mismatch" } | { "kind": "bad_issuer_signature" } | { "kind": "token_expired" } | { "kind": "not_yet_valid" } | { "kind": "bad_holder_signature" } | { "kind": "wrong_audience" } | { "kind": "profile_mismatch" } | { "kind": "code_too_old", 
/**
 * Its age by the checker's clock.
 */
seconds: number, } | { "kind": "clock_differs", 
/**
 * By how much at least.
 */
seconds: number, } | { "kind": "wrong_challenge" } | { "kind": "replayed", 
/**
 * How long ago it was first taken.
 */
seconds_ago: number, } | { "kind": "photo_mismatch" } | { "kind": "photo_alone" } | { "kind": "not_a_card" } | { "kind": "card_expired", 
/**
 * Its last day.
 */
on: string, } | { "kind": "suspended" } | { "kind": "revoked" } | { "kind": "unknown_status_value" } | { "kind": "not_in_status_list" } | { "kind": "status_unknown" } | { "kind": "status_too_old", 
/**
 * How long ago it was signed.
 */
seconds: number, } | { "kind": "key_not_yet_known", 
/**
 * How long ago the trust list was signed.
 */
seconds: number, } | { "kind": "trust_list_expired", 
/**
 * How long ago.
 */
seconds: number, } | { "kind": "on_paper" } | { "kind": "slip_over", 
/**
 * The day that it was good, in Norway.
 */
on: string, } | { "kind": "demo_issuer" };
export type CheckedCard = { 
/**
 * What the code was shown for.
 */
profile: Profile, 
/**
 * Full name.
 */
full_name: string | null, 
/**
 * The first of the given names.
 */
given_name: string | null, 
/**
 * Birth date.
 */
birth_date: string | null, 
/**
 * Which card.
 */
card_type: CardType | null, 
/**
 * School, or company or training office.
 */
institution: string | null, 
/**
 * Class.
 */
class: string | null, 
/**
 * The number the school knows the pupil by.
 */
student_number: string | null, 
/**
 * Semester.
 */
semester: string | null, 
/**
 * The card's last day, in Norway.
 */
valid_until: string | null, 
/**
 * Whether the holder was 16 when the token was issued.
 */
age_over_16: boolean | null, 
/**
 * Whether the holder was 18 when the token was issued.
 */
age_over_18: boolean | null, 
/**
 * Whether the holder was 20 when the token was issued.
 */
age_over_20: boolean | null, 
/**
 * The small portrait, `data:image/webp;base64,`, if the photo code was scanned before.
 */
portrait: string | null, };
export type PhotoState = "none" | "available" | "shown";
export type Verdict = { 
/**
 * The answer.
 */
outcome: Outcome, 
/**
 * Why it is not [`Outcome::Valid`]; empty exactly when it is.
 */
reasons: Array<Reason>, 
/**
 * Whether the issuer is a specimen county. Show the whole verdict in grey then, whatever the outcome.
 */
demo: boolean, 
/**
 * Whether a trusted issuer signed what stands in `card`. Without it the card is only a claim.
 */
authentic: boolean, 
/**
 * The card as it was read, whether or not the verdict is good.
 */
card: CheckedCard | null, 
/**
 * Whether there is a portrait to look at.
 */
photo: PhotoState, 
/**
 * The issuer's address, as the code gives it.
 */
issuer: string | null, 
/**
 * The issuer's name, from the trust list.
 */
issuer_name: string | null, 
/**
 * When the phone made the code, by the phone's clock.
 */
code_made_at: string | null, 
/**
 * How long ago the status list that was consulted was signed, in seconds.
 */
status_age_seconds: number | null, 
/**
 * The checker's time.
 */
checked_at: string, };
export type PhotoVerdict = { 
/**
 * The answer about the portrait, not about the card.
 */
outcome: Outcome, 
/**
 * Why it is not [`Outcome::Valid`]; empty exactly when it is.
 */
reasons: Array<Reason>, 
/**
 * Whether the issuer is a specimen county.
 */
demo: boolean, 
/**
 * Whether a trusted issuer signed the portrait.
 */
authentic: boolean, 
/**
 * The portrait, `data:image/webp;base64,`; only if it is authentic.
 */
portrait: string | null, 
/**
 * Whether the code that was checked last names this portrait; none if no code was checked a short while ago.
 */
belongs_to_last: boolean | null, 
/**
 * The issuer's name, from the trust list.
 */
issuer_name: string | null, 
/**
 * How long ago the status list that was consulted was signed, in seconds.
 */
status_age_seconds: number | null, 
/**
 * The checker's time.
 */
checked_at: string, };
export type SlipVerdict = { 
/**
 * The answer.
 */
outcome: Outcome, 
/**
 * What led to it; [`Reason::OnPaper`] is always among them.
 */
reasons: Array<Reason>, 
/**
 * Whether the issuer is a specimen county.
 */
demo: boolean, 
/**
 * Whether a trusted issuer signed what stands in `card`.
 */
authentic: boolean, 
/**
 * The card as it was read, with its portrait if the slip is authentic.
 */
card: CheckedCard | null, 
/**
 * The day it is good, in Norway.
 */
day: string | null, 
/**
 * When it was printed.
 */
printed_at: string | null, 
/**
 * From when on it is no longer good.
 */
good_until: string | null, 
/**
 * When this checker first saw this very slip, if it did before. That is nothing strange: the same paper is shown again,
 * at the next stop or door.
 */
seen_at: string | null, 
/**
 * The issuer's address, as the slip gives it.
 */
issuer: string | null, 
/**
 * The issuer's name, from the trust list.
 */
issuer_name: string | null, 
/**
 * How long ago the status list that was consulted was signed, in seconds.
 */
status_age_seconds: number | null, 
/**
 * The checker's time.
 */
checked_at: string, };
export type Scan = { "kind": "card" } & Verdict | { "kind": "photo" } & PhotoVerdict | { "kind": "slip" } & SlipVerdict;
export type CheckerView = { 
/**
 * There is a trust list, so that codes can be checked.
 */
ready: boolean, 
/**
 * The county whose app this is.
 */
county: CountyView, 
/**
 * How long ago the trust list was signed.
 */
trust_list_age_seconds: number | null, 
/**
 * How long ago the oldest of the county's status lists was signed.
 */
status_age_seconds: number | null, 
/**
 * The lists are too old, or too few, to say that a card is good.
 */
stale: boolean, 
/**
 * How far this device's clock is ahead (negative: behind), when that matters. Verdicts go by the right time.
 */
clock_off_seconds: number | null, 
/**
 * Why the newest update failed, if it did.
 */
last_update_failed: Problem | null, };
export type ChallengeView = { 
/**
 * The drawn QR code.
 */
svg: string, 
/**
 * What it says.
 */
text: string, };
export type ExamRoomView = { 
/**
 * Names the list in commands.
 */
id: string, 
/**
 * The exam.
 */
title: string, 
/**
 * Where it is held.
 */
school: string, 
/**
 * The rooms that the list knows.
 */
rooms: Array<string>, 
/**
 * The one that is kept here; none means all.
 */
room: string | null, 
/**
 * When it begins.
 */
starts_at: string, 
/**
 * When this list deletes itself.
 */
deleted_at: string, 
/**
 * Everybody on the list.
 */
candidates: Array<CandidateView>, 
/**
 * How far it has come, in the chosen room.
 */
counts: ExamCounts, };
export type ExamCounts = { 
/**
 * Have come, late or not.
 */
present: number, 
/**
 * Of these, have come late.
 */
late: number, 
/**
 * Are expected in the chosen room.
 */
expected: number, };
export type CandidateView = { 
/**
 * Names the candidate in commands.
 */
index: number, 
/**
 * Full name.
 */
name: string, 
/**
 * Date of birth.
 */
birth_date: string, 
/**
 * The class.
 */
class: string | null, 
/**
 * The number that the school knows the pupil by.
 */
number: string | null, 
/**
 * Which room.
 */
room: string | null, 
/**
 * The list's small portrait.
 */
portrait: string | null, 
/**
 * When the candidate came.
 */
present_at: string | null, 
/**
 * Came too late.
 */
late: boolean, 
/**
 * Was registered without a code.
 */
by_hand: boolean, };
export type AdmissionView = { 
/**
 * In one word.
 */
result: AdmissionResult, 
/**
 * Whom the code is about, if they are on the list.
 */
candidate: CandidateView | null, 
/**
 * The room that the candidate has to go to; only with `wrong_room`.
 */
right_room: string | null, 
/**
 * How late the candidate is; only with `late`.
 */
minutes_late: number | null, 
/**
 * When the candidate came, with `already_scanned`; or when this device first saw this very slip of paper.
 */
first_seen_at: string | null, 
/**
 * What it rests on.
 */
verdict: Verdict, };
export type AdmissionResult = "present" | "late" | "already_scanned" | "wrong_room" | "not_on_list" | "wrong_profile" | "not_admitted";
export type TableWords = { 
/**
 * Name.
 */
name: string, 
/**
 * Birth date.
 */
birth_date: string, 
/**
 * Class.
 */
class: string, 
/**
 * The school's number.
 */
student_number: string, 
/**
 * Room.
 */
room: string, 
/**
 * Whether the candidate has come.
 */
present: string, 
/**
 * When.
 */
time: string, 
/**
 * Minutes too late.
 */
minutes_late: string, 
/**
 * Registered without a code.
 */
by_hand: string, 
/**
 * Yes.
 */
yes: string, 
/**
 * No.
 */
no: string, };
export type FrameView = { 
/**
 * Whether it would do.
 */
verdict: PictureVerdict, 
/**
 * The one thing to say: what stands in the way, else what could be better.
 */
hint: Rule | null, 
/**
 * Which way helps, as seen by the person themself.
 */
direction: Hint | null, 
/**
 * Where the face is, in hundredths of the frame.
 */
place: Place | null, };
export type PictureView = { 
/**
 * Names it in commands.
 */
id: string, 
/**
 * The portrait made of it, exactly as it would be sent.
 */
portrait: string, 
/**
 * Whether it will do.
 */
verdict: PictureVerdict, 
/**
 * What could be better, in the order in which to put it right.
 */
findings: Array<Finding>, };
export type PictureVerdict = "accept" | "advise" | "reject";
export type Finding = { 
/**
 * What it is.
 */
rule: Rule, 
/**
 * Whether the picture is refused for it; else it is advice.
 */
rejects: boolean, 
/**
 * Which way helps, where one does.
 */
hint: Hint | null, };
export type Rule = "no_face" | "two_faces" | "too_far" | "framing" | "too_close" | "roll" | "yaw" | "pitch" | "blur" | "dark" | "over" | "side" | "grey" | "colour" | "mouth" | "eyes" | "covered" | "sunglasses" | "background" | "jpeg";
export type Hint = "left" | "right" | "up" | "down" | "closer" | "back";
export type Place = { 
/**
 * The middle of the face, from the left.
 */
centre_x: number, 
/**
 * The middle of the face, from above.
 */
centre_y: number, 
/**
 * Width of the face.
 */
width: number, 
/**
 * Height of the face, from the hair to the chin.
 */
height: number, };
export type SubmissionView = { "kind": "sent", 
/**
 * What to show now.
 */
state: AppState, } | { "kind": "unusable", 
/**
 * For what, as far as this app knows the reasons.
 */
reasons: Array<Rule>, };
export type PreferencesView = { 
/**
 * What was shown and what happened is noted.
 */
history: boolean, 
/**
 * Notices are shown.
 */
notifications: boolean, 
/**
 * The owner is asked for before the card is shown.
 */
app_lock: boolean, 
/**
 * Whether that can be chosen.
 */
lock_offer: LockOffer, 
/**
 * The system lets notices through, as far as it tells.
 */
notices_allowed: boolean, };
export type LockOffer = "available" | "not_set_up" | "not_here";
export type HistoryView = { 
/**
 * When.
 */
at: string, 
/**
 * What.
 */
kind: HistoryKind, 
/**
 * Which card, if it is about one.
 */
card_type: CardType | null, 
/**
 * What a code was shown for.
 */
profile: Profile | null, 
/**
 * What a check said.
 */
state: CardState | null, 
/**
 * Whether the issuer said so, or the device.
 */
online: boolean | null, };
export type HistoryKind = "logged_in" | "code_shown" | "photo_code_shown" | "library_code_shown" | "checked" | "card_fetched" | "card_changed" | "card_suspended" | "card_revoked" | "card_restored" | "card_removed" | "photo_locked" | "photo_rejected" | "photo_sent" | "photo_returned" | "photo_reset";
export type MineView = { 
/**
 * The cards.
 */
cards: Array<MineCard>, 
/**
 * Cards that were taken off this device.
 */
removed: Array<CardType>, 
/**
 * A session with the issuer is open on this device.
 */
logged_in: boolean, 
/**
 * How many lines the history has.
 */
history: number, 
/**
 * How many lists of candidates lie here: of other people, an invigilator's.
 */
exam_lists: number, 
/**
 * When everything was last brought up to date.
 */
last_refresh: string | null, 
/**
 * The issuer is still to be told of this many log-outs on this device.
 */
log_outs_to_tell: number, };
export type MineCard = { 
/**
 * Names the card in commands.
 */
id: string, 
/**
 * Which.
 */
card_type: CardType, 
/**
 * How many proofs, each with a key of its own, lie here.
 */
credentials: number, 
/**
 * Until when it can be shown without a network.
 */
shown_until: string, 
/**
 * Where its keys lie: the worst of them. None if it has none.
 */
key_protection: KeyProtection | null, };
export type KeyProtection = "hardware" | "key_store" | "file";
export type ExportWords = { 
/**
 * What the file is.
 */
about: string, 
/**
 * What is not in it, and why.
 */
left_out: string, 
/**
 * What the county holds, and how to ask for it.
 */
at_county: string, };

/** A roster file is never larger. */
export const MAX_ROSTER_BYTES = 4194304;
