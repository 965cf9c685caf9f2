//! What undoing an action calls, besides what doing it calls and reads.

/// Actions, and the permissions that bringing back what was there takes.
const ALL: &[(&str, &[&str])] = &[
    ("autoscaling.detach", &["autoscaling:AttachInstances"]),
    ("autoscaling.refresh", &["autoscaling:CancelInstanceRefresh"]),
    ("autoscaling.resume", &["autoscaling:SuspendProcesses"]),
    ("autoscaling.standby", &["autoscaling:ExitStandby"]),
    ("autoscaling.suspend", &["autoscaling:ResumeProcesses"]),
    ("ec2.deny_address", &["ec2:DeleteNetworkAclEntry"]),
    ("ec2.stop", &["ec2:StartInstances"]),
    ("ec2.tag", &["ec2:DeleteTags"]),
    ("elb.deregister", &["elasticloadbalancing:RegisterTargets"]),
    ("iam.revoke_instance_sessions", &["iam:DeleteRolePolicy"]),
    ("iam.revoke_sessions", &["iam:DeleteRolePolicy"]),
    ("waf.block", &["wafv2:DeleteIPSet"]),
    ("waf.count", &["wafv2:DeleteIPSet"]),
];

/// The permissions that undoing an action takes.
pub(crate) fn calls(action: &str) -> &'static [&'static str] {
    ALL.iter().find(|(name, _)| *name == action).map_or(&[], |(_, calls)| calls)
}
