//! Described things as OCSF.
//!
//! Follows OCSF 1.5.0 with the profile cloud: Device Inventory Info (5001) for instances, Cloud
//! Resources Inventory Info (5023) for everything else; the activity is Collect.

use ocsf::{Class, Flat, paths};

use super::Record;
use super::things::is_machine;
use crate::aws::finding::put_time;
use crate::aws::shared::{is_ip, put_cloud};
use crate::nested;

/// `activity_id` Collect; `type_id` of a virtual machine.
const COLLECT: i64 = 2;
const VIRTUAL: i64 = 6;
/// The most interfaces of one machine.
const INTERFACES_MAX: usize = 64;

/// The thing as attributes.
pub(super) fn flat<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let machine = is_machine(&record.thing);
    let class = if machine { Class::INVENTORY_INFO } else { Class::CLOUD_RESOURCES_INVENTORY_INFO };
    let mut flat = Flat::new(class, COLLECT);
    flat.put(paths::ACTIVITY_NAME, "Collect");
    flat.put(paths::SEVERITY_ID, 1);
    put_cloud(&mut flat, "AWS API", record.time, record.account(), record.region());
    flat.put_some(paths::CLOUD_ZONE, record.zone());
    flat.put(paths::METADATA_LOG_NAME, record.thing.kind);
    if machine {
        device(record, &mut flat);
    } else {
        flat.put(paths::RESOURCES_UID, record.arn().unwrap_or(record.thing.id));
        flat.put(paths::RESOURCES_NAME, record.tag("Name").unwrap_or(record.thing.id));
        flat.put(paths::RESOURCES_TYPE, record.thing.kind);
        flat.put_some(paths::RESOURCES_REGION, record.region());
        flat.put_some(paths::RESOURCES_OWNER_ACCOUNT_UID, record.account());
    }
    flat
}

fn device<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let text = |path: &[&str]| record.text(path);
    let state = text(&["State", "Name"]).or(text(&["LifecycleState"])).or(text(&["PingStatus"]));
    flat.put_some(paths::STATUS_DETAIL, state);
    flat.put(paths::DEVICE_INSTANCE_UID, record.thing.id);
    flat.put(paths::DEVICE_TYPE_ID, VIRTUAL);
    flat.put_some(paths::DEVICE_UID, record.arn());
    flat.put_some(paths::DEVICE_NAME, record.tag("Name"));
    let host = text(&["PrivateDnsName"]).or(text(&["ComputerName"]));
    flat.put_some(paths::DEVICE_HOSTNAME, host);
    let address = text(&["PrivateIpAddress"]).or(text(&["IPAddress"]));
    flat.put_some(paths::DEVICE_IP, address.filter(|ip| is_ip(ip)));
    flat.put_some(paths::DEVICE_IMAGE_UID, text(&["ImageId"]));
    flat.put_some(paths::DEVICE_VPC_UID, text(&["VpcId"]));
    flat.put_some(paths::DEVICE_SUBNET_UID, text(&["SubnetId"]));
    flat.put_some(paths::DEVICE_REGION, record.region());
    flat.put_some(paths::DEVICE_ZONE, record.zone());
    flat.put_some(paths::DEVICE_AUTOSCALE_UID, record.group());
    put_time(flat, paths::DEVICE_CREATED_TIME, nested::time(record.value, &["LaunchTime"]));
    let interfaces = nested::list(record.value, &["NetworkInterfaces"]).take(INTERFACES_MAX);
    let mut slot = 0u16;
    for interface in interfaces {
        let text = |name| nested::text(interface, &[name]);
        // An interface must have an address of some sort.
        let Some(address) = text("PrivateIpAddress").filter(|ip| is_ip(ip)) else { continue };
        flat.put_in(paths::DEVICE_NETWORK_INTERFACES_IP, slot, address);
        flat.put_in(paths::DEVICE_NETWORK_INTERFACES_TYPE_ID, slot, 99);
        if let Some(id) = text("NetworkInterfaceId") {
            flat.put_in(paths::DEVICE_NETWORK_INTERFACES_UID, slot, id);
        }
        slot += 1;
    }
}
