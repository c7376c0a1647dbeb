//! Fuzzes `fuzz::type_metadata`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::type_metadata::run(data);
});
