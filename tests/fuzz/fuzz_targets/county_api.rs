//! Fuzzes `fuzz::county_api`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::county_api::run(data);
});
