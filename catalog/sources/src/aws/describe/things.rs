//! What answers describe: lists known by their names, and any list of things with ARNs.

use model::EntityKind;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::nested::Around;

/// A longer text is no id.
const ID_MAX: usize = 1024;
/// Members of an answer that list something else than things.
const NO_THINGS: &[&str] = &[
    "Activities",
    "Events",
    "Findings",
    "Messages",
    "Records",
    "baseConfigurationItems",
    "configurationItems",
    "events",
    "findings",
    "logEvents",
    "records",
    "results",
];

/// A row of the table: the list, the member that is the id, one more that must be there, the
/// thing's CloudFormation type, what it is to us.
struct Row {
    list: &'static str,
    id: &'static str,
    with: &'static str,
    kind: &'static str,
    entity: Option<EntityKind>,
}

/// Makes the table, and of it the names that a sample must bear.
macro_rules! things {
    ($($list:literal $id:literal $with:literal $kind:literal $($entity:ident)?;)*) => {
        const TABLE: &[Row] = &[$(Row {
            list: $list, id: $id, with: $with, kind: $kind, entity: things!(@ $($entity)?),
        }),*];
        /// Names of which a sample must bear one.
        pub(super) const MARKS: &[&[&str]] = &[
            &["\"arn:aws"],
            &["\"InstanceId\"", "\"ImageId\""],
            $(&[concat!("\"", $list, "\""), concat!("\"", $id, "\"")]),*
        ];
    };
    (@ $entity:ident) => { Some(EntityKind::$entity) };
    (@) => { None };
}

things! {
    "Instances" "InstanceId" "ImageId" "AWS::EC2::Instance" Instance;
    "AutoScalingGroups" "AutoScalingGroupName" "MinSize" "AWS::AutoScaling::AutoScalingGroup" Asg;
    "AutoScalingInstances" "InstanceId" "LifecycleState" "AWS::EC2::Instance" Instance;
    "LaunchConfigurations" "LaunchConfigurationName" "ImageId"
        "AWS::AutoScaling::LaunchConfiguration";
    "NetworkInterfaces" "NetworkInterfaceId" "Status" "AWS::EC2::NetworkInterface" Eni;
    "SecurityGroups" "GroupId" "GroupName" "AWS::EC2::SecurityGroup";
    "SecurityGroupRules" "SecurityGroupRuleId" "IpProtocol" "AWS::EC2::SecurityGroupIngress";
    "LaunchTemplates" "LaunchTemplateId" "LaunchTemplateName" "AWS::EC2::LaunchTemplate";
    "LaunchTemplateVersions" "LaunchTemplateId" "VersionNumber" "AWS::EC2::LaunchTemplate";
    "InstanceStatuses" "InstanceId" "InstanceState" "AWS::EC2::Instance" Instance;
    "InstanceInformationList" "InstanceId" "PingStatus" "AWS::SSM::ManagedInstance" Instance;
    "SpotInstanceRequests" "SpotInstanceRequestId" "State" "AWS::EC2::SpotInstanceRequest";
    "Fleets" "FleetId" "FleetState" "AWS::EC2::EC2Fleet";
    "SpotFleetRequestConfigs" "SpotFleetRequestId" "SpotFleetRequestState" "AWS::EC2::SpotFleet";
    "Images" "ImageId" "CreationDate" "AWS::EC2::Image" Image;
    "Volumes" "VolumeId" "VolumeType" "AWS::EC2::Volume";
    "Snapshots" "SnapshotId" "VolumeId" "AWS::EC2::Snapshot";
    "Addresses" "PublicIp" "AllocationId" "AWS::EC2::EIP" Ip;
    "Vpcs" "VpcId" "CidrBlock" "AWS::EC2::VPC";
    "Subnets" "SubnetId" "CidrBlock" "AWS::EC2::Subnet";
    "RouteTables" "RouteTableId" "Routes" "AWS::EC2::RouteTable";
    "NatGateways" "NatGatewayId" "State" "AWS::EC2::NatGateway";
    "InternetGateways" "InternetGatewayId" "Attachments" "AWS::EC2::InternetGateway";
    "NetworkAcls" "NetworkAclId" "Entries" "AWS::EC2::NetworkAcl";
    "VpcEndpoints" "VpcEndpointId" "ServiceName" "AWS::EC2::VPCEndpoint";
    "VpcPeeringConnections" "VpcPeeringConnectionId" "Status" "AWS::EC2::VPCPeeringConnection";
    "FlowLogs" "FlowLogId" "ResourceId" "AWS::EC2::FlowLog";
    "KeyPairs" "KeyPairId" "KeyName" "AWS::EC2::KeyPair";
    "LoadBalancerDescriptions" "LoadBalancerName" "DNSName"
        "AWS::ElasticLoadBalancing::LoadBalancer";
    "Buckets" "Name" "CreationDate" "AWS::S3::Bucket" Bucket;
    "AccessKeyMetadata" "AccessKeyId" "UserName" "AWS::IAM::AccessKey" AccessKey;
    "HostedZones" "Id" "CallerReference" "AWS::Route53::HostedZone";
    "ResourceRecordSets" "Name" "Type" "AWS::Route53::RecordSet" Domain;
    "DBInstances" "DBInstanceIdentifier" "Engine" "AWS::RDS::DBInstance" Database;
    "DBClusters" "DBClusterIdentifier" "Engine" "AWS::RDS::DBCluster" Database;
    "tags" "resourceId" "resourceType" "AWS::EC2::Tag";
    "Tags" "ResourceId" "ResourceType" "AWS::EC2::Tag";
}

