//! What events of Sysmon tell, by their ids.

use std::borrow::Cow;

use model::{Body, Entity, Outcome};
use ocsf::{Class, Flat, Scalar};

use super::Record;
use crate::host::deed::{Deed, End, File, Process, Text};

/// What people call the events.
const NAMES: &[(u16, &str)] = &[
    (1, "process created"),
    (2, "file creation time changed"),
    (3, "connection"),
    (4, "Sysmon service state changed"),
    (5, "process ended"),
    (6, "driver loaded"),
    (7, "image loaded"),
    (8, "thread created in another process"),
    (9, "raw access to a disk"),
    (10, "process accessed"),
    (11, "file created"),
    (15, "file stream created"),
    (16, "Sysmon configuration changed"),
    (17, "pipe created"),
    (18, "pipe connected"),
    (22, "name looked up"),
    (23, "file deleted and kept"),
    (25, "process image changed"),
    (26, "file deleted"),
    (255, "error of Sysmon"),
];

impl<'a> Record<'a> {
    fn name(&self) -> &'static str {
        NAMES.iter().find(|(id, _)| *id == self.id).map_or("event of Sysmon", |(_, name)| name)
    }

    fn process(&self) -> Process<'a> {
        Process {
            pid: self.number("ProcessId").or_else(|| self.number("SourceProcessId")),
            uid: self.get("ProcessGuid").or_else(|| self.get("SourceProcessGUID")),
            path: self.get("Image").or_else(|| self.get("SourceImage")),
            command: self.get("CommandLine"),
            directory: self.get("CurrentDirectory"),
            user: self.get("User").or_else(|| self.get("SourceUser")),
            ..Process::default()
        }
    }

    fn parent(&self) -> Process<'a> {
        Process {
            pid: self.number("ParentProcessId").filter(|pid| *pid > 0),
            uid: self.get("ParentProcessGuid"),
            path: self.get("ParentImage"),
            command: self.get("ParentCommandLine"),
            user: self.get("ParentUser"),
            ..Process::default()
        }
    }

    /// The process that another one opened.
    fn accessed(&self) -> Process<'a> {
        Process {
            pid: self.number("TargetProcessId"),
            uid: self.get("TargetProcessGUID"),
            path: self.get("TargetImage"),
            user: self.get("TargetUser"),
            ..Process::default()
        }
    }

    fn file(&self) -> File<'a> {
        File {
            path: self.get("TargetFilename").or_else(|| self.get("Device")),
            md5: self.hash("MD5"),
            sha1: self.hash("SHA1"),
            sha256: self.hash("SHA256"),
            type_id: 1,
            ..File::default()
        }
    }

    /// `SHA1=…,MD5=…,SHA256=…`.
    fn hash(&self, algorithm: &str) -> Text<'a> {
        let hashes = self.get("Hashes").or_else(|| self.get("Hash"))?;
        let own = hashes.split(',').filter_map(|hash| hash.split_once('='));
        let mut own = own.filter(|(name, _)| name.trim() == algorithm);
        own.next().map(|(_, value)| Cow::Owned(value.trim().to_ascii_lowercase()))
    }

    fn end(&self, ip: &str, port: &str, host: &str) -> End<'a> {
        End { ip: self.get(ip), port: self.number(port), host: self.get(host) }
    }

    fn deed(&self) -> Deed<'a> {
        let mut deed = Deed::new(("Sysmon for Linux", "Microsoft"), self.when);
        deed.outcome = Outcome::Success;
        deed.host = self.host();
        deed.called = Some(Cow::Borrowed(self.name()));
        deed.code = Some(Cow::Owned(self.id.to_string()));
        deed.labels.extend(self.get("RuleName"));
        deed.process = self.process();
        let set = |deed: &mut Deed<'a>, class, activity| {
            (deed.class, deed.activity) = (class, activity);
        };
        match self.id {
            1 => {
                set(&mut deed, Class::PROCESS_ACTIVITY, 1);
                deed.parent = self.parent();
            }
            5 => set(&mut deed, Class::PROCESS_ACTIVITY, 2),
            10 => {
                set(&mut deed, Class::PROCESS_ACTIVITY, 3);
                deed.parent = std::mem::replace(&mut deed.process, self.accessed());
            }
            3 => {
                set(&mut deed, Class::NETWORK_ACTIVITY, 1);
                deed.source = self.end("SourceIp", "SourcePort", "SourceHostname");
                deed.target = self.end("DestinationIp", "DestinationPort", "DestinationHostname");
                deed.protocol = self.get("Protocol");
            }
            22 => {
                set(&mut deed, Class::NETWORK_ACTIVITY, 6);
                deed.target.host = self.get("QueryName");
            }
            2 | 9 | 11 | 15 | 23 | 26 => {
                let activity = match self.id {
                    11 | 15 => 1,
                    9 => 2,
                    2 => 6,
                    _ => 4,
                };
                set(&mut deed, Class::FILE_ACTIVITY, activity);
                deed.file = self.file();
            }
            _ => {}
        }
        let said = ["Description", "State", "Configuration"];
        deed.message = said.iter().find_map(|name| self.get(name)).filter(|_| self.id != 1);
        deed
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    /// Sysmon's names are Sigma's own.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if name == "EventID" {
            each(Scalar::Int(i64::from(self.id)));
        } else if name == "Computer" {
            self.host().map(Scalar::Str).map(each);
        } else if let Some(value) = self.get(name) {
            each(Scalar::Str(value));
        }
    }

    fn has(&self, name: &str) -> bool {
        name == "EventID" || self.bears(name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        self.deed().phrase()
    }
}
