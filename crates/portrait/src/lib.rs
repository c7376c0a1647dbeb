//! Portraits: reading, cropping and normalising a picture of a person.
