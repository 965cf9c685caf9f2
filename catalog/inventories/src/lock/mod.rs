//! Lock files of build tools: what a build takes in, with exact versions.

pub mod apple;
pub mod dotnet;
pub mod go;
pub mod java;
pub mod more;
pub mod node;
pub mod others;
pub mod python;
pub mod requirements;
pub mod rust;
pub mod trees;
