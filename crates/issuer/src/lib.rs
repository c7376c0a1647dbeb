//! The county's service: logs people in with Feide, reads the records and signs the credentials.
