//! The source `aws.vpc_flow` reads anything.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::source(fuzz::named("aws.vpc_flow"), data));
