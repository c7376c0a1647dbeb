//! Fuzzes `fuzz::tflite`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::tflite::run(data);
});
