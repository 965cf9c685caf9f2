//! `saas.entra`: Microsoft Entra ID: sign-ins, directory audit, risks, calls of Microsoft Graph.

mod attributes;
mod body;
mod deed;
mod record;
mod time;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use crate::nested::{self, Found, Kind};
use record::{Record, Sort};

/// The source.
pub struct Entra;

const NAME: &str = "saas.entra";

const LOGSOURCES: &[LogSource] =
    &[azure("signinlogs"), azure("auditlogs"), azure("riskdetection"), azure("pim")];

const KIND: Kind = Kind {
    what: "a Microsoft Entra log record",
    // Names in small and large first letters: Graph and Azure Monitor write them, and the tables
    // of Log Analytics.
    marks: &[
        &["SignInLogs"],
        &["SigninLogs"],
        &["AuditLogs"],
        &["GraphActivityLogs"],
        &["ProvisioningLogs"],
        &["Risk", "category"],
        &["iskEventType", "etectedDateTime"],
        &["reatedDateTime", "ppId", "serPrincipalName"],
        &["reatedDateTime", "ppId", "ervicePrincipalId"],
        &["ctivityDisplayName", "ctivityDateTime", "argetResources"],
    ],
    is_record: |value, _| Sort::of(value).is_some(),
    emit,
};

impl Source for Entra {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Microsoft Entra ID: sign-ins, directory audit, risks, calls of Microsoft Graph",
            spec: "https://learn.microsoft.com/en-us/entra/identity/monitoring-health/overview-monitoring-health",
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

const fn azure(service: &'static str) -> LogSource {
    LogSource { product: Some("azure"), service: Some(service), category: None }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(sort) = Sort::of(found.value) else { return };
    let stated = time::of(found.value, sort).or(found.around.time);
    let Some(time) = stated else {
        return out.refuse(found.at, "no time of the record can be read", found.raw);
    };
    let record = Record::new(found.value, sort, time);
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid(),
        at: found.at,
        outcome: record.outcome(),
        credential: record.session(),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}
