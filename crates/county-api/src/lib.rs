//! What the app and the county's issuer say to each other beyond the OpenID protocols.
