//! What an action means that no rule speaks of: its tactic and technique by its verb, and what it
//! adds to the damage. Patterns are `service:Verb`, `*` for the rest of a name.

use std::sync::LazyLock;

use model::Effect;

/// What an action means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Meaning {
    /// ATT&CK tactic slug.
    pub(crate) stage: &'static str,
    /// ATT&CK technique; empty where none fits.
    pub(crate) technique: &'static str,
    /// What it shows if it was not refused.
    pub(crate) effect: Effect,
    /// Kind of damage that each of them counts to.
    pub(crate) counts: Option<Counted>,
}

impl Meaning {
    /// The technique as a list.
    pub(crate) fn techniques(&self) -> Vec<String> {
        Some(self.technique).filter(|t| !t.is_empty()).into_iter().map(Into::into).collect()
    }
}

/// What is counted of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    ObjectsRead,
    ObjectsDeleted,
    Identities,
}

impl Counted {
    /// The interface's word, and its unit.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Counted::ObjectsRead => ("objects_read", "objects"),
            Counted::ObjectsDeleted => ("objects_deleted", "objects"),
            Counted::Identities => ("identities_created", "identities"),
        }
    }
}

const SUCCESS: Effect = Effect::Success;
const IMPACT: Effect = Effect::Impact;
type Row = (&'static str, &'static str, &'static str, Effect, Option<Counted>);

/// The first row that fits counts.
const ROWS: &[Row] = &[
    ("s3:GetObject", "collection", "T1530", SUCCESS, Some(Counted::ObjectsRead)),
    ("secretsmanager:GetSecretValue", "credential-access", "T1555.006", SUCCESS, None),
    ("secretsmanager:BatchGetSecretValue", "credential-access", "T1555.006", SUCCESS, None),
    ("ssm:GetParameter*", "credential-access", "T1555.006", SUCCESS, None),
    ("ec2:GetPasswordData", "credential-access", "T1555", SUCCESS, None),
    ("ecr:GetAuthorizationToken", "credential-access", "T1528", SUCCESS, None),
    ("dynamodb:Scan", "collection", "T1530", SUCCESS, None),
    ("dynamodb:ExecuteStatement", "collection", "T1530", SUCCESS, None),
    ("rds-data:ExecuteStatement", "collection", "T1530", SUCCESS, None),
    ("s3:DeleteObject", "impact", "T1485", IMPACT, Some(Counted::ObjectsDeleted)),
    ("s3:DeleteObjects", "impact", "T1485", IMPACT, None),
    ("s3:DeleteBucket", "impact", "T1485", IMPACT, None),
    ("*:DeleteDB*", "impact", "T1485", IMPACT, None),
    ("*:DeleteSnapshot", "impact", "T1490", IMPACT, None),
    ("*:DeleteTable", "impact", "T1485", IMPACT, None),
    ("*:DeleteVolume", "impact", "T1485", IMPACT, None),
    ("*:DeleteRepository", "impact", "T1485", IMPACT, None),
    ("ec2:TerminateInstances", "impact", "T1489", IMPACT, None),
    ("ec2:StopInstances", "impact", "T1489", IMPACT, None),
    ("kms:Encrypt", "impact", "T1486", SUCCESS, None),
    ("kms:ReEncrypt*", "impact", "T1486", SUCCESS, None),
    ("iam:CreateUser", "persistence", "T1136.003", SUCCESS, Some(Counted::Identities)),
    ("iam:CreateRole", "persistence", "T1136.003", SUCCESS, Some(Counted::Identities)),
    ("iam:CreateAccessKey", "persistence", "T1098.001", SUCCESS, None),
    ("iam:CreateLoginProfile", "persistence", "T1098.001", SUCCESS, None),
    ("iam:UpdateLoginProfile", "persistence", "T1098.001", SUCCESS, None),
    ("iam:Attach*", "privilege-escalation", "T1098.003", SUCCESS, None),
    ("iam:Put*", "privilege-escalation", "T1098.003", SUCCESS, None),
    ("iam:CreatePolicy*", "privilege-escalation", "T1098.003", SUCCESS, None),
    ("iam:AddUserToGroup", "privilege-escalation", "T1098.003", SUCCESS, None),
    ("iam:UpdateAssumeRolePolicy", "persistence", "T1098", SUCCESS, None),
    ("iam:Delete*", "impact", "T1531", SUCCESS, None),
    ("iam:Create*", "persistence", "T1098", SUCCESS, None),
    ("sts:AssumeRole*", "lateral-movement", "T1550.001", SUCCESS, None),
    ("sts:Get*Token", "persistence", "T1550.001", SUCCESS, None),
    ("signin:*", "initial-access", "T1078.004", SUCCESS, None),
    ("ec2:Run*", "execution", "T1578.002", SUCCESS, None),
    ("ec2:CreateFleet", "execution", "T1578.002", SUCCESS, None),
    ("ec2:RequestSpot*", "execution", "T1578.002", SUCCESS, None),
    ("ec2:CreateSecurityGroup", "defense-evasion", "T1562.007", SUCCESS, None),
    ("ec2:AuthorizeSecurityGroup*", "defense-evasion", "T1562.007", SUCCESS, None),
    ("ec2:CreateKeyPair", "persistence", "T1098.004", SUCCESS, None),
    ("ec2:ImportKeyPair", "persistence", "T1098.004", SUCCESS, None),
    ("ec2:CreateSnapshot*", "collection", "T1578.001", SUCCESS, None),
    ("ec2:CreateLaunchTemplate*", "defense-evasion", "T1578.002", SUCCESS, None),
    ("servicequotas:RequestServiceQuotaIncrease", "impact", "T1496", SUCCESS, None),
    ("lambda:Create*", "persistence", "T1648", SUCCESS, None),
    ("lambda:Update*", "persistence", "T1648", SUCCESS, None),
    ("ssm:SendCommand", "execution", "T1651", SUCCESS, None),
    ("ssm:StartSession", "lateral-movement", "T1021.007", SUCCESS, None),
    ("cloudtrail:*", "defense-evasion", "T1562.008", SUCCESS, None),
    ("guardduty:*", "defense-evasion", "T1562.001", SUCCESS, None),
    ("logs:Delete*", "defense-evasion", "T1070", SUCCESS, None),
];

/// Verbs that only look around, or try to.
const LOOKS: &[&str] = &["Get", "List", "Describe", "Head", "Lookup", "Search", "Scan", "BatchGet"];

/// What an action means. A refused look is looking around; a refused change keeps its aim.
pub(crate) fn of(action: &str, refused: bool) -> Meaning {
    let verb = action.split_once(':').map_or(action, |(_, verb)| verb);
    if refused && LOOKS.iter().any(|look| verb.starts_with(look)) {
        let (stage, technique) = ("discovery", "T1580");
        return Meaning { stage, technique, effect: Effect::Attempt, counts: None };
    }
    let known = ROWS.iter().find(|(pattern, ..)| fits(pattern, action));
    let (stage, technique, effect, counts) = match known {
        Some((_, stage, technique, effect, counts)) => (*stage, *technique, *effect, *counts),
        None => ("execution", "", SUCCESS, None),
    };
    let effect = if refused { Effect::Attempt } else { effect };
    Meaning { stage, technique, effect, counts: counts.filter(|_| !refused) }
}

/// Whether a reading action takes data or secrets, and is worth keeping.
pub(crate) fn takes_data(action: &str) -> bool {
    let Some((service, verb)) = action.split_once(':') else { return false };
    TAKEN.iter().any(|(whose, name)| *whose == service && is_any(name, verb))
}

/// The rows that take data or secrets, as service and name: this is asked of every reading call.
static TAKEN: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let taken = ROWS.iter().filter(|row| ["collection", "credential-access"].contains(&row.1));
    taken.filter_map(|row| row.0.split_once(':')).collect()
});

/// Whether a text fits a pattern with at most one `*`.
fn is_any(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => text.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
        None => pattern == text,
    }
}

fn fits(pattern: &str, action: &str) -> bool {
    match (pattern.split_once(':'), action.split_once(':')) {
        (Some((service, name)), Some((own, verb))) => is_any(service, own) && is_any(name, verb),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verb_says_what_an_action_means() {
        assert_eq!(of("iam:AttachRolePolicy", false).technique, "T1098.003");
        assert_eq!(of("sts:GetSessionToken", false).stage, "persistence");
        assert_eq!(of("rds:DeleteDBInstance", false).effect, Effect::Impact);
        assert_eq!(of("rds:DeleteDBInstance", true).effect, Effect::Attempt);
        assert_eq!(of("secretsmanager:ListSecrets", true).stage, "discovery");
        assert_eq!(of("glue:StartJobRun", false).stage, "execution");
        assert!(takes_data("s3:GetObject") && !takes_data("s3:ListBuckets"));
        assert!(!takes_data("s3:GetObjectAcl"));
    }
}
