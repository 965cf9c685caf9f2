//! The signed door to AWS: credentials, signatures, the three protocols, paging, throttling.
//!
//! It knows no service: a call is a name and its parameters, an answer is JSON in the shape that
//! the AWS CLI prints. It reads no environment by itself: [`Surroundings`] hands it in.
#![allow(clippy::disallowed_methods, reason = "signatures bear the time at which they are made")]

mod assume;
mod call;
mod chain;
mod client;
mod error;
mod files;
mod names;
mod sign;
mod xml;

pub use assume::Role;
pub use call::{Call, Protocol};
pub use chain::{Credentials, Surroundings, find};
pub use client::{Client, Place, Said};
pub use error::{Error, Kind};
