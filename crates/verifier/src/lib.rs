//! One verdict from a scanned code or a presented credential.
