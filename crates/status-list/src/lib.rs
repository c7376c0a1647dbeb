//! Token Status List in JWT and CWT form.
