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
    "aws/logging/cloudtrail_blinded",
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
