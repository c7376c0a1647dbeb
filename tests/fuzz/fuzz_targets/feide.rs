//! Fuzzes `fuzz::feide`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::feide::run(data);
});
