//! Calls that intruders make more often than others: a new one of these weighs half as much again.

/// Starts of actions: what gives lasting access or more rights, takes secrets or data, blinds the
/// defence, or costs money. After the lists of abused calls that rule packs publish.
const RISKY: &[&str] = &[
    "bedrock:InvokeModel",
    "cloudtrail:Delete",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:Stop",
    "cloudtrail:Update",
    "config:Delete",
    "config:Stop",
    "ec2:AuthorizeSecurityGroup",
    "ec2:CreateKeyPair",
    "ec2:CreateSnapshot",
    "ec2:GetPasswordData",
    "ec2:ImportKeyPair",
    "ec2:ModifyImageAttribute",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifySnapshotAttribute",
    "ec2:RequestSpot",
    "ec2:RunInstances",
    "guardduty:Delete",
    "guardduty:Disassociate",
    "guardduty:Update",
    "iam:Add",
    "iam:Attach",
    "iam:Create",
    "iam:Deactivate",
    "iam:Put",
    "iam:Update",
    "kms:Disable",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "lambda:AddPermission",
    "lambda:CreateFunction",
    "lambda:UpdateFunctionCode",
    "organizations:Leave",
    "rds:CreateDBSnapshot",
    "rds:ModifyDBSnapshotAttribute",
    "s3:DeleteBucket",
    "s3:PutBucket",
    "s3:PutPublicAccessBlock",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "ses:Send",
    "ses:Verify",
    "ssm:GetParameter",
    "ssm:SendCommand",
    "ssm:StartSession",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
];

/// Whether an action is one of them.
pub fn is_risky(action: &str) -> bool {
    RISKY.iter().any(|start| action.starts_with(start))
}

/// Programs that change whatever they are told to: a new action of theirs is a new plan, as a rule.
pub fn is_pipeline(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    ["terraform", "cloudformation", "pulumi", "opentofu", "cdk"]
        .iter()
        .any(|name| agent.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_intruders_do_is_known() {
        assert!(is_risky("iam:CreateAccessKey") && is_risky("secretsmanager:GetSecretValue"));
        assert!(!is_risky("iam:ListUsers") && !is_risky("s3:ListBuckets"));
        assert!(is_pipeline("APN/1.0 HashiCorp/1.0 Terraform/1.9") && !is_pipeline("aws-cli/2"));
    }
}
