//! What the key store's errors mean to a wallet.

use core_foundation::error::CFError;
use wallet::platform::HolderKeyError;

/// `errSecItemNotFound`.
const NOT_FOUND: i64 = -25_300;
/// `errSecInteractionNotAllowed`: the phone has not been unlocked since it was started.
const INTERACTION_NOT_ALLOWED: i64 = -25_308;
/// `errSecUserCanceled`.
const USER_CANCELED: i64 = -128;
/// `errSecAuthFailed`.
const AUTH_FAILED: i64 = -25_293;

/// An error of the system, by its number: its words may name what they should not.
#[derive(Debug, thiserror::Error)]
#[error("{domain} {code}")]
struct SystemError {
    domain: &'static str,
    code: i64,
}

/// Of a status of the Security framework.
pub(super) fn of_status(code: i64) -> HolderKeyError {
    match code {
        NOT_FOUND => HolderKeyError::Gone,
        INTERACTION_NOT_ALLOWED => HolderKeyError::Locked,
        USER_CANCELED | AUTH_FAILED => HolderKeyError::NotConfirmed,
        code => failed("OSStatus", code),
    }
}

/// Of a call that a key, its chip or the owner has answered.
pub(super) fn of_call(error: &CFError) -> HolderKeyError {
    let code = i64::try_from(error.code()).unwrap_or(i64::MIN);
    match error.domain().to_string().as_str() {
        "NSOSStatusErrorDomain" => of_status(code),
        // `LAError`: cancelled by the person (-2), the system (-4) or the app (-9), not recognised (-1, -3), locked out
        // after too many tries (-8).
        "com.apple.LocalAuthentication" => match code {
            -1 | -2 | -3 | -4 | -8 | -9 => HolderKeyError::NotConfirmed,
            // Nobody can be asked now (-1004), as in the background.
            -1004 => HolderKeyError::Locked,
            // The code of the phone was taken away (-5): who is to be asked can be asked no more.
            -5 => HolderKeyError::Gone,
            code => failed("LAError", code),
        },
        // `TKError`, of the enclave: what it is handed is of another life of this phone (-3), or not there (-6, -7).
        "CryptoTokenKit" => match code {
            -3 | -6 | -7 => HolderKeyError::Gone,
            -4 | -5 => HolderKeyError::NotConfirmed,
            -9 => HolderKeyError::Locked,
            code => failed("TKError", code),
        },
        _ => failed("another error", code),
    }
}

/// Of an answer that is none.
pub(super) fn nonsense() -> HolderKeyError {
    failed("an answer that is none", 0)
}

fn failed(domain: &'static str, code: i64) -> HolderKeyError {
    HolderKeyError::Failed(Box::new(SystemError { domain, code }))
}
