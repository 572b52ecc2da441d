//! See `provider_callback` in src/lib.rs.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    outbound_fuzz::provider_callback(data);
});
