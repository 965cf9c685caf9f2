//! A finding as OCSF Detection Finding, news as Base Event.
//!
//! Follows OCSF 1.5.0, class 2004 with the profile cloud, and its examples for findings of
//! GuardDuty that came by way of Security Hub.

use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonValueTrait, Value};

use super::{Record, address};
use crate::aws::finding::{activity, number, put_at, put_end, put_state, put_time};
use crate::aws::shared::{domain, put_cloud, put_severity};
use crate::nested;

/// The most resources of one finding.
const LIST_MAX: usize = 64;

/// News as attributes.
pub(super) fn news<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let mut flat = Flat::new(Class::BASE_EVENT, 99);
    flat.put(paths::ACTIVITY_NAME, record.title());
    head(record, &mut flat);
    flat.put(paths::METADATA_EVENT_CODE, record.title());
    put_severity(&mut flat, 1);
    let status = record.text(&["detail", "scanStatus"]);
    flat.put_some(paths::STATUS_CODE, status);
    let result = record.text(&["detail", "scanResultDetails", "scanResultStatus"]);
    flat.put_some(paths::MESSAGE, result);
    flat
}

fn head<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    // A finding is told when it is made or changed; what it tells of has times of its own.
    let told = |name| nested::time(record.value, &[name]);
    let time = told("updatedAt").or(told("createdAt")).unwrap_or(record.time);
    put_cloud(flat, "GuardDuty", time, record.account(), record.region());
    flat.put_some(paths::METADATA_UID, record.uid.as_deref());
    flat.put_some(paths::CLOUD_CLOUD_PARTITION, record.text(&["partition"]));
}

/// A finding as attributes.
pub(super) fn finding<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let told = |path: &[&str]| nested::time(record.value, path);
    let (created, changed) = (told(&["createdAt"]), told(&["updatedAt"]));
    let is_archived = nested::member(record.value, &["service", "archived"])
        .and_then(JsonValueTrait::as_bool)
        == Some(true);
    let count = number(record.value, &["service", "count"]);
    let is_new = created.is_some() && created == changed && count.is_none_or(|count| count <= 1);
    let (id, name) = activity(is_new, is_archived);
    let mut flat = Flat::new(Class::DETECTION_FINDING, id);
    flat.put(paths::ACTIVITY_NAME, name);
    head(record, &mut flat);
    flat.put_some(paths::METADATA_LOG_VERSION, record.text(&["schemaVersion"]));
    flat.put_some(paths::METADATA_PRODUCT_FEATURE_UID, record.text(&["service", "detectorId"]));
    put_severity(&mut flat, severity(record.value));
    put_state(&mut flat, if is_archived { (5, "Archived") } else { (1, "New") });
    flat.put(paths::IS_ALERT, true);
    if let Some(count) = count {
        flat.put(paths::COUNT, count);
    }
    put_time(&mut flat, paths::START_TIME, told(&["service", "eventFirstSeen"]));
    put_time(&mut flat, paths::END_TIME, told(&["service", "eventLastSeen"]));
    put_time(&mut flat, paths::FINDING_INFO_CREATED_TIME, created);
    put_time(&mut flat, paths::FINDING_INFO_MODIFIED_TIME, changed);
    put_time(&mut flat, paths::FINDING_INFO_FIRST_SEEN_TIME, told(&["service", "eventFirstSeen"]));
    put_time(&mut flat, paths::FINDING_INFO_LAST_SEEN_TIME, told(&["service", "eventLastSeen"]));
    let uid = record.text(&["arn"]).or(record.text(&["id"]));
    flat.put(paths::FINDING_INFO_UID, uid.unwrap_or("unknown"));
    flat.put_some(paths::FINDING_INFO_TITLE, record.text(&["title"]));
    flat.put_some(paths::FINDING_INFO_DESC, record.text(&["description"]));
    flat.put(paths::FINDING_INFO_TYPES, record.title());
    flat.put_some(paths::MESSAGE, record.text(&["title"]));
    evidence(record, &mut flat);
    resources(record, &mut flat);
    flat
}

/// GuardDuty's numbers: from 9 critical, from 7 high, from 4 medium, from 1 low.
fn severity(value: &Value) -> i64 {
    match nested::member(value, &["severity"]).and_then(JsonValueTrait::as_f64) {
        Some(n) if n >= 9.0 => 5,
        Some(n) if n >= 7.0 => 4,
        Some(n) if n >= 4.0 => 3,
        Some(n) if n >= 1.0 => 2,
        Some(_) => 1,
        None => 0,
    }
}

