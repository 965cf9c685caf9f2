//! Bills of materials.

pub mod cyclonedx;
mod cyclonedx_xml;
pub mod spdx;
pub mod spdx3;
pub mod syft;
