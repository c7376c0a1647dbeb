//! OpenID for Verifiable Credential Issuance 1.0: messages and their checks, for both sides.
