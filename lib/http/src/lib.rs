//! The one door out: a small HTTP client with bounds, retries and plain errors.
//!
//! It waits no longer and reads no more than it is told, follows no redirect to another host,
//! tries again what is safe to try again, and never puts a secret into an error. It reads no
//! environment: proxy, authorities and allowed hosts are handed in.
#![allow(clippy::disallowed_methods, reason = "this is the crate that touches the network")]

mod answer;
mod client;
mod clock;
mod error;
mod explain;
mod request;
mod retry;
mod settings;
mod tls;
mod url;

pub use answer::Answer;
pub use client::Client;
pub use clock::{Clock, System};
pub use error::{Blame, Error, Retry};
pub use request::{Method, Request};
pub use settings::{Redirects, Settings};
pub use url::{encode, shown};
