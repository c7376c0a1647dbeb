//! Fuzzes `fuzz::qr_proof`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::qr_proof::run(data);
});
