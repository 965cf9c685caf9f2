//! Things that act for whoever made them: a fleet, a spot request, an Auto Scaling group.
//!
//! The machines of a fleet are started by a service role; the record names no caller's key. What
//! ties it to the person behind it is the fleet's id, in the call that made the fleet and in the
//! tags of what it starts. So a fleet counts as a credential that its making handed out.

use std::borrow::Cow;

use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use super::record::Record;
use crate::json;

/// Tags that services put on what they start for something: EC2 Fleet, Spot Fleet.
const TAGS: &[&str] = &["aws:ec2:fleet-id", "aws:ec2spot:fleet-request-id"];
/// The tag that Auto Scaling puts on what it starts.
const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// Where the answers of making calls have the id; newer and older shapes.
const MADE: &[(&str, &[&[&str]])] = &[
    ("CreateFleet", &[&["CreateFleetResponse", "fleetId"], &["fleetId"]]),
    (
        "RequestSpotFleet",
        &[&["RequestSpotFleetResponse", "spotFleetRequestId"], &["spotFleetRequestId"]],
    ),
];

/// The thing that a call made, if that thing acts by itself.
pub(super) fn made(record: &Record<'_>) -> Option<String> {
    if record.name() == "CreateAutoScalingGroup" {
        let name = record.request(&["autoScalingGroupName"])?;
        return Some(group(record, name));
    }
    let (_, places) = MADE.iter().find(|(name, _)| *name == record.name())?;
    places.iter().find_map(|path| record.response(path)).map(Into::into)
}

/// The thing for which a service makes this call.
pub(super) fn on_behalf<'v>(record: &Record<'v>) -> Option<Cow<'v, str>> {
    record.identity("invokedBy").filter(|by| by.ends_with(".amazonaws.com"))?;
    let tags = [
        record.fields.request.and_then(|r| json::at(r, &["tagSpecificationSet", "items"])),
        record.fields.response.and_then(|r| json::at(r, &["instancesSet", "items"])),
    ];
    let lists = tags.into_iter().flatten().filter_map(|items| items.as_array()?.first());
    for item in lists {
        let list = json::at(item, &["tags"]).or_else(|| json::at(item, &["tagSet", "items"]));
        for tag in list.and_then(|list| list.as_array()).into_iter().flatten() {
            match (json::text(tag, &["key"]), json::text(tag, &["value"])) {
                (Some(key), Some(value)) if TAGS.contains(&key) => return Some(value.into()),
                (Some(GROUP_TAG), Some(value)) => return Some(group(record, value).into()),
                _ => {}
            }
        }
    }
    token(record.request(&["clientToken"])?).map(Cow::Borrowed)
}

/// A fleet's id at the start of the token that EC2 Fleet sends: `fleet-UUID-0`.
fn token(token: &str) -> Option<&str> {
    token.starts_with("fleet-").then(|| token.get(..42)).flatten()
}

/// A group's name is its own only within its account and region.
fn group(record: &Record<'_>, name: &str) -> String {
    let region = record.fields.region.and_then(|region| region.as_str()).unwrap_or_default();
    format!("asg/{}/{region}/{name}", record.account().unwrap_or_default())
}
