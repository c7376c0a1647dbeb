//! Fuzzes `fuzz::sd_jwt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::sd_jwt::run(data);
});