/// Answers that list bare names.
const NAMES: &[(&str, &str, Option<EntityKind>)] = &[
    ("TableNames", "AWS::DynamoDB::Table", Some(EntityKind::Table)),
    ("QueueUrls", "AWS::SQS::Queue", None),
    ("QueueUrl", "AWS::SQS::Queue", None),
    ("DetectorIds", "AWS::GuardDuty::Detector", None),
];

/// A thing: what sort, and its id.
pub(super) struct Thing<'v> {
    /// The CloudFormation type, or the name of the list that it stands in.
    pub kind: &'v str,
    /// Its id, name or ARN.
    pub id: &'v str,
    /// What it is to us; `None` where only the ARN may tell.
    pub entity: Option<EntityKind>,
}

impl<'v> Thing<'v> {
    /// The thing that a value of an answer is, if it is one.
    pub(super) fn of(value: &'v Value, around: &Around<'v>) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Self::named(text, around);
        }
        let object = value.as_object()?;
        let text = |key: &str| object.get(&key)?.as_str().filter(|t| is_id(t));
        let fits = |row: &&Row| text(row.id).is_some() && object.get(&row.with).is_some();
        let mut rows = TABLE.iter().filter(|row| around.key == row.list);
        // A bare list, as `--query` prints it, has only the things' own members to tell.
        let row =
            if around.depth == 0 { TABLE.iter().take(EXACT).find(fits) } else { rows.find(fits) };
        if let Some(row) = row {
            return Some(Thing { kind: row.kind, id: text(row.id)?, entity: row.entity });
        }
        if !in_answer(around) {
            return None;
        }
        let id = object.iter().find_map(|(key, member)| {
            let is_arn = key.len() >= 3 && key.get(key.len() - 3..)?.eq_ignore_ascii_case("arn");
            member.as_str().filter(|id| is_arn && id.starts_with("arn:aws") && is_id(id))
        })?;
        Some(Thing { kind: around.key, id, entity: None })
    }

    /// A name in a list of bare names.
    fn named(text: &'v str, around: &Around<'v>) -> Option<Self> {
        if around.depth != 1 || !is_id(text) || !around.parent.is_some_and(is_answer) {
            return None;
        }
        let known = NAMES.iter().find(|(list, ..)| *list == around.key);
        let is_arn = around.key.ends_with("Arns") && text.starts_with("arn:aws");
        match known {
            Some((_, kind, entity)) => Some(Thing { kind, id: text, entity: *entity }),
            None => is_arn.then_some(Thing { kind: around.key, id: text, entity: None }),
        }
    }
}

/// How many rows at the table's start tell a thing by its own members alone.
const EXACT: usize = 8;
/// Members that an answer may have beside its lists.
const BESIDE: &[&str] = &[
    "Count",
    "HasMoreResults",
    "IsTruncated",
    "Marker",
    "MaxItems",
    "NextMarker",
    "NextToken",
    "Owner",
    "Quantity",
    "ResponseMetadata",
    "ScannedCount",
    "nextToken",
];

/// Answers that describe one thing alone, by the member that it stands in.
const ALONE: &[&str] = &[
    "Certificate",
    "Distribution",
    "Group",
    "KeyMetadata",
    "Policy",
    "Role",
    "Table",
    "Trail",
    "User",
    "cluster",
    "nodegroup",
];

/// Whether things stand here: in a list of an answer, in CloudFront's list of a list, alone.
fn in_answer(around: &Around<'_>) -> bool {
    let Some(parent) = around.parent else { return false };
    let lists = is_answer(parent) && !NO_THINGS.contains(&around.key);
    match around.depth {
        1 => {
            lists || ALONE.contains(&around.key) && parent.as_object().is_some_and(|p| p.len() < 3)
        }
        2 => lists && around.key == "Items",
        _ => false,
    }
}

/// Whether an object is an answer: lists, and what goes with them.
fn is_answer(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.iter().all(|(key, member)| member.is_array() || BESIDE.contains(&key))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_MAX
}

/// Whether a thing is a machine: OCSF has a class of its own for those.
pub(super) fn is_machine(thing: &Thing<'_>) -> bool {
    thing.entity == Some(EntityKind::Instance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn lists_of_other_kinds_describe_nothing() {
        let top = json::parse(r#"{"findings":[],"detail":{}}"#).unwrap();
        let finding = json::parse(r#"{"findingArn":"arn:aws:inspector2:r:1:finding/a"}"#).unwrap();
        for (key, depth) in [("findings", 1), ("trails", 1), ("trails", 2)] {
            let around = Around { key, depth, parent: Some(&top), ..Around::default() };
            assert!(Thing::of(&finding, &around).is_none(), "{key} {depth}");
        }
        let top = json::parse(r#"{"trails":[],"nextToken":"x"}"#).unwrap();
        let around = Around { key: "trails", depth: 1, parent: Some(&top), ..Around::default() };
        assert!(Thing::of(&finding, &around).is_some());
    }
}
