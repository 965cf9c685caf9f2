//! A flow record as OCSF Network Activity.
//!
//! Follows OCSF 1.5.0, class 4001 with the profiles cloud and security_control (and host, where
//! it cannot be said at which end the recording interface stands).

use model::Outcome;
use ocsf::{Class, Flat, Path, paths};

use super::format::Key;
use super::record::{Flow, has_ports, is_ip, protocol_name};

/// `activity_id` Traffic, and Unknown for an interval without traffic.
const TRAFFIC: i64 = 6;

/// At which end of the flow the recording interface stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Destination,
    Unknown,
}

/// The record as attributes.
pub fn flat<'f>(flow: &'f Flow<'_>) -> Flat<'f> {
    let ends = [Key::SrcAddr, Key::PktSrcAddr, Key::DstAddr, Key::PktDstAddr];
    let has_traffic = ends.iter().any(|key| flow.get(*key).is_some_and(is_ip));
    let mut flat = Flat::new(Class::NETWORK_ACTIVITY, if has_traffic { TRAFFIC } else { 0 });
    flat.put(paths::ACTIVITY_NAME, if has_traffic { "Traffic" } else { "Unknown" });
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::TIME, flow.time.ocsf());
    if flow.timed {
        flat.put(paths::START_TIME, flow.time.ocsf());
        flat.put(paths::END_TIME, flow.time.closing().ocsf());
    }
    flat.put(paths::METADATA_PRODUCT_NAME, "Amazon VPC Flow Logs");
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "AWS");
    flat.put_some(paths::METADATA_PRODUCT_VERSION, flow.get(Key::Version));
    flat.put(paths::METADATA_PROFILES, "cloud");
    flat.put(paths::METADATA_PROFILES, "security_control");
    flat.put(paths::CLOUD_PROVIDER, "AWS");
    let account = flow.get(Key::AccountId).filter(|a| *a != "unknown");
    flat.put_some(paths::CLOUD_ACCOUNT_UID, account);
    flat.put_some(paths::CLOUD_REGION, flow.get(Key::Region));
    flat.put_some(paths::CLOUD_ZONE, flow.get(Key::AzId));
    verdict(flow, &mut flat);
    connection(flow, &mut flat);
    endpoints(flow, has_traffic, &mut flat);
    for (path, key) in [(paths::TRAFFIC_BYTES, Key::Bytes), (paths::TRAFFIC_PACKETS, Key::Packets)]
    {
        if let Some(number) = flow.number(key) {
            flat.put(path, number);
        }
    }
    let mut named = flat.attributes().iter().map(|attribute| attribute.path.name());
    if !named.any(|name| name.starts_with("src_endpoint") || name.starts_with("dst_endpoint")) {
        // A format may leave out everything that tells an end; the class wants one all the same.
        flat.put(paths::SRC_ENDPOINT_NAME, "unknown");
    }
    flat
}

fn verdict<'f>(flow: &'f Flow<'_>, flat: &mut Flat<'f>) {
    let (action, disposition, status, name) = match flow.outcome() {
        Outcome::Success => ((1, "Allowed"), (1, "Allowed"), 1, "Success"),
        Outcome::Failure => ((2, "Denied"), (2, "Blocked"), 2, "Failure"),
        Outcome::Unknown => ((0, "Unknown"), (0, "Unknown"), 0, "Unknown"),
    };
    flat.put(paths::ACTION_ID, action.0);
    flat.put(paths::ACTION, action.1);
    flat.put(paths::DISPOSITION_ID, disposition.0);
    flat.put(paths::DISPOSITION, disposition.1);
    flat.put(paths::STATUS_ID, status);
    flat.put(paths::STATUS, name);
    flat.put_some(paths::STATUS_CODE, flow.get(Key::LogStatus));
    flat.put_some(paths::STATUS_DETAIL, flow.get(Key::RejectReason));
}

fn connection<'f>(flow: &'f Flow<'_>, flat: &mut Flat<'f>) {
    let (id, name) = match flow.get(Key::FlowDirection) {
        Some("ingress") => (1, "Inbound"),
        Some("egress") => (2, "Outbound"),
        _ => (0, "Unknown"),
    };
    flat.put(paths::CONNECTION_INFO_DIRECTION_ID, id);
    flat.put(paths::CONNECTION_INFO_DIRECTION, name);
    if let Some(number) = flow.number(Key::Protocol) {
        flat.put(paths::CONNECTION_INFO_PROTOCOL_NUM, number);
        flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, protocol_name(number));
    }
    let address = flow.get(Key::SrcAddr).or(flow.get(Key::PktSrcAddr));
    let version = match (flow.get(Key::Type), address) {
        (Some("IPv6"), _) => Some((6, "IPv6")),
        (None, Some(ip)) if ip.contains(':') => Some((6, "IPv6")),
        (Some("IPv4"), _) | (None, Some(_)) => Some((4, "IPv4")),
        _ => None,
    };
    if let Some((id, name)) = version {
        flat.put(paths::CONNECTION_INFO_PROTOCOL_VER_ID, id);
        flat.put(paths::CONNECTION_INFO_PROTOCOL_VER, name);
    }
    if let Some(flags) = flow.number(Key::TcpFlags) {
        flat.put(paths::CONNECTION_INFO_TCP_FLAGS, flags);
    }
    // The documentation's values of traffic-path, in their order, as OCSF's boundaries.
    let boundary = match flow.get(Key::TrafficPath) {
        Some("1") => (4, "Same VPC"),
        Some("2") => (5, "Internet/VPC Gateway"),
        Some("3") => (6, "Virtual Private Gateway"),
        Some("4") => (7, "Intra-region VPC"),
        Some("5") => (8, "Inter-region VPC"),
        Some("6") => (9, "Local Gateway"),
        Some("7") => (10, "Gateway VPC"),
        Some("8") => (11, "Internet Gateway"),
        _ => return,
    };
    flat.put(paths::CONNECTION_INFO_BOUNDARY_ID, boundary.0);
    flat.put(paths::CONNECTION_INFO_BOUNDARY, boundary.1);
}

