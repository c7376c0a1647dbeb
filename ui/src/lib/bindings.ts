// Working shape of ui/src/lib/bindings.ts (generated later from src-tauri/src/view.rs by ts-rs; same names).
export type CardType = "elev" | "larling" | "larekandidat";
export type CardState = "valid" | "not_yet_valid" | "needs_refresh" | "expires_soon" | "expired" | "suspended" | "revoked" | "unknown";
export type Symbology = "qr" | "code39" | "code128" | "itf" | "codabar" | "ean13";
export type ContactRole = "school" | "training_office" | "feide_help" | "county";
export interface Contact { role: ContactRole; name: string; phone: string | null; email: string | null; url: string | null }
export interface CountyView { name: string; demo: boolean; password_help_url: string | null }
export interface Semester { season: "autumn" | "spring"; year: number }
export interface CardView {
  id: string; card_type: CardType; state: CardState; demo: boolean; county: string;
  given_name: string; family_name: string; birth_date: string /* YYYY-MM-DD */; photo: string /* data: URI */;
  institution: string; class: string | null; programme: string | null; student_number: string | null;
  semester: Semester; valid_from: string; valid_until: string; updated_at: string /* RFC 3339 */;
}
export interface LibraryView { code: string; symbology: Symbology }
export type MissingField = "name" | "birth_date" | "school" | "class" | "programme" | "company" | "contract_period";
export type NoRightReason = { kind: "not_started"; from: string } | { kind: "ended"; on: string } | { kind: "interrupted"; on: string } | { kind: "guest" } | { kind: "category_not_covered" } | { kind: "contract_type_unknown" };
export interface HolderView { given_name: string; family_name: string; card_type: CardType; institution: string }
export type EnrolmentView =
  | { state: "ready"; holder: HolderView }                                // card can be fetched (being fetched)
  | { state: "photo_to_confirm"; holder: HolderView; photo: string /* data: URI */; sha256: string; source: "school_records" | "photographer" | "selfie" | "upload"; taken_on: string | null }
  | { state: "photo_missing"; holder: HolderView; rejected: boolean; contact: Contact }
  | { state: "not_in_records"; contact: Contact }
  | { state: "record_incomplete"; missing: MissingField[]; contact: Contact }
  | { state: "school_not_enabled"; school: string; contact: Contact }
  | { state: "no_current_right"; reason: NoRightReason; contact: Contact }
  | { state: "blocked"; reason: string; until: string | null; contact: Contact };
export type ProblemCategory = "expected" | "retry" | "bug" | "personal_data";
export interface Problem { kind: ProblemKind; category: ProblemCategory; support_code: string }
export type ProblemKind = "login_cancelled" | "feide_refused" | "feide_unavailable" | "login_expired" | "login_mismatch" | "login_in_progress" | "no_network" | "issuer_unavailable" | "issuer_refused"
  | "signed_out_by_issuer" | "blocked" | "photo_locked" | "photo_changed" | "clock_wrong" | "card_expired" | "no_card" | "store_damaged" | "store_newer" | "key_store_absent" | "key_store_locked" | "key_missing" | "app_already_open" | "county_setting" | "browser_not_opened" | "internal";
export type AppState =
  | { kind: "welcome"; county: CountyView; kept_aside: boolean /* a damaged store was put aside; say so kindly */ }
  | { kind: "enrolling"; county: CountyView; enrolment: EnrolmentView; library: LibraryView | null; contacts: Contact[]; next_sync: string | null; asked_at: string }
  | { kind: "home"; county: CountyView; cards: CardView[]; library: LibraryView | null; contacts: Contact[]; last_refresh: string | null; last_refresh_failed: Problem | null; clock_warning_seconds: number | null; notice: EnrolmentView | null /* e.g. blocked after issue */ }
  | { kind: "stopped"; problem: Problem };      // cannot open the store: what happened, what to do
export interface CodeView { svg: string; text: string; created_at: string; renew_after_seconds: number; clock_warning_seconds: number | null }
export interface LibraryCodeView { svg: string; code: string; symbology: Symbology }
export type ValidityView =
  | { kind: "online"; result: "valid" | "suspended" | "revoked" | "expired"; server_time: string; card_valid_until: string }
  | { kind: "offline"; state: CardState; known_at: string | null; age_seconds: number | null };
// Commands (invoke names): app_state() -> AppState · start_login() -> AppState (resolves when the browser came back and, if it can be, the card is there) · cancel_login() ·
// confirm_photo({sha256}) -> AppState · reject_photo({sha256}) -> AppState · check_again() -> AppState · refresh() -> AppState · show_code({cardId}) -> CodeView · show_library_code() -> LibraryCodeView ·
// check_validity({cardId}) -> ValidityView · log_out() -> AppState · retry_open() -> AppState · reset_store() -> AppState (only from stopped: puts the store aside and starts anew). All reject with Problem.
// Event "state-changed" carries an AppState.
