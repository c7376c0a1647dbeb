//! The holder's engine: enrol, store, show, prove, refresh. Knows no user interface.
