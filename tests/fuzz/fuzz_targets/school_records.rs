//! Fuzzes `fuzz::school_records`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::school_records::run(data);
});
