//! Fuzzes `fuzz::barcodes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::barcodes::run(data);
});
