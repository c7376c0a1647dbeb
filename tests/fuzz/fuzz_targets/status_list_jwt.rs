//! Fuzzes `fuzz::status_list_jwt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::status_list_jwt::run(data);
});
