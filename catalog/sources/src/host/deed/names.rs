//! A deed under the names that Sigma's rules for Linux use.

use model::seam::source::LogSource;
use ocsf::{Class, Scalar};

use super::{Deed, Text};

/// What rules for processes, files and connections of Linux ask for.
pub const LINUX: &[LogSource] = &[
    log("process_creation"),
    log("file_event"),
    log("file_delete"),
    log("file_change"),
    log("file_access"),
    log("file_rename"),
    log("network_connection"),
];

const fn log(category: &'static str) -> LogSource {
    LogSource { product: Some("linux"), service: None, category: Some(category) }
}

impl<'a> Deed<'a> {
    /// The value of a name of Sigma's taxonomy, which is a promise about the sort of record: the
    /// names of a new process are answered for a new process only.
    pub fn sigma(self, name: &str) -> Option<Scalar<'a>> {
        let starts = self.class == Class::PROCESS_ACTIVITY && self.activity == 1;
        let connects = self.class == Class::NETWORK_ACTIVITY;
        let files = self.class == Class::FILE_ACTIVITY;
        let text = |text: Text<'a>| text.map(Scalar::Str);
        match name {
            "Image" if starts || connects || files => text(self.process.path),
            "CommandLine" if starts => text(self.process.command),
            "CurrentDirectory" if starts => text(self.process.directory),
            "ParentImage" if starts => text(self.parent.path),
            "ParentCommandLine" if starts => text(self.parent.command),
            "User" if starts || connects || files => {
                text(self.process.user.or(self.process.user_uid))
            }
            "ProcessId" if starts || connects || files => self.process.pid.map(Scalar::Int),
            "ParentProcessId" if starts => self.parent.pid.map(Scalar::Int),
            "TargetFilename" if files => text(self.file.result.or(self.file.path)),
            "SourceFilename" if files && self.file.result.is_some() => text(self.file.path),
            "SourceIp" if connects => text(self.source.ip),
            "SourcePort" if connects => self.source.port.map(Scalar::Int),
            "DestinationIp" if connects => text(self.target.ip),
            "DestinationPort" if connects => self.target.port.map(Scalar::Int),
            "DestinationHostname" if connects => text(self.target.host),
            "Protocol" if connects => text(self.protocol),
            "Initiated" if connects && matches!(self.activity, 1 | 4) => Some(Scalar::from("true")),
            _ => None,
        }
    }
}
