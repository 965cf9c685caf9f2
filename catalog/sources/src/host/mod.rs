//! The `host` family: agents that watch hosts and containers.

pub mod deed;
mod falco;
mod osquery;
pub mod sysmon_linux;
mod tetragon;
mod tracee;
mod wazuh;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[
    &falco::Falco,
    &osquery::Osquery,
    &sysmon_linux::SysmonLinux,
    &tetragon::Tetragon,
    &tracee::Tracee,
    &wazuh::Wazuh,
];
