//! Lock files of build tools: what a build takes in, with exact versions.

pub mod go;
pub mod java;
pub mod node;
pub mod others;
pub mod python;
pub mod rust;
