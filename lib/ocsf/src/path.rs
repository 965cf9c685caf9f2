//! The OCSF attribute paths we write, as small integers: a register that can be read.
//!
//! A path is dotted; `[]` marks an array of objects. A new attribute costs one line, in
//! alphabetical order (a test holds the order; lookup is a binary search).

/// An attribute path of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub(crate) u16);

impl Path {
    /// The dotted path, with `[]` after arrays.
    pub fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).copied().unwrap_or("unmapped")
    }

    /// Finds a path by its dotted name; `[]` marks may be left out, as in Sigma rules.
    pub fn find(name: &str) -> Option<Path> {
        if let Ok(at) = NAMES.binary_search(&name) {
            return Some(Path(at as u16));
        }
        NAMES
            .iter()
            .position(|n| n.contains('[') && n.replace("[]", "") == name)
            .map(|at| Path(at as u16))
    }

    /// Finds a path by its name as it stands here, with every `[]`.
    pub fn exact(name: &str) -> Option<Path> {
        NAMES.binary_search(&name).ok().map(|at| Path(at as u16))
    }

    /// Every registered path, in order.
    pub fn all() -> impl Iterator<Item = Path> {
        (0..NAMES.len()).map(|at| Path(at as u16))
    }
}

macro_rules! register {
    ($($konst:ident = $name:literal;)*) => {
        const NAMES: &[&str] = &[$($name),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Order { $($konst),* }
        /// One constant for each registered path.
        #[allow(missing_docs)]
        pub mod paths {
            use super::{Order, Path};
            $(pub const $konst: Path = Path(Order::$konst as u16);)*
        }
    };
}

register! {
    ACTION = "action";
    ACTION_ID = "action_id";
    ACTIVITY_ID = "activity_id";
    ACTIVITY_NAME = "activity_name";
    ACTOR_APP_NAME = "actor.app_name";
    ACTOR_IDP_NAME = "actor.idp.name";
    ACTOR_IDP_UID = "actor.idp.uid";
    ACTOR_INVOKED_BY = "actor.invoked_by";
    ACTOR_PROCESS_CMD_LINE = "actor.process.cmd_line";
    ACTOR_PROCESS_FILE_NAME = "actor.process.file.name";
    ACTOR_PROCESS_FILE_PATH = "actor.process.file.path";
    ACTOR_PROCESS_FILE_TYPE_ID = "actor.process.file.type_id";
    ACTOR_PROCESS_NAME = "actor.process.name";
    ACTOR_PROCESS_PARENT_PROCESS_PID = "actor.process.parent_process.pid";
    ACTOR_PROCESS_PID = "actor.process.pid";
    ACTOR_PROCESS_SESSION_TERMINAL = "actor.process.session.terminal";
    ACTOR_PROCESS_SESSION_UID = "actor.process.session.uid";
    ACTOR_PROCESS_UID = "actor.process.uid";
    ACTOR_PROCESS_USER_NAME = "actor.process.user.name";
    ACTOR_PROCESS_USER_UID = "actor.process.user.uid";
    ACTOR_PROCESS_WORKING_DIRECTORY = "actor.process.working_directory";
    ACTOR_SESSION_CREATED_TIME = "actor.session.created_time";
    ACTOR_SESSION_CREDENTIAL_UID = "actor.session.credential_uid";
    ACTOR_SESSION_IS_MFA = "actor.session.is_mfa";
    ACTOR_SESSION_ISSUER = "actor.session.issuer";
    ACTOR_SESSION_UID = "actor.session.uid";
    ACTOR_USER_ACCOUNT_UID = "actor.user.account.uid";
    ACTOR_USER_CREDENTIAL_UID = "actor.user.credential_uid";
    ACTOR_USER_EMAIL_ADDR = "actor.user.email_addr";
    ACTOR_USER_GROUPS_NAME = "actor.user.groups[].name";
    ACTOR_USER_NAME = "actor.user.name";
    ACTOR_USER_TYPE = "actor.user.type";
    ACTOR_USER_TYPE_ID = "actor.user.type_id";
    ACTOR_USER_UID = "actor.user.uid";
    ACTOR_USER_UID_ALT = "actor.user.uid_alt";
    ANSWERS_CLASS = "answers[].class";
    ANSWERS_RDATA = "answers[].rdata";
    ANSWERS_TYPE = "answers[].type";
    API_OPERATION = "api.operation";
    API_REQUEST_DATA = "api.request.data";
    API_REQUEST_UID = "api.request.uid";
    API_RESPONSE_CODE = "api.response.code";
    API_RESPONSE_DATA = "api.response.data";
    API_RESPONSE_ERROR = "api.response.error";
    API_RESPONSE_ERROR_MESSAGE = "api.response.error_message";
    API_SERVICE_NAME = "api.service.name";
    API_VERSION = "api.version";
    APP_NAME = "app.name";
    APP_VENDOR_NAME = "app.vendor_name";
    APPLICATION_UID = "application.uid";
    ASSIGNEE_ACCOUNT_NAME = "assignee.account.name";
    AUTH_PROTOCOL = "auth_protocol";
    AUTH_PROTOCOL_ID = "auth_protocol_id";
    CATEGORY_NAME = "category_name";
    CATEGORY_UID = "category_uid";
    CLASS_NAME = "class_name";
    CLASS_UID = "class_uid";
    CLOUD_ACCOUNT_UID = "cloud.account.uid";
    CLOUD_CLOUD_PARTITION = "cloud.cloud_partition";
    CLOUD_ORG_UID = "cloud.org.uid";
    CLOUD_PROVIDER = "cloud.provider";
    CLOUD_REGION = "cloud.region";
    CLOUD_ZONE = "cloud.zone";
    COMMAND_UID = "command_uid";
    COMMENT = "comment";
    COMPLIANCE_CONTROL = "compliance.control";
    COMPLIANCE_DESC = "compliance.desc";
    COMPLIANCE_REQUIREMENTS = "compliance.requirements[]";
    COMPLIANCE_STANDARDS = "compliance.standards[]";
    COMPLIANCE_STATUS = "compliance.status";
    COMPLIANCE_STATUS_DETAIL = "compliance.status_detail";
    COMPLIANCE_STATUS_ID = "compliance.status_id";
    CONFIDENCE_ID = "confidence_id";
    CONFIDENCE_SCORE = "confidence_score";
    CONNECTION_INFO_BOUNDARY = "connection_info.boundary";
    CONNECTION_INFO_BOUNDARY_ID = "connection_info.boundary_id";
    CONNECTION_INFO_DIRECTION = "connection_info.direction";
    CONNECTION_INFO_DIRECTION_ID = "connection_info.direction_id";
    CONNECTION_INFO_PROTOCOL_NAME = "connection_info.protocol_name";
    CONNECTION_INFO_PROTOCOL_NUM = "connection_info.protocol_num";
    CONNECTION_INFO_PROTOCOL_VER = "connection_info.protocol_ver";
    CONNECTION_INFO_PROTOCOL_VER_ID = "connection_info.protocol_ver_id";
    CONNECTION_INFO_TCP_FLAGS = "connection_info.tcp_flags";
    CONNECTION_INFO_UID = "connection_info.uid";
    COUNT = "count";
    DATA_SECURITY_CATEGORY = "data_security.category";
    DATA_SECURITY_CATEGORY_ID = "data_security.category_id";
    DATA_SECURITY_DETECTION_SYSTEM = "data_security.detection_system";
    DATA_SECURITY_DETECTION_SYSTEM_ID = "data_security.detection_system_id";
    DATABASE_NAME = "database.name";
    DATABASE_TYPE = "database.type";
    DATABASE_TYPE_ID = "database.type_id";
    DATABASE_UID = "database.uid";
    DATABUCKET_IS_PUBLIC = "databucket.is_public";
    DATABUCKET_NAME = "databucket.name";
    DATABUCKET_TYPE_ID = "databucket.type_id";
    DATABUCKET_UID = "databucket.uid";
    DEVICE_AUTOSCALE_UID = "device.autoscale_uid";
    DEVICE_CREATED_TIME = "device.created_time";
    DEVICE_DOMAIN = "device.domain";
    DEVICE_HOSTNAME = "device.hostname";
    DEVICE_IMAGE_UID = "device.image.uid";
    DEVICE_INSTANCE_UID = "device.instance_uid";
    DEVICE_INTERFACE_UID = "device.interface_uid";
    DEVICE_IP = "device.ip";
    DEVICE_MAC = "device.mac";
    DEVICE_NAME = "device.name";
    DEVICE_NETWORK_INTERFACES_IP = "device.network_interfaces[].ip";
    DEVICE_NETWORK_INTERFACES_MAC = "device.network_interfaces[].mac";
    DEVICE_NETWORK_INTERFACES_TYPE_ID = "device.network_interfaces[].type_id";
    DEVICE_NETWORK_INTERFACES_UID = "device.network_interfaces[].uid";
    DEVICE_OS_NAME = "device.os.name";
    DEVICE_OS_TYPE_ID = "device.os.type_id";
    DEVICE_OS_VERSION = "device.os.version";
    DEVICE_REGION = "device.region";
    DEVICE_SUBNET_UID = "device.subnet_uid";
    DEVICE_TYPE = "device.type";
    DEVICE_TYPE_ID = "device.type_id";
    DEVICE_UID = "device.uid";
    DEVICE_VPC_UID = "device.vpc_uid";
    DEVICE_ZONE = "device.zone";
    DIRECTION = "direction";
    DIRECTION_ID = "direction_id";
    DISPOSITION = "disposition";
    DISPOSITION_ID = "disposition_id";
    DRIVER_FILE_NAME = "driver.file.name";
    DRIVER_FILE_TYPE_ID = "driver.file.type_id";
    DST_ENDPOINT_DOMAIN = "dst_endpoint.domain";
    DST_ENDPOINT_HOSTNAME = "dst_endpoint.hostname";
    DST_ENDPOINT_INSTANCE_UID = "dst_endpoint.instance_uid";
    DST_ENDPOINT_INTERFACE_NAME = "dst_endpoint.interface_name";
    DST_ENDPOINT_INTERFACE_UID = "dst_endpoint.interface_uid";
    DST_ENDPOINT_INTERMEDIATE_IPS = "dst_endpoint.intermediate_ips[]";
    DST_ENDPOINT_IP = "dst_endpoint.ip";
    DST_ENDPOINT_NAME = "dst_endpoint.name";
    DST_ENDPOINT_PORT = "dst_endpoint.port";
    DST_ENDPOINT_SUBNET_UID = "dst_endpoint.subnet_uid";
    DST_ENDPOINT_SVC_NAME = "dst_endpoint.svc_name";
    DST_ENDPOINT_TYPE_ID = "dst_endpoint.type_id";
    DST_ENDPOINT_UID = "dst_endpoint.uid";
    DST_ENDPOINT_VPC_UID = "dst_endpoint.vpc_uid";
    DURATION = "duration";
    EMAIL_CC = "email.cc[]";
    EMAIL_FROM = "email.from";
    EMAIL_FROM_MAILBOX = "email.from_mailbox";
    EMAIL_MESSAGE_UID = "email.message_uid";
    EMAIL_REPLY_TO = "email.reply_to";
    EMAIL_SIZE = "email.size";
    EMAIL_SMTP_FROM = "email.smtp_from";
    EMAIL_SMTP_TO = "email.smtp_to[]";
    EMAIL_SUBJECT = "email.subject";
    EMAIL_TO = "email.to[]";
    EMAIL_TO_MAILBOXES = "email.to_mailboxes[]";
    EMAIL_UID = "email.uid";
    EMAIL_UID_OF_ACTIVITY = "email_uid";
    END_TIME = "end_time";
    ENTITY_DATA = "entity.data";
    ENTITY_DEVICE_AUTOSCALE_UID = "entity.device.autoscale_uid";
    ENTITY_DEVICE_INSTANCE_UID = "entity.device.instance_uid";
    ENTITY_DEVICE_SUBNET_UID = "entity.device.subnet_uid";
    ENTITY_DEVICE_TYPE_ID = "entity.device.type_id";
    ENTITY_NAME = "entity.name";
    ENTITY_POLICY_NAME = "entity.policy.name";
    ENTITY_POLICY_UID = "entity.policy.uid";
    ENTITY_TYPE = "entity.type";
    ENTITY_TYPE_ID = "entity.type_id";
    ENTITY_UID = "entity.uid";
    EVIDENCES_ACTOR_USER_CREDENTIAL_UID = "evidences[].actor.user.credential_uid";
    EVIDENCES_ACTOR_USER_NAME = "evidences[].actor.user.name";
    EVIDENCES_ACTOR_USER_UID = "evidences[].actor.user.uid";
    EVIDENCES_API_OPERATION = "evidences[].api.operation";
    EVIDENCES_API_SERVICE_NAME = "evidences[].api.service.name";
    EVIDENCES_CONNECTION_INFO_DIRECTION = "evidences[].connection_info.direction";
    EVIDENCES_CONNECTION_INFO_DIRECTION_ID = "evidences[].connection_info.direction_id";
    EVIDENCES_CONNECTION_INFO_PROTOCOL_NAME = "evidences[].connection_info.protocol_name";
    EVIDENCES_DATA = "evidences[].data";
    EVIDENCES_DST_ENDPOINT_HOSTNAME = "evidences[].dst_endpoint.hostname";
    EVIDENCES_DST_ENDPOINT_IP = "evidences[].dst_endpoint.ip";
    EVIDENCES_DST_ENDPOINT_PORT = "evidences[].dst_endpoint.port";
    EVIDENCES_FILE_NAME = "evidences[].file.name";
    EVIDENCES_FILE_PATH = "evidences[].file.path";
    EVIDENCES_FILE_TYPE_ID = "evidences[].file.type_id";
    EVIDENCES_HTTP_REQUEST_HTTP_METHOD = "evidences[].http_request.http_method";
    EVIDENCES_HTTP_REQUEST_URL_URL_STRING = "evidences[].http_request.url.url_string";
    EVIDENCES_HTTP_REQUEST_USER_AGENT = "evidences[].http_request.user_agent";
    EVIDENCES_PROCESS_CMD_LINE = "evidences[].process.cmd_line";
    EVIDENCES_PROCESS_FILE_NAME = "evidences[].process.file.name";
    EVIDENCES_PROCESS_FILE_PATH = "evidences[].process.file.path";
    EVIDENCES_PROCESS_FILE_TYPE_ID = "evidences[].process.file.type_id";
    EVIDENCES_PROCESS_NAME = "evidences[].process.name";
    EVIDENCES_PROCESS_PID = "evidences[].process.pid";
    EVIDENCES_QUERY_HOSTNAME = "evidences[].query.hostname";
    EVIDENCES_SRC_ENDPOINT_IP = "evidences[].src_endpoint.ip";
    EVIDENCES_SRC_ENDPOINT_LOCATION_CITY = "evidences[].src_endpoint.location.city";
    EVIDENCES_SRC_ENDPOINT_LOCATION_COUNTRY = "evidences[].src_endpoint.location.country";
    EVIDENCES_SRC_ENDPOINT_PORT = "evidences[].src_endpoint.port";
    EXIT_CODE = "exit_code";
    FILE_HASHES_ALGORITHM = "file.hashes[].algorithm";
    FILE_HASHES_ALGORITHM_ID = "file.hashes[].algorithm_id";
    FILE_HASHES_VALUE = "file.hashes[].value";
    FILE_MODIFIED_TIME = "file.modified_time";
    FILE_NAME = "file.name";
    FILE_PARENT_FOLDER = "file.parent_folder";
    FILE_PATH = "file.path";
    FILE_SIZE = "file.size";
    FILE_TYPE = "file.type";
    FILE_TYPE_ID = "file.type_id";
    FILE_UID = "file.uid";
    FILE_DIFF = "file_diff";
    FILE_RESULT_NAME = "file_result.name";
    FILE_RESULT_PATH = "file_result.path";
    FILE_RESULT_TYPE_ID = "file_result.type_id";
    FINDING_TITLE = "finding.title";
    FINDING_UID = "finding.uid";
    FINDING_INFO_ANALYTIC_NAME = "finding_info.analytic.name";
    FINDING_INFO_ANALYTIC_TYPE = "finding_info.analytic.type";
    FINDING_INFO_ANALYTIC_TYPE_ID = "finding_info.analytic.type_id";
    FINDING_INFO_ANALYTIC_UID = "finding_info.analytic.uid";
    FINDING_INFO_CREATED_TIME = "finding_info.created_time";
    FINDING_INFO_DESC = "finding_info.desc";
    FINDING_INFO_FIRST_SEEN_TIME = "finding_info.first_seen_time";
    FINDING_INFO_LAST_SEEN_TIME = "finding_info.last_seen_time";
    FINDING_INFO_MODIFIED_TIME = "finding_info.modified_time";
    FINDING_INFO_PRODUCT_UID = "finding_info.product_uid";
    FINDING_INFO_RELATED_EVENTS_COUNT = "finding_info.related_events_count";
    FINDING_INFO_SRC_URL = "finding_info.src_url";
    FINDING_INFO_TITLE = "finding_info.title";
    FINDING_INFO_TYPES = "finding_info.types[]";
    FINDING_INFO_UID = "finding_info.uid";
    FINDING_INFO_UID_ALT = "finding_info.uid_alt";
    FINDING_INFO_LIST_UID = "finding_info_list[].uid";
    FIREWALL_RULE_CATEGORY = "firewall_rule.category";
    FIREWALL_RULE_CONDITION = "firewall_rule.condition";
    FIREWALL_RULE_MATCH_DETAILS = "firewall_rule.match_details[]";
    FIREWALL_RULE_MATCH_LOCATION = "firewall_rule.match_location";
    FIREWALL_RULE_NAME = "firewall_rule.name";
    FIREWALL_RULE_RATE_LIMIT = "firewall_rule.rate_limit";
    FIREWALL_RULE_SENSITIVITY = "firewall_rule.sensitivity";
    FIREWALL_RULE_TYPE = "firewall_rule.type";
    FIREWALL_RULE_UID = "firewall_rule.uid";
    FOLDER_NAME = "folder.name";
    FOLDER_TYPE_ID = "folder.type_id";
    GROUP_NAME = "group.name";
    GROUP_PRIVILEGES = "group.privileges[]";
    GROUP_TYPE = "group.type";
    GROUP_UID = "group.uid";
    HTTP_COOKIES_NAME = "http_cookies[].name";
    HTTP_REQUEST_ARGS = "http_request.args";
    HTTP_REQUEST_HTTP_HEADERS_NAME = "http_request.http_headers[].name";
    HTTP_REQUEST_HTTP_HEADERS_VALUE = "http_request.http_headers[].value";
    HTTP_REQUEST_HTTP_METHOD = "http_request.http_method";
    HTTP_REQUEST_LENGTH = "http_request.length";
    HTTP_REQUEST_REFERRER = "http_request.referrer";
    HTTP_REQUEST_UID = "http_request.uid";
    HTTP_REQUEST_URL_HOSTNAME = "http_request.url.hostname";
    HTTP_REQUEST_URL_PATH = "http_request.url.path";
    HTTP_REQUEST_URL_PORT = "http_request.url.port";
    HTTP_REQUEST_URL_QUERY_STRING = "http_request.url.query_string";
    HTTP_REQUEST_URL_SCHEME = "http_request.url.scheme";
    HTTP_REQUEST_URL_URL_STRING = "http_request.url.url_string";
    HTTP_REQUEST_USER_AGENT = "http_request.user_agent";
    HTTP_REQUEST_VERSION = "http_request.version";
    HTTP_REQUEST_X_FORWARDED_FOR = "http_request.x_forwarded_for[]";
    HTTP_RESPONSE_CODE = "http_response.code";
    HTTP_RESPONSE_LATENCY = "http_response.latency";
    HTTP_RESPONSE_LENGTH = "http_response.length";
    HTTP_RESPONSE_STATUS = "http_response.status";
    HTTP_STATUS = "http_status";
    IMPACT_ID = "impact_id";
    IS_ALERT = "is_alert";
    IS_MFA = "is_mfa";
    IS_REMOTE = "is_remote";
    JA4_FINGERPRINT_LIST_TYPE = "ja4_fingerprint_list[].type";
    JA4_FINGERPRINT_LIST_TYPE_ID = "ja4_fingerprint_list[].type_id";
    JA4_FINGERPRINT_LIST_VALUE = "ja4_fingerprint_list[].value";
    JOB_CMD_LINE = "job.cmd_line";
    JOB_DESC = "job.desc";
    JOB_FILE_NAME = "job.file.name";
    JOB_FILE_PATH = "job.file.path";
    JOB_FILE_TYPE_ID = "job.file.type_id";
    JOB_NAME = "job.name";
    JOB_USER_NAME = "job.user.name";
    KERNEL_NAME = "kernel.name";
    KERNEL_SYSTEM_CALL = "kernel.system_call";
    KERNEL_TYPE_ID = "kernel.type_id";
    LOAD_BALANCER_DST_ENDPOINT_IP = "load_balancer.dst_endpoint.ip";
    LOAD_BALANCER_DST_ENDPOINT_PORT = "load_balancer.dst_endpoint.port";
    LOAD_BALANCER_NAME = "load_balancer.name";
    LOAD_BALANCER_UID = "load_balancer.uid";
    LOG_NAME = "log_name";
    LOGON_TYPE = "logon_type";
    LOGON_TYPE_ID = "logon_type_id";
    MALWARE_CLASSIFICATION_IDS = "malware[].classification_ids[]";
    MALWARE_NAME = "malware[].name";
    MALWARE_PATH = "malware[].path";
    MALWARE_PROVIDER = "malware[].provider";
    MESSAGE = "message";
    MESSAGE_TRACE_UID = "message_trace_uid";
    METADATA_CORRELATION_UID = "metadata.correlation_uid";
    METADATA_EVENT_CODE = "metadata.event_code";
    METADATA_LABELS = "metadata.labels[]";
    METADATA_LOG_LEVEL = "metadata.log_level";
    METADATA_LOG_NAME = "metadata.log_name";
    METADATA_LOG_PROVIDER = "metadata.log_provider";
    METADATA_LOG_VERSION = "metadata.log_version";
    METADATA_ORIGINAL_TIME = "metadata.original_time";
    METADATA_PROCESSED_TIME = "metadata.processed_time";
    METADATA_PRODUCT_FEATURE_NAME = "metadata.product.feature.name";
    METADATA_PRODUCT_FEATURE_UID = "metadata.product.feature.uid";
    METADATA_PRODUCT_NAME = "metadata.product.name";
    METADATA_PRODUCT_UID = "metadata.product.uid";
    METADATA_PRODUCT_VENDOR_NAME = "metadata.product.vendor_name";
    METADATA_PRODUCT_VERSION = "metadata.product.version";
    METADATA_PROFILES = "metadata.profiles[]";
    METADATA_SEQUENCE = "metadata.sequence";
    METADATA_TAGS_NAME = "metadata.tags[].name";
    METADATA_UID = "metadata.uid";
    METADATA_VERSION = "metadata.version";
    MODULE_FILE_NAME = "module.file.name";
    MODULE_FILE_PATH = "module.file.path";
    MODULE_FILE_TYPE_ID = "module.file.type_id";
    MODULE_LOAD_TYPE_ID = "module.load_type_id";
    MODULE_TYPE = "module.type";
    NETWORK_INTERFACES_HOSTNAME = "network_interfaces[].hostname";
    NETWORK_INTERFACES_IP = "network_interfaces[].ip";
    NETWORK_INTERFACES_NAME = "network_interfaces[].name";
    NETWORK_INTERFACES_TYPE_ID = "network_interfaces[].type_id";
    OBSERVABLES_NAME = "observables[].name";
    OBSERVABLES_TYPE = "observables[].type";
    OBSERVABLES_TYPE_ID = "observables[].type_id";
    OBSERVABLES_VALUE = "observables[].value";
    OSINT_TYPE_ID = "osint[].type_id";
    OSINT_VALUE = "osint[].value";
    PERIPHERAL_DEVICE_CLASS = "peripheral_device.class";
    PERIPHERAL_DEVICE_NAME = "peripheral_device.name";
    POLICIES_NAME = "policies[].name";
    POLICIES_UID = "policies[].uid";
    POLICY_NAME = "policy.name";
    POLICY_UID = "policy.uid";
    PRIVILEGES = "privileges[]";
    PROCESS_CMD_LINE = "process.cmd_line";
    PROCESS_FILE_NAME = "process.file.name";
    PROCESS_FILE_PATH = "process.file.path";
    PROCESS_FILE_TYPE_ID = "process.file.type_id";
    PROCESS_NAME = "process.name";
    PROCESS_PARENT_PROCESS_CMD_LINE = "process.parent_process.cmd_line";
    PROCESS_PARENT_PROCESS_NAME = "process.parent_process.name";
    PROCESS_PARENT_PROCESS_PID = "process.parent_process.pid";
    PROCESS_PARENT_PROCESS_UID = "process.parent_process.uid";
    PROCESS_PATH = "process.path";
    PROCESS_PID = "process.pid";
    PROCESS_SESSION_TERMINAL = "process.session.terminal";
    PROCESS_SESSION_UID = "process.session.uid";
    PROCESS_UID = "process.uid";
    PROCESS_USER_NAME = "process.user.name";
    PROCESS_USER_UID = "process.user.uid";
    PROCESS_WORKING_DIRECTORY = "process.working_directory";
    PROTOCOL_NAME = "protocol_name";
    PROXY_ENDPOINT_IP = "proxy_endpoint.ip";
    QUERY_CLASS = "query.class";
    QUERY_HOSTNAME = "query.hostname";
    QUERY_TYPE = "query.type";
    QUERY_EVIDENCE_CONNECTION_INFO_DIRECTION_ID = "query_evidence.connection_info.direction_id";
    QUERY_EVIDENCE_QUERY_TYPE_ID = "query_evidence.query_type_id";
    QUERY_INFO_BYTES = "query_info.bytes";
    QUERY_INFO_NAME = "query_info.name";
    QUERY_INFO_QUERY_STRING = "query_info.query_string";
    QUERY_INFO_UID = "query_info.uid";
    QUERY_RESULT_ID = "query_result_id";
    RAW_DATA = "raw_data";
    RCODE = "rcode";
    RCODE_ID = "rcode_id";
    REGION = "region";
    REMEDIATION_DESC = "remediation.desc";
    REMEDIATION_REFERENCES = "remediation.references[]";
    RESOURCES_CLOUD_PARTITION = "resources[].cloud_partition";
    RESOURCES_CREATED_TIME = "resources[].created_time";
    RESOURCES_DATA = "resources[].data";
    RESOURCES_GROUP_NAME = "resources[].group.name";
    RESOURCES_HOSTNAME = "resources[].hostname";
    RESOURCES_IP = "resources[].ip";
    RESOURCES_LABELS = "resources[].labels[]";
    RESOURCES_NAME = "resources[].name";
    RESOURCES_OWNER_ACCOUNT_UID = "resources[].owner.account.uid";
    RESOURCES_REGION = "resources[].region";
    RESOURCES_TYPE = "resources[].type";
    RESOURCES_UID = "resources[].uid";
    RISK_LEVEL_ID = "risk_level_id";
    RISK_SCORE = "risk_score";
    SCAN_NAME = "scan.name";
    SCAN_TYPE_ID = "scan.type_id";
    SCRIPT_SCRIPT_CONTENT_VALUE = "script.script_content.value";
    SCRIPT_TYPE_ID = "script.type_id";
    SERVICE_NAME = "service.name";
    SESSION_CREATED_TIME = "session.created_time";
    SESSION_CREDENTIAL_UID = "session.credential_uid";
    SESSION_ISSUER = "session.issuer";
    SESSION_TERMINAL = "session.terminal";
    SESSION_UID = "session.uid";
    SEVERITY = "severity";
    SEVERITY_ID = "severity_id";
    SMTP_HELLO = "smtp_hello";
    SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NAME = "src_endpoint.autonomous_system.name";
    SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NUMBER = "src_endpoint.autonomous_system.number";
    SRC_ENDPOINT_DOMAIN = "src_endpoint.domain";
    SRC_ENDPOINT_HOSTNAME = "src_endpoint.hostname";
    SRC_ENDPOINT_INSTANCE_UID = "src_endpoint.instance_uid";
    SRC_ENDPOINT_INTERFACE_NAME = "src_endpoint.interface_name";
    SRC_ENDPOINT_INTERFACE_UID = "src_endpoint.interface_uid";
    SRC_ENDPOINT_INTERMEDIATE_IPS = "src_endpoint.intermediate_ips[]";
    SRC_ENDPOINT_IP = "src_endpoint.ip";
    SRC_ENDPOINT_LOCATION_CITY = "src_endpoint.location.city";
    SRC_ENDPOINT_LOCATION_COUNTRY = "src_endpoint.location.country";
    SRC_ENDPOINT_MAC = "src_endpoint.mac";
    SRC_ENDPOINT_NAME = "src_endpoint.name";
    SRC_ENDPOINT_OS_NAME = "src_endpoint.os.name";
    SRC_ENDPOINT_OS_TYPE_ID = "src_endpoint.os.type_id";
    SRC_ENDPOINT_PORT = "src_endpoint.port";
    SRC_ENDPOINT_SUBNET_UID = "src_endpoint.subnet_uid";
    SRC_ENDPOINT_SVC_NAME = "src_endpoint.svc_name";
    SRC_ENDPOINT_TYPE = "src_endpoint.type";
    SRC_ENDPOINT_TYPE_ID = "src_endpoint.type_id";
    SRC_ENDPOINT_UID = "src_endpoint.uid";
    SRC_ENDPOINT_VPC_UID = "src_endpoint.vpc_uid";
    START_TIME = "start_time";
    STARTUP_ITEM_DRIVER_FILE_NAME = "startup_item.driver.file.name";
    STARTUP_ITEM_DRIVER_FILE_TYPE_ID = "startup_item.driver.file.type_id";
    STARTUP_ITEM_NAME = "startup_item.name";
    STARTUP_ITEM_START_TYPE_ID = "startup_item.start_type_id";
    STATE_ID = "state_id";
    STATUS = "status";
    STATUS_CODE = "status_code";
    STATUS_DETAIL = "status_detail";
    STATUS_ID = "status_id";
    TABLE_NAME = "table.name";
    TIME = "time";
    TIMEZONE_OFFSET = "timezone_offset";
    TLS_CERTIFICATE_ISSUER = "tls.certificate.issuer";
    TLS_CERTIFICATE_SERIAL_NUMBER = "tls.certificate.serial_number";
    TLS_CERTIFICATE_SUBJECT = "tls.certificate.subject";
    TLS_CIPHER = "tls.cipher";
    TLS_JA3_HASH_ALGORITHM = "tls.ja3_hash.algorithm";
    TLS_JA3_HASH_ALGORITHM_ID = "tls.ja3_hash.algorithm_id";
    TLS_JA3_HASH_VALUE = "tls.ja3_hash.value";
    TLS_JA3S_HASH_ALGORITHM = "tls.ja3s_hash.algorithm";
    TLS_JA3S_HASH_ALGORITHM_ID = "tls.ja3s_hash.algorithm_id";
    TLS_JA3S_HASH_VALUE = "tls.ja3s_hash.value";
    TLS_SNI = "tls.sni";
    TLS_VERSION = "tls.version";
    TRAFFIC_BYTES = "traffic.bytes";
    TRAFFIC_BYTES_IN = "traffic.bytes_in";
    TRAFFIC_BYTES_OUT = "traffic.bytes_out";
    TRAFFIC_PACKETS = "traffic.packets";
    TRAFFIC_PACKETS_IN = "traffic.packets_in";
    TRAFFIC_PACKETS_OUT = "traffic.packets_out";
    TYPE_ID = "type_id";
    TYPE_NAME = "type_name";
    TYPE_UID = "type_uid";
    UNMANNED_AERIAL_SYSTEM_NAME = "unmanned_aerial_system.name";
    UNMANNED_SYSTEM_OPERATOR_ACCOUNT_NAME = "unmanned_system_operator.account.name";
    UNMAPPED = "unmapped";
    UNMAPPED_CUT = "unmapped.cut";
    UNMAPPED_PARAMETERS = "unmapped.parameters";
    UNMAPPED_ROWS = "unmapped.rows";
    URL_HOSTNAME = "url.hostname";
    URL_PATH = "url.path";
    URL_URL_STRING = "url.url_string";
    USER_ACCOUNT_UID = "user.account.uid";
    USER_EMAIL_ADDR = "user.email_addr";
    USER_NAME = "user.name";
    USER_TYPE = "user.type";
    USER_TYPE_ID = "user.type_id";
    USER_UID = "user.uid";
    USER_RESULT_NAME = "user_result.name";
    VERSION = "version";
    VULNERABILITIES_ADVISORY_UID = "vulnerabilities[].advisory.uid";
    VULNERABILITIES_AFFECTED_PACKAGES_ARCHITECTURE = "vulnerabilities[].affected_packages[].architecture";
    VULNERABILITIES_AFFECTED_PACKAGES_FIXED_IN_VERSION = "vulnerabilities[].affected_packages[].fixed_in_version";
    VULNERABILITIES_AFFECTED_PACKAGES_NAME = "vulnerabilities[].affected_packages[].name";
    VULNERABILITIES_AFFECTED_PACKAGES_PATH = "vulnerabilities[].affected_packages[].path";
    VULNERABILITIES_AFFECTED_PACKAGES_VERSION = "vulnerabilities[].affected_packages[].version";
    VULNERABILITIES_CVE_DESC = "vulnerabilities[].cve.desc";
    VULNERABILITIES_CVE_EPSS_SCORE = "vulnerabilities[].cve.epss.score";
    VULNERABILITIES_CVE_TITLE = "vulnerabilities[].cve.title";
    VULNERABILITIES_CVE_UID = "vulnerabilities[].cve.uid";
    VULNERABILITIES_CWE_UID = "vulnerabilities[].cwe.uid";
    VULNERABILITIES_DESC = "vulnerabilities[].desc";
    VULNERABILITIES_IS_EXPLOIT_AVAILABLE = "vulnerabilities[].is_exploit_available";
    VULNERABILITIES_IS_FIX_AVAILABLE = "vulnerabilities[].is_fix_available";
    VULNERABILITIES_REFERENCES = "vulnerabilities[].references[]";
    VULNERABILITIES_SEVERITY = "vulnerabilities[].severity";
    VULNERABILITIES_TITLE = "vulnerabilities[].title";
    VULNERABILITIES_VENDOR_NAME = "vulnerabilities[].vendor_name";
    WEB_RESOURCES_NAME = "web_resources[].name";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_sorted_and_finds_every_name() {
        assert!(NAMES.is_sorted(), "keep lib/ocsf/src/path.rs in alphabetical order");
        for path in Path::all() {
            assert_eq!(Path::find(path.name()), Some(path));
            assert_eq!(Path::find(&path.name().replace("[]", "")), Some(path), "{}", path.name());
        }
    }
}
