//! Fuzzes `fuzz::openid4vc_messages`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::openid4vc_messages::run(data);
});
