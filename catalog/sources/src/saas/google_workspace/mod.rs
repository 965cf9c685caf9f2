//! `saas.google_workspace`: audit activities of Google Workspace, from the Reports API or as
//! Google Cloud Logging gets them.

mod attributes;
mod body;
mod deed;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use crate::nested::{self, Found, Kind};
use record::Record;

/// The source.
pub struct GoogleWorkspace;

const NAME: &str = "saas.google_workspace";

const KIND: Kind = Kind {
    what: "an activity of Google Workspace",
    marks: &[&["applicationName", "actor"], &["protoPayload", "activityId"]],
    is_record: |value, _| record::is_activity(value),
    emit,
};

const LOGSOURCES: &[LogSource] = &[
    workspace("google_workspace.admin"),
    workspace("google_workspace.login"),
    workspace("google_workspace.drive"),
    workspace("google_workspace.token"),
];

const fn workspace(service: &'static str) -> LogSource {
    LogSource { product: Some("gcp"), service: Some(service), category: None }
}

impl Source for GoogleWorkspace {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Google Workspace audit: sign-ins, admin console, Drive, tokens, groups",
            spec: "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::DETECTION_FINDING,
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::ENTITY_MANAGEMENT,
            Class::USER_ACCESS,
            Class::GROUP_MANAGEMENT,
            Class::API_ACTIVITY,
            Class::FILE_HOSTING,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(time) = record::time(found.value).or(found.around.time) else {
        return out.refuse(found.at, "id.time cannot be read as a time", found.raw);
    };
    let record = Record::new(found.value, time);
    out.event(&Event {
        source: NAME,
        time,
        // The unique qualifier tells apart what has the same time, no more.
        uid: None,
        at: found.at,
        outcome: record.outcome(),
        credential: None,
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}
