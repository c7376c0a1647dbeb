//! A code for the screen: an issuer's CWT with claim 169 inside a short-lived proof signed by the holder.
