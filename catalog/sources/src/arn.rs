//! What an Amazon Resource Name stands for.

use std::borrow::Cow;

use model::EntityKind;

/// The kind and the short name of what an ARN names; `None` where we have no kind for it.
///
/// Roles, users and sessions keep the whole ARN: their names repeat between accounts.
pub fn classify(arn: &str) -> Option<(EntityKind, Cow<'_, str>)> {
    let mut parts = arn.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    let (_partition, service) = (parts.next()?, parts.next()?);
    let (_region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if !is_arn || resource.is_empty() {
        return None;
    }
    let whole = Cow::Borrowed(arn);
    let after = |prefix: &str| resource.strip_prefix(prefix).filter(|name| !name.is_empty());
    match service {
        "iam" if after("role/").is_some() => Some((EntityKind::Role, whole)),
        "iam" if after("user/").is_some() || resource == "root" => {
            Some((EntityKind::Principal, whole))
        }
        "sts" if after("assumed-role/").is_some() || after("federated-user/").is_some() => {
            Some((EntityKind::Principal, whole))
        }
        "s3" if resource.contains('/') => Some((EntityKind::Object, resource.into())),
        "s3" => Some((EntityKind::Bucket, resource.into())),
        "ec2" => [
            ("instance/", EntityKind::Instance),
            ("network-interface/", EntityKind::Eni),
            ("image/", EntityKind::Image),
        ]
        .into_iter()
        .find_map(|(prefix, kind)| after(prefix).map(|name| (kind, name.into()))),
        "rds" => {
            after("db:").or_else(|| after("cluster:")).map(|n| (EntityKind::Database, n.into()))
        }
        "dynamodb" => after("table/")
            .and_then(|rest| rest.split('/').next())
            .map(|name| (EntityKind::Table, name.into())),
        "autoscaling" => resource
            .split_once("autoScalingGroupName/")
            .map(|(_, name)| (EntityKind::Asg, name.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_it_stands_for() {
        for (arn, kind, name) in [
            ("arn:aws:s3:::logs/a/b", EntityKind::Object, "logs/a/b"),
            ("arn:aws:s3:::logs", EntityKind::Bucket, "logs"),
            ("arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1", EntityKind::Instance, "i-0a1"),
            ("arn:aws-cn:dynamodb:r:1:table/t/stream/x", EntityKind::Table, "t"),
            ("arn:aws:rds:r:1:db:main", EntityKind::Database, "main"),
        ] {
            assert_eq!(classify(arn), Some((kind, name.into())), "{arn}");
        }
        for arn in ["", "arn:aws:s3", "arn:aws:kms:r:1:key/x", "urn:aws:s3:::b", "arn:aws:s3:::"] {
            assert_eq!(classify(arn), None, "{arn}");
        }
    }
}
