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
    /// Anything that no class fits.
    BASE_EVENT = 0, "base_event", "Base Event";
    /// Something happened to a file.
    FILE_ACTIVITY = 1001, "file_activity", "File System Activity";
    /// A kernel extension was loaded or unloaded.
    KERNEL_EXTENSION_ACTIVITY = 1002, "kernel_extension_activity", "Kernel Extension Activity";
    /// The kernel or an operating system service acted.
    KERNEL_ACTIVITY = 1003, "kernel_activity", "Kernel Activity";
    /// Memory of a process was touched.
    MEMORY_ACTIVITY = 1004, "memory_activity", "Memory Activity";
    /// A module was loaded or unloaded.
    MODULE_ACTIVITY = 1005, "module_activity", "Module Activity";
    /// A scheduled job was made or ran.
    SCHEDULED_JOB_ACTIVITY = 1006, "scheduled_job_activity", "Scheduled Job Activity";
    /// A process was started, ended or touched.
    PROCESS_ACTIVITY = 1007, "process_activity", "Process Activity";
    /// A log itself was changed.
    EVENT_LOG_ACTVITY = 1008, "event_log_actvity", "Event Log Activity";
    /// A script ran.
    SCRIPT_ACTIVITY = 1009, "script_activity", "Script Activity";
    /// A finding, as schemas before 1.1 write it.
    SECURITY_FINDING = 2001, "security_finding", "Security Finding";
    /// A vulnerability.
    VULNERABILITY_FINDING = 2002, "vulnerability_finding", "Vulnerability Finding";
    /// A security posture finding.
    COMPLIANCE_FINDING = 2003, "compliance_finding", "Compliance Finding";
    /// Another product's detection.
    DETECTION_FINDING = 2004, "detection_finding", "Detection Finding";
    /// Several findings that belong together.
    INCIDENT_FINDING = 2005, "incident_finding", "Incident Finding";
    /// A finding about sensitive data.
    DATA_SECURITY_FINDING = 2006, "data_security_finding", "Data Security Finding";
    /// A finding about an application's code or parts.
    APPLICATION_SECURITY_POSTURE_FINDING = 2007, "application_security_posture_finding", "Application Security Posture Finding";
    /// An account was made or changed.
    ACCOUNT_CHANGE = 3001, "account_change", "Account Change";
    /// Somebody logged in, or tried.
    AUTHENTICATION = 3002, "authentication", "Authentication";
    /// Rights or groups were given to a session.
    AUTHORIZE_SESSION = 3003, "authorize_session", "Authorize Session";
    /// Something that is managed was made or changed.
    ENTITY_MANAGEMENT = 3004, "entity_management", "Entity Management";
    /// Rights were given to a user or taken.
    USER_ACCESS = 3005, "user_access", "User Access Management";
    /// A group or its members were changed.
    GROUP_MANAGEMENT = 3006, "group_management", "Group Management";
    /// Network traffic.
    NETWORK_ACTIVITY = 4001, "network_activity", "Network Activity";
    /// An HTTP request.
    HTTP_ACTIVITY = 4002, "http_activity", "HTTP Activity";
    /// A DNS query or answer.
    DNS_ACTIVITY = 4003, "dns_activity", "DNS Activity";
    /// An address was leased.
    DHCP_ACTIVITY = 4004, "dhcp_activity", "DHCP Activity";
    /// A remote desktop connection.
    RDP_ACTIVITY = 4005, "rdp_activity", "RDP Activity";
    /// Files over SMB.
    SMB_ACTIVITY = 4006, "smb_activity", "SMB Activity";
    /// An SSH connection.
    SSH_ACTIVITY = 4007, "ssh_activity", "SSH Activity";
    /// Files over FTP.
    FTP_ACTIVITY = 4008, "ftp_activity", "FTP Activity";
    /// A mail on its way.
    EMAIL_ACTIVITY = 4009, "email_activity", "Email Activity";
    /// Files of a network share, as older schemas write it.
    NETWORK_FILE_ACTIVITY = 4010, "network_file_activity", "Network File Activity";
    /// A file in a mail.
    EMAIL_FILE_ACTIVITY = 4011, "email_file_activity", "Email File Activity";
    /// A link in a mail.
    EMAIL_URL_ACTIVITY = 4012, "email_url_activity", "Email URL Activity";
    /// Clocks were set over NTP.
    NTP_ACTIVITY = 4013, "ntp_activity", "NTP Activity";
    /// A tunnel was opened or closed.
    TUNNEL_ACTIVITY = 4014, "tunnel_activity", "Tunnel Activity";
    /// What a machine is and has.
    INVENTORY_INFO = 5001, "inventory_info", "Device Inventory Info";
    /// How a device is configured.
    CONFIG_STATE = 5002, "config_state", "Device Config State";
    /// What a user is and may.
    USER_INVENTORY = 5003, "user_inventory", "User Inventory Info";
    /// Which patches a system has.
    PATCH_STATE = 5004, "patch_state", "Operating System Patch State";
    /// What a query returned: kernel object.
    KERNEL_OBJECT_QUERY = 5006, "kernel_object_query", "Kernel Object Query";
    /// What a query returned: file.
    FILE_QUERY = 5007, "file_query", "File Query";
    /// What a query returned: folder.
    FOLDER_QUERY = 5008, "folder_query", "Folder Query";
    /// What a query returned: admin group.
    ADMIN_GROUP_QUERY = 5009, "admin_group_query", "Admin Group Query";
    /// What a query returned: job.
    JOB_QUERY = 5010, "job_query", "Job Query";
    /// What a query returned: module.
    MODULE_QUERY = 5011, "module_query", "Module Query";
    /// What a query returned: network connection.
    NETWORK_CONNECTION_QUERY = 5012, "network_connection_query", "Network Connection Query";
    /// What a query returned: networks.
    NETWORKS_QUERY = 5013, "networks_query", "Networks Query";
    /// What a query returned: peripheral device.
    PERIPHERAL_DEVICE_QUERY = 5014, "peripheral_device_query", "Peripheral Device Query";
    /// What a query returned: process.
    PROCESS_QUERY = 5015, "process_query", "Process Query";
    /// What a query returned: service.
    SERVICE_QUERY = 5016, "service_query", "Service Query";
    /// What a query returned: user session.
    SESSION_QUERY = 5017, "session_query", "User Session Query";
    /// What a query returned: user.
    USER_QUERY = 5018, "user_query", "User Query";
    /// A device was configured anew.
    DEVICE_CONFIG_STATE_CHANGE = 5019, "device_config_state_change", "Device Config State Change";
    /// Which software a device has.
    SOFTWARE_INFO = 5020, "software_info", "Software Inventory Info";
    /// What open sources know.
    OSINT_INVENTORY_INFO = 5021, "osint_inventory_info", "OSINT Inventory Info";
    /// What a query returned: startup item.
    STARTUP_ITEM_QUERY = 5022, "startup_item_query", "Startup Item Query";
    /// A cloud resource's configuration.
    CLOUD_RESOURCES_INVENTORY_INFO = 5023, "cloud_resources_inventory_info", "Cloud Resources Inventory Info";
    /// Evidence of a live system.
    EVIDENCE_INFO = 5040, "evidence_info", "Live Evidence Info";
    /// Web resources were made or changed.
    WEB_RESOURCES_ACTIVITY = 6001, "web_resources_activity", "Web Resources Activity";
    /// An application's life.
    APPLICATION_LIFECYCLE = 6002, "application_lifecycle", "Application Lifecycle";
    /// A call of a cloud or other API.
    API_ACTIVITY = 6003, "api_activity", "API Activity";
    /// A web resource was asked for.
    WEB_RESOURCE_ACCESS_ACTIVITY = 6004, "web_resource_access_activity", "Web Resource Access Activity";
    /// A data store was read or changed.
    DATASTORE_ACTIVITY = 6005, "datastore_activity", "Datastore Activity";
    /// Files of a file host.
    FILE_HOSTING = 6006, "file_hosting", "File Hosting Activity";
    /// A scan started or ended.
    SCAN_ACTIVITY = 6007, "scan_activity", "Scan Activity";
    /// An application reported an error.
    APPLICATION_ERROR = 6008, "application_error", "Application Error";
    /// A countermeasure.
    REMEDIATION_ACTIVITY = 7001, "remediation_activity", "Remediation Activity";
    /// A countermeasure on a file.
    FILE_REMEDIATION_ACTIVITY = 7002, "file_remediation_activity", "File Remediation Activity";
    /// A countermeasure on a process.
    PROCESS_REMEDIATION_ACTIVITY = 7003, "process_remediation_activity", "Process Remediation Activity";
    /// A countermeasure on the network.
    NETWORK_REMEDIATION_ACTIVITY = 7004, "network_remediation_activity", "Network Remediation Activity";
    /// A drone on its way.
    DRONE_FLIGHTS_ACTIVITY = 8001, "drone_flights_activity", "Drone Flights Activity";
    /// What an aircraft sends out.
    AIRBORNE_BROADCAST_ACTIVITY = 8002, "airborne_broadcast_activity", "Airborne Broadcast Activity";
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
            7 => "Remediation",
            8 => "Unmanned Systems",
            _ => "Uncategorized",
        }
    }
}
