//! Fuzzes `fuzz::status_list_cwt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::status_list_cwt::run(data);
});
