//! EC2's answers under the names that the AWS CLI prints: `reservationSet` is `Reservations`.

use serde_json::{Map, Value};

/// Names that do not follow the rule, as they stand in EC2's answers.
const NAMES: &[(&str, &str)] = &[
    ("blockDeviceMapping", "BlockDeviceMappings"),
    ("dnsName", "PublicDnsName"),
    ("groupSet", "Groups"),
    ("imageOwnerId", "OwnerId"),
    ("imageState", "State"),
    ("instanceState", "State"),
    ("ipAddress", "PublicIpAddress"),
    ("ipv6AddressesSet", "Ipv6Addresses"),
    ("privateIpAddressesSet", "PrivateIpAddresses"),
    ("reason", "StateTransitionReason"),
];

/// The same answer under the CLI's names.
pub(crate) fn of_ec2(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(of_ec2).collect()),
        Value::Object(members) => {
            let rename = |(key, value): (String, Value)| {
                let is_list = key.ends_with("Set") && value == Value::String(String::new());
                let value = if is_list { Value::Array(Vec::new()) } else { of_ec2(value) };
                (name(&key), value)
            };
            Value::Object(members.into_iter().map(rename).collect::<Map<_, _>>())
        }
        plain => plain,
    }
}

fn name(key: &str) -> String {
    if let Some((_, known)) = NAMES.iter().find(|(own, _)| *own == key) {
        return (*known).to_owned();
    }
    let stem = key.strip_suffix("Set").unwrap_or(key);
    let plural = stem.len() < key.len() && !stem.ends_with('s');
    let mut letters = stem.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let end = if plural { "s" } else { "" };
    first.into_iter().chain(letters).collect::<String>() + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_clis() {
        for (own, wanted) in [
            ("reservationSet", "Reservations"),
            ("instancesSet", "Instances"),
            ("networkInterfaceSet", "NetworkInterfaces"),
            ("tagSet", "Tags"),
            ("imagesSet", "Images"),
            ("launchTemplates", "LaunchTemplates"),
            ("instanceId", "InstanceId"),
            ("ipAddress", "PublicIpAddress"),
        ] {
            assert_eq!(name(own), wanted);
        }
    }
}
