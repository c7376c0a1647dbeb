//! Fuzzes `fuzz::portrait`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::portrait::run(data);
});
