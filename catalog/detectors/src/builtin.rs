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
    "aws/identity/access_key_switched_on",
    "aws/identity/account_delegated_or_invited",
    "aws/identity/administrator_rights_granted",
    "aws/identity/console_link_from_session",
    "aws/identity/console_opened_without_second_factor",
    "aws/identity/console_passwords_sprayed",
    "aws/identity/credential_made_for_user",
    "aws/identity/federated_session_opened",
    "aws/identity/federation_token_made",
    "aws/identity/keys_made_for_many_users",
    "aws/identity/leaked_key_quarantined",
    "aws/identity/oidc_provider_changed",
    "aws/identity/other_credential_made",
    "aws/identity/password_policy_weakened",
    "aws/identity/permission_set_or_assignment_changed",
    "aws/identity/permissions_boundary_removed",
    "aws/identity/policy_given_to_user",
    "aws/identity/policy_version_set",
    "aws/identity/region_enabled",
    "aws/identity/role_chained_into_another_account",
    "aws/identity/role_for_another_account",
    "aws/identity/role_trust_changed",
    "aws/identity/role_trusts_everybody",
    "aws/identity/roles_anywhere_anchor",
    "aws/identity/root_key_created",
    "aws/identity/root_mail_or_password_changed",
    "aws/identity/root_session_from_organisation",
    "aws/identity/root_used",
    "aws/identity/saml_provider_changed",
    "aws/identity/second_factor_added",
    "aws/identity/second_factor_removed",
    "aws/identity/user_added_to_group",
    "aws/identity/user_created",
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
    "kubernetes/anonymous_request_allowed",
    "kubernetes/audit_or_events_deleted",
    "kubernetes/aws_auth_changed",
    "kubernetes/capability_added",
    "kubernetes/certificate_request_approved",
    "kubernetes/cluster_admin_bound",
    "kubernetes/command_run_in_pod",
    "kubernetes/cronjob_made",
    "kubernetes/host_namespace_shared",
    "kubernetes/host_path_mounted",
    "kubernetes/image_debug_container",
    "kubernetes/long_lived_token_made",
    "kubernetes/node_api_used",
    "kubernetes/port_forwarded_to_pod",
    "kubernetes/privileged_container",
    "kubernetes/role_that_leads_up",
    "kubernetes/role_with_wildcard",
    "kubernetes/secrets_listed",
    "kubernetes/token_requested",
    "kubernetes/webhook_changed",
    "kubernetes/workload_in_system_namespace",
];

/// The built-in rules: file name and text, in the order of their names.
pub fn builtin_rules() -> &'static [(&'static str, &'static str)] {
    RULES
}

/// The built-in rules' pages of cases, by the rule's file name.
pub fn builtin_pages() -> &'static [(&'static str, &'static str)] {
    PAGES
}
