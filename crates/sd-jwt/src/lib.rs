//! Selective Disclosure JWT (RFC 9901) with key binding, and SD-JWT VC with its type metadata.