/// What was done, as the first evidence.
fn evidence<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    process(record, flat);
    let Some(deed) = record.deed() else { return };
    let text = |path: &[&str]| nested::text(deed, path);
    if let Some(operation) = text(&["api"]).or(text(&["verb"])) {
        flat.put(paths::EVIDENCES_API_OPERATION, operation);
        put_at(flat, paths::EVIDENCES_API_SERVICE_NAME, 0, text(&["serviceName"]));
    }
    // Only queries and calls name what was asked for; they have no connection.
    put_at(flat, paths::EVIDENCES_QUERY_HOSTNAME, 0, text(&["domain"]).map(domain));
    let source = (paths::EVIDENCES_SRC_ENDPOINT_IP, paths::EVIDENCES_SRC_ENDPOINT_PORT);
    let target = (paths::EVIDENCES_DST_ENDPOINT_IP, paths::EVIDENCES_DST_ENDPOINT_PORT);
    let (far, near) = if record.is_outbound() { (target, source) } else { (source, target) };
    let place = record.probe().unwrap_or(deed);
    put_end(flat, far, record.remote(), number(place, &["remotePortDetails", "port"]));
    let port = number(place, &["localPortDetails", "port"]);
    put_end(flat, near, address(place, "localIpDetails"), port);
    if !record.is_outbound() && record.remote().is_some() {
        let at = |path: &[&str]| nested::text(place, path);
        let country = at(&["remoteIpDetails", "country", "countryName"]);
        put_at(flat, paths::EVIDENCES_SRC_ENDPOINT_LOCATION_COUNTRY, 0, country);
        let city = at(&["remoteIpDetails", "city", "cityName"]);
        put_at(flat, paths::EVIDENCES_SRC_ENDPOINT_LOCATION_CITY, 0, city);
    }
    let direction = text(&["connectionDirection"]);
    if direction.is_some() {
        let (id, name) = if record.is_outbound() { (2, "Outbound") } else { (1, "Inbound") };
        flat.put(paths::EVIDENCES_CONNECTION_INFO_DIRECTION_ID, id);
        flat.put(paths::EVIDENCES_CONNECTION_INFO_DIRECTION, name);
        put_at(flat, paths::EVIDENCES_CONNECTION_INFO_PROTOCOL_NAME, 0, text(&["protocol"]));
    }
}

fn process<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let process = nested::member(record.value, &["service", "runtimeDetails", "process"]);
    let Some((process, pid)) = process.and_then(|p| Some((p, number(p, &["pid"])?))) else {
        return;
    };
    flat.put(paths::EVIDENCES_PROCESS_PID, pid);
    put_at(flat, paths::EVIDENCES_PROCESS_NAME, 0, nested::text(process, &["name"]));
    let path = nested::text(process, &["executablePath"]);
    if let Some(path) = path {
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(path);
        flat.put(paths::EVIDENCES_PROCESS_FILE_PATH, path);
        flat.put(paths::EVIDENCES_PROCESS_FILE_NAME, name);
        flat.put(paths::EVIDENCES_PROCESS_FILE_TYPE_ID, 1);
    }
}

/// The resources that the finding is about, by their ids.
fn resources<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let Some(resource) = nested::member(record.value, &["resource"]) else { return };
    let one = [
        ("AwsEc2Instance", &["instanceDetails", "instanceId"][..]),
        ("AwsIamAccessKey", &["accessKeyDetails", "accessKeyId"]),
        ("AwsEksCluster", &["eksClusterDetails", "arn"]),
        ("AwsEcsCluster", &["ecsClusterDetails", "arn"]),
        ("Container", &["containerDetails", "id"]),
        ("AwsRdsDbInstance", &["rdsDbInstanceDetails", "dbInstanceArn"]),
        ("AwsLambdaFunction", &["lambdaDetails", "functionArn"]),
    ];
    let one =
        one.into_iter().filter_map(|(kind, path)| Some((kind, nested::text(resource, path)?)));
    let buckets = nested::list(resource, &["s3BucketDetails"]).take(LIST_MAX);
    let buckets = buckets.filter_map(|bucket| {
        let name = nested::text(bucket, &["arn"]).or_else(|| nested::text(bucket, &["name"]))?;
        Some(("AwsS3Bucket", name))
    });
    for (slot, (kind, uid)) in (0u16..).zip(one.chain(buckets)) {
        flat.put_in(paths::RESOURCES_UID, slot, uid);
        flat.put_in(paths::RESOURCES_TYPE, slot, kind);
    }
}
