//! Fuzzes `fuzz::jose`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::jose::run(data);
});