/// The paths of one endpoint, in the order ip, addresses between, port, service.
type EndpointPaths = [Path; 4];
const SRC: EndpointPaths = [
    paths::SRC_ENDPOINT_IP,
    paths::SRC_ENDPOINT_INTERMEDIATE_IPS,
    paths::SRC_ENDPOINT_PORT,
    paths::SRC_ENDPOINT_SVC_NAME,
];
const DST: EndpointPaths = [
    paths::DST_ENDPOINT_IP,
    paths::DST_ENDPOINT_INTERMEDIATE_IPS,
    paths::DST_ENDPOINT_PORT,
    paths::DST_ENDPOINT_SVC_NAME,
];

fn endpoints<'f>(flow: &'f Flow<'_>, has_traffic: bool, flat: &mut Flat<'f>) {
    endpoint(flow, [Key::PktSrcAddr, Key::SrcAddr, Key::SrcPort, Key::PktSrcService], SRC, flat);
    endpoint(flow, [Key::PktDstAddr, Key::DstAddr, Key::DstPort, Key::PktDstService], DST, flat);
    let side = match flow.get(Key::FlowDirection) {
        Some("egress") => Side::Source,
        Some("ingress") => Side::Destination,
        // No flow: all there is to say is which interface was watched.
        _ if !has_traffic => Side::Destination,
        _ => Side::Unknown,
    };
    let [interface, instance, subnet, vpc] = match side {
        Side::Source => [
            paths::SRC_ENDPOINT_INTERFACE_UID,
            paths::SRC_ENDPOINT_INSTANCE_UID,
            paths::SRC_ENDPOINT_SUBNET_UID,
            paths::SRC_ENDPOINT_VPC_UID,
        ],
        Side::Destination => [
            paths::DST_ENDPOINT_INTERFACE_UID,
            paths::DST_ENDPOINT_INSTANCE_UID,
            paths::DST_ENDPOINT_SUBNET_UID,
            paths::DST_ENDPOINT_VPC_UID,
        ],
        Side::Unknown => [
            paths::DEVICE_INTERFACE_UID,
            paths::DEVICE_INSTANCE_UID,
            paths::DEVICE_SUBNET_UID,
            paths::DEVICE_VPC_UID,
        ],
    };
    let keys = [Key::InterfaceId, Key::InstanceId, Key::SubnetId, Key::VpcId];
    let any = keys.iter().any(|key| flow.get(*key).is_some());
    if any && side == Side::Unknown {
        flat.put(paths::METADATA_PROFILES, "host");
        flat.put(paths::DEVICE_TYPE_ID, 0);
        // Where it stands does not say what it is.
        if flow.get(Key::InterfaceId).or_else(|| flow.get(Key::InstanceId)).is_none() {
            flat.put(paths::DEVICE_NAME, "unknown interface");
        }
    }
    if !any && !has_traffic {
        flat.put(paths::DST_ENDPOINT_NAME, "unknown interface");
    }
    for (path, key) in [interface, instance, subnet, vpc].into_iter().zip(keys) {
        flat.put_some(path, flow.get(key));
    }
}

fn endpoint<'f>(flow: &'f Flow<'_>, keys: [Key; 4], to: EndpointPaths, flat: &mut Flat<'f>) {
    let [packet, interface, port, service] = keys;
    let [ip_path, between_path, port_path, service_path] = to;
    let [ip, between] = flow.addresses(packet, interface);
    flat.put_some(service_path, flow.get(service));
    // A port alone tells of no end.
    let Some(ip) = ip.filter(|ip| is_ip(ip)) else { return };
    flat.put(ip_path, ip);
    flat.put_some(between_path, between.filter(|ip| is_ip(ip)));
    let with_ports = has_ports(flow.number(Key::Protocol));
    if let Some(port) = flow.number(port).filter(|p| with_ports && (0..=65535).contains(p)) {
        flat.put(port_path, port);
    }
}
