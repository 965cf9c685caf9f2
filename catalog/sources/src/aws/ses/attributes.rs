//! An event of SES as OCSF Email Activity (4009).

use ocsf::{Class, Flat, paths};

use super::record::Record;
use crate::aws::shared::{is_ip, put_cloud, put_severity, put_status};

/// The event as attributes; what does not fit (a sender that is no address) is left out.
pub(super) fn flat<'s>(record: &'s Record<'_>) -> Flat<'s> {
    let kind = record.kind();
    let activity = match kind {
        "Send" => 1,
        "Received" => 2,
        "Reject" => 3,
        "Delivery" | "Bounce" | "Complaint" | "DeliveryDelay" | "Rendering Failure" => 4,
        _ => 99,
    };
    let mut flat = Flat::new(Class::EMAIL_ACTIVITY, activity);
    flat.put(paths::ACTIVITY_NAME, kind);
    put_severity(&mut flat, 1);
    put_cloud(&mut flat, "Amazon SES", record.time, record.account(), record.identity(3));
    put_status(&mut flat, record.outcome());
    flat.put_some(paths::STATUS_DETAIL, record.detail());
    flat.put(paths::METADATA_EVENT_CODE, kind);
    let is_inbound = kind == "Received";
    flat.put(paths::DIRECTION_ID, if is_inbound { 1 } else { 2 });
    flat.put(paths::DIRECTION, if is_inbound { "Inbound" } else { "Outbound" });
    flat.put_some(paths::EMAIL_UID, record.message_id());
    flat.put_some(paths::EMAIL_MESSAGE_UID, record.mail(&["commonHeaders", "messageId"]));
    flat.put_some(paths::EMAIL_SUBJECT, record.mail(&["commonHeaders", "subject"]));
    flat.put_some(paths::EMAIL_FROM, record.sender());
    for recipient in record.recipients() {
        flat.put(paths::EMAIL_TO, recipient);
    }
    flat.put_some(paths::SRC_ENDPOINT_IP, record.address());
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, record.of_part(&["userAgent"]));
    let remote = record.of_part(&["remoteMtaIp"]).filter(|ip| is_ip(ip));
    flat.put_some(paths::DST_ENDPOINT_IP, remote);
    flat.put_some(paths::URL_URL_STRING, record.of_part(&["link"]));
    ocsf::fitted(flat)
}
