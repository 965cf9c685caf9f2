//! The rules that the program carries with it: the folder `rules/`, by name.

macro_rules! rules {
    ($($name:literal),* $(,)?) => {
        const RULES: &[(&str, &str)] = &[$((
            concat!("rules/", $name, ".yml"),
            include_str!(concat!("../../../rules/", $name, ".yml")),
        )),*];
        const PAGES: &[(&str, &str)] = &[$((
            concat!("rules/", $name, ".yml"),
            include_str!(concat!("../../../rules/", $name, ".md")),
        )),*];
    };
}

rules![
    "aws/compute/accelerated_instances_launched",
    "aws/compute/launch_template_for_accelerated_instances",
    "aws/identity/administrator_rights_granted",
    "aws/identity/console_opened_without_second_factor",
    "aws/identity/credential_made_for_user",
    "aws/identity/federated_session_opened",
    "aws/identity/role_chained_into_another_account",
    "aws/identity/role_trust_changed",
    "aws/logging/account_leaves_organization",
    "aws/logging/alarms_disabled",
    "aws/logging/audit_log_group_deleted",
    "aws/logging/cloudtrail_blinded",
    "aws/logging/cloudtrail_selectors_changed",
    "aws/logging/cluster_audit_logs_off",
    "aws/logging/config_recorder_stopped",
    "aws/logging/config_rules_deleted",
    "aws/logging/dns_query_logs_stopped",
    "aws/logging/finding_suppressed",
    "aws/logging/flow_logs_deleted",
    "aws/logging/guardduty_findings_silenced",
    "aws/logging/guardduty_turned_off",
    "aws/logging/log_group_deleted",
    "aws/logging/model_invocation_logging_deleted",
    "aws/logging/objects_expire_within_days",
    "aws/logging/s3_access_logging_off",
    "aws/logging/s3_versioning_suspended",
    "aws/logging/security_hub_turned_off",
    "aws/logging/security_scanners_disabled",
    "aws/logging/service_control_policy_loosened",
    "aws/logging/waf_logging_removed",
    "aws/logging/waf_protection_removed",
    "aws/network/security_group_opened_to_everyone",
];

/// The built-in rules: file name and text, in the order of their names.
pub fn builtin_rules() -> &'static [(&'static str, &'static str)] {
    RULES
}

/// The built-in rules' pages of cases, by the rule's file name.
pub fn builtin_pages() -> &'static [(&'static str, &'static str)] {
    PAGES
}
