//! The top-level members of a CloudTrail record, picked up in one pass.
//!
//! Names after "CloudTrail record contents", versions 1.0 to 1.11.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

macro_rules! fields {
    ($($name:ident = $key:literal),* $(,)?) => {
        /// The members we know, each as it stands; of two with one name the first.
        #[derive(Default)]
        pub(super) struct Fields<'v> { $(pub $name: Option<&'v Value>),* }

        impl<'v> Fields<'v> {
            /// Picks the members out of an object; `None` if it is none.
            pub(super) fn of(value: &'v Value) -> Option<Self> {
                let mut fields = Fields::default();
                for (key, member) in value.as_object()?.iter() {
                    match key {
                        $($key => { fields.$name.get_or_insert(member); })*
                        _ => {}
                    }
                }
                Some(fields)
            }

            /// The member of that name, if it is one that we know.
            pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
                match key {
                    $($key => self.$name,)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    additional = "additionalEventData",
    address = "sourceIPAddress",
    agent = "userAgent",
    api_version = "apiVersion",
    category = "eventCategory",
    details = "serviceEventDetails",
    error = "errorCode",
    error_message = "errorMessage",
    identity = "userIdentity",
    insight = "insightDetails",
    kind = "eventType",
    name = "eventName",
    read_only = "readOnly",
    recipient = "recipientAccountId",
    region = "awsRegion",
    request = "requestParameters",
    request_id = "requestID",
    resources = "resources",
    response = "responseElements",
    shared = "sharedEventID",
    source = "eventSource",
    splunk_raw = "_raw",
    time = "eventTime",
    uid = "eventID",
    version = "eventVersion",
    vpc_endpoint = "vpcEndpointId",
}

/// How many of CloudTrail's own names must stand beside `eventSource` and `eventName`: other
/// products have events with a source and a name too.
const NAMES_MIN: usize = 2;

impl Fields<'_> {
    /// Whether an object bears the names of a CloudTrail record. Notices of S3, SQS, SNS, Kinesis
    /// and DynamoDB share most of the names, but their `eventSource` is `aws:…`.
    pub(super) fn is_record(&self) -> bool {
        let own = [self.version, self.region, self.recipient, self.identity, self.address];
        if own.iter().flatten().count() < NAMES_MIN {
            return false;
        }
        let notice = self.source.and_then(Value::as_str).is_some_and(|s| s.starts_with("aws:"));
        let call = self.source.is_some() && self.name.is_some() && !notice;
        call || self.insight.is_some() || text(self.kind) == Some("AwsCloudTrailInsight")
    }
}

/// The text of a member, unless it is empty or something else.
pub(super) fn text(member: Option<&Value>) -> Option<&str> {
    member?.as_str().filter(|text| !text.is_empty())
}
