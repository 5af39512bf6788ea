#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(ordergate_fuzzing::import_rows(data)));
