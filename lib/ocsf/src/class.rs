//! The OCSF classes that events of this product belong to.

/// The schema version that events are written in and validated against.
pub const VERSION: &str = "1.5.0";

/// An OCSF class: its uid, its name in the schema, its caption for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class {
    /// `class_uid`, for instance 6003.
    pub uid: u16,
    /// The schema's name, for instance `api_activity`.
    pub name: &'static str,
    /// The caption, for instance `API Activity`.
    pub caption: &'static str,
}

macro_rules! classes {
    ($($(#[$doc:meta])* $konst:ident = $uid:literal, $name:literal, $caption:literal;)*) => {
        impl Class {
            $(
                $(#[$doc])*
                pub const $konst: Class = Class { uid: $uid, name: $name, caption: $caption };
            )*
            /// Every class we use, by uid.
            pub const ALL: &'static [Class] = &[$(Class::$konst),*];
        }
    };
}

classes! {
    /// Something happened to a file.
    FILE_ACTIVITY = 1001, "file_activity", "File System Activity";
    /// The kernel or an operating system service acted.
    KERNEL_ACTIVITY = 1003, "kernel_activity", "Kernel Activity";
    /// A process was started, ended or touched.
    PROCESS_ACTIVITY = 1007, "process_activity", "Process Activity";
    /// A scheduled job was made or ran.
    SCHEDULED_JOB_ACTIVITY = 1006, "scheduled_job_activity", "Scheduled Job Activity";
    /// A security posture finding.
    COMPLIANCE_FINDING = 2003, "compliance_finding", "Compliance Finding";
    /// A vulnerability.
    VULNERABILITY_FINDING = 2002, "vulnerability_finding", "Vulnerability Finding";
    /// Another product's detection.
    DETECTION_FINDING = 2004, "detection_finding", "Detection Finding";
    /// Several findings that belong together.
    INCIDENT_FINDING = 2005, "incident_finding", "Incident Finding";
    /// An account was made or changed.
    ACCOUNT_CHANGE = 3001, "account_change", "Account Change";
    /// Somebody logged in, or tried.
    AUTHENTICATION = 3002, "authentication", "Authentication";
    /// Network traffic.
    NETWORK_ACTIVITY = 4001, "network_activity", "Network Activity";
    /// An HTTP request.
    HTTP_ACTIVITY = 4002, "http_activity", "HTTP Activity";
    /// A DNS query or answer.
    DNS_ACTIVITY = 4003, "dns_activity", "DNS Activity";
    /// An SSH connection.
    SSH_ACTIVITY = 4007, "ssh_activity", "SSH Activity";
    /// A mail on its way.
    EMAIL_ACTIVITY = 4009, "email_activity", "Email Activity";
    /// What a machine is and has.
    INVENTORY_INFO = 5001, "inventory_info", "Device Inventory Info";
    /// A cloud resource's configuration.
    CLOUD_RESOURCES_INVENTORY_INFO = 5023, "cloud_resources_inventory_info", "Cloud Resources Inventory Info";
    /// An application's life.
    APPLICATION_LIFECYCLE = 6002, "application_lifecycle", "Application Lifecycle";
    /// A call of a cloud or other API.
    API_ACTIVITY = 6003, "api_activity", "API Activity";
    /// A data store was read or changed.
    DATASTORE_ACTIVITY = 6005, "datastore_activity", "Datastore Activity";
    /// An application reported an error.
    APPLICATION_ERROR = 6008, "application_error", "Application Error";
    /// Anything that no class fits.
    BASE_EVENT = 0, "base_event", "Base Event";
}

impl Class {
    /// `category_uid`: the thousands digit of the class uid, as the schema numbers them.
    pub fn category_uid(self) -> u16 {
        self.uid / 1000
    }

    /// The category's caption.
    pub fn category(self) -> &'static str {
        match self.category_uid() {
            1 => "System Activity",
            2 => "Findings",
            3 => "Identity & Access Management",
            4 => "Network Activity",
            5 => "Discovery",
            6 => "Application Activity",
            _ => "Uncategorized",
        }
    }
}
