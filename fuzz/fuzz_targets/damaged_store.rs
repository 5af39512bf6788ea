#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ordergate_fuzzing::damaged_store(data));
