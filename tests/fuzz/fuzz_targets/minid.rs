//! Fuzzes `fuzz::minid`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::minid::run(data);
});
