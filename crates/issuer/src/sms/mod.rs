//! "Your card is ready", once per person and kind of card.
//!
//! ```text
//! sync ──newly eligible──▶ outbox (same transaction) ──job, in the hours set──▶ gateway
//!                                                        ├─ accepted ─────────▶ sent
//!                                                        ├─ "not now" ────────▶ waits, longer each time; at last failed
//!                                                        ├─ "never" ──────────▶ failed
//!                                                        └─ no clear answer ──▶ with an idempotency key: again;
//!                                                                               without: unclear, for a person to decide
//! ```
//! | Module | Holds |
//! |---|---|
//! | [`gsm7`] | how long a text is in the air |
//! | [`number`] | telephone numbers as E.164 |
//! | [`text`] | the words, and their check |
//! | [`window`] | when messages may go |
//! | [`outbox`] | what waits: rows, each at most one for a person and a kind of card |
//! | [`job`] | sending, with back-off |
//! | [`staff`] | what staff see and do |
//! | [`sender`] | Altinn Notifications, any HTTP gateway, a file |
//!
//! A row holds no number and no text: both are made when it is sent. Logs hold the row's id and nothing of the person.

pub mod gsm7;
pub mod job;
pub mod number;
pub mod outbox;
pub mod sender;
pub mod staff;
pub mod text;
pub mod window;

#[cfg(test)]
mod tests;
