#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| _ = ordergate_fuzzing::downloads(data));
