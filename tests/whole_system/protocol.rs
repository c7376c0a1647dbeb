//! The protocols at the running issuer, spoken by a client that does what our wallet never would: every rule of
//! OpenID4VCI 1.0, DPoP and client attestation that a request can break, with the answer it must get.

mod attestation;
mod batch;
mod client;
mod encryption;
mod metadata;
mod proofs;
mod scene;
mod tokens;
