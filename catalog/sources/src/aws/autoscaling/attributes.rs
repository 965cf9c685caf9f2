//! Events of instances as OCSF.
//!
//! Follows OCSF 1.5.0: Entity Management (3004) for an instance that came, changed or went, Base
//! Event (0) for warnings and news.

use ocsf::{Class, Flat, paths};

use super::{Change, Deed};
use crate::aws::shared::{put_cloud, put_status};
use crate::{json, nested};

/// `entity.type_id` Device, `device.type_id` Virtual.
const DEVICE: i64 = 1;
const VIRTUAL: i64 = 6;
/// `type_id` of an observable: Resource UID.
const RESOURCE_UID: i64 = 10;

/// The event as attributes.
pub(super) fn flat<'f>(change: &'f Change<'_>) -> Flat<'f> {
    let activity = change.instance().and_then(|_| activity(change));
    let mut flat = match activity {
        Some((id, name)) => {
            let mut flat = Flat::new(Class::ENTITY_MANAGEMENT, id);
            flat.put(paths::ACTIVITY_NAME, name);
            entity(change, &mut flat);
            flat
        }
        None => Flat::new(Class::BASE_EVENT, 99),
    };
    if activity.is_none() {
        flat.put(paths::ACTIVITY_NAME, change.title());
        observables(change, &mut flat);
    }
    let product = match change.frame("source") {
        Some("aws.health") => "AWS Health",
        Some("aws.ec2" | "aws.ec2fleet" | "aws.ec2spotfleet") => "Amazon EC2",
        _ => "Amazon EC2 Auto Scaling",
    };
    put_cloud(&mut flat, product, change.time, change.account(), change.region());
    flat.put_some(paths::METADATA_UID, change.uid());
    flat.put(paths::METADATA_EVENT_CODE, change.title());
    flat.put_some(paths::METADATA_CORRELATION_UID, change.text("ActivityId"));
    flat.put_some(paths::CLOUD_ZONE, json::text(change.detail, &["Details", "Availability Zone"]));
    flat.put(paths::SEVERITY_ID, 1);
    for (path, key) in [(paths::START_TIME, "StartTime"), (paths::END_TIME, "EndTime")] {
        if let Some(time) = nested::time(change.detail, &[key]) {
            flat.put(path, time.ocsf());
        }
    }
    put_status(&mut flat, change.outcome());
    let code = ["StatusCode", "statusCode", "eventTypeCode"].iter();
    flat.put_some(paths::STATUS_CODE, code.into_iter().find_map(|key| change.text(key)));
    flat.put_some(paths::STATUS_DETAIL, change.text("StatusMessage"));
    flat.put_some(paths::MESSAGE, change.message());
    flat
}

/// What was done to the instance; `None` for news.
fn activity<'v>(change: &Change<'v>) -> Option<(i64, &'v str)> {
    Some(match change.deed() {
        Deed::Launch => (1, "Create"),
        Deed::Terminate => (4, "Delete"),
        Deed::Notice => return None,
        Deed::State => match change.text("state")? {
            // A stopped instance that is started is pending as well.
            "pending" | "running" => (10, "Activate"),
            "stopping" | "stopped" => (11, "Deactivate"),
            "shutting-down" | "terminated" => (4, "Delete"),
            other => (99, other),
        },
    })
}

/// The instance, and the group that acts.
fn entity<'f>(change: &'f Change<'_>, flat: &mut Flat<'f>) {
    let Some(instance) = change.instance() else { return };
    flat.put(paths::ENTITY_UID, instance);
    flat.put(paths::ENTITY_TYPE, "AWS::EC2::Instance");
    flat.put(paths::ENTITY_TYPE_ID, DEVICE);
    flat.put(paths::ENTITY_DEVICE_INSTANCE_UID, instance);
    flat.put(paths::ENTITY_DEVICE_TYPE_ID, VIRTUAL);
    flat.put_some(paths::ENTITY_DEVICE_AUTOSCALE_UID, change.group());
    let subnet = json::text(change.detail, &["Details", "Subnet ID"]);
    flat.put_some(paths::ENTITY_DEVICE_SUBNET_UID, subnet);
    if let Some(group) = change.group() {
        flat.put(paths::ACTOR_INVOKED_BY, "autoscaling.amazonaws.com");
        flat.put(paths::ACTOR_APP_NAME, group);
    }
}

/// What the news are about.
fn observables<'f>(change: &'f Change<'_>, flat: &mut Flat<'f>) {
    let named = change.instance().into_iter().chain(change.group()).chain(change.resources());
    for (slot, name) in (0u16..).zip(named) {
        flat.put_in(paths::OBSERVABLES_NAME, slot, "resource");
        flat.put_in(paths::OBSERVABLES_TYPE, slot, "Resource UID");
        flat.put_in(paths::OBSERVABLES_TYPE_ID, slot, RESOURCE_UID);
        flat.put_in(paths::OBSERVABLES_VALUE, slot, name);
    }
}
