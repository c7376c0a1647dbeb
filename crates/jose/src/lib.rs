//! JSON Object Signing and Encryption on ring: compact JWS, JWK and thumbprint, DPoP, ECDH-ES JWE.
