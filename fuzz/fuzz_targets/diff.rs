#![no_main]

#[allow(dead_code, reason = "the other targets")]
#[path = "../../tests/it/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    targets::diff(bytes);
});
