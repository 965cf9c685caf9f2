//! AWS CloudTrail: who called which AWS API, from where, on what.

mod delegate;
mod entities;
mod envelope;
mod export;
mod fields;
mod grant;
mod lives;
mod ocsf;
mod record;
pub(super) mod targets;
mod verbs;
mod wrapper;

use frame::{Content, Input, Piece};
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Reject};

use envelope::Reader;

/// The source `aws.cloudtrail`.
pub struct CloudTrail;

const SPEC: &str = concat!(
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/",
    "cloudtrail-event-reference.html"
);
/// The most documents that recognition counts; the sample may hold more.
const DOCUMENTS_MAX: u64 = 64;
/// So much of the sample tells in nearly all cases.
const HEAD: usize = 8 << 10;

impl Source for CloudTrail {
    fn about(&self) -> &'static About {
        &About {
            name: "aws.cloudtrail",
            line: "AWS CloudTrail records: who called which AWS API, from where, on what",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [::ocsf::Class] {
        const {
            &[
                ::ocsf::Class::ACCOUNT_CHANGE,
                ::ocsf::Class::AUTHENTICATION,
                ::ocsf::Class::API_ACTIVITY,
            ]
        }
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("cloudtrail"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if export::columns_of_sample(sample).is_some() {
            return Likeness::Name;
        }
        // Most blobs of other kinds are told apart here, without reading them as JSON.
        let named = ["eventSource", "AwsCloudTrailInsight"]
            .iter()
            .any(|name| memmem::find(sample, name.as_bytes()).is_some());
        if !named {
            return Likeness::No;
        }
        let head = sample.get(..HEAD).unwrap_or(sample);
        if let (1.., 0) = count(head) { Likeness::Name } else { recognise_documents(sample) }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        if let Some(columns) = export::columns_of_sample(input.sample()) {
            export::read(input, &columns, out);
            return;
        }
        let mut reader = Reader::new(out);
        if input.is_sparse() {
            reader.number_by_document();
        }
        input.documents(&mut |piece| match piece {
            Piece::Document(document) => reader.document(document),
            Piece::Damage { line, why, excerpt } => reader.damage(line, &why, &excerpt),
        });
        reader.done();
    }
}

/// CloudTrail records and documents of other kinds in a sample.
fn count(sample: &[u8]) -> (u64, u64) {
    let mut nowhere = Nowhere;
    let mut reader = Reader::new(&mut nowhere);
    let mut documents = 0;
    Input::new(Content::Whole(sample)).documents(&mut |piece| {
        if let Piece::Document(document) = piece
            && documents < DOCUMENTS_MAX
        {
            documents += 1;
            reader.document(document);
        }
    });
    (reader.ours(), reader.others())
}

fn recognise_documents(sample: &[u8]) -> Likeness {
    let (ours, others) = count(sample);
    match (ours, others) {
        (0, 0) if bears_names(sample) => Likeness::Name,
        (0, _) => Likeness::No,
        _ if ours >= others => Likeness::Name,
        // Some records among many other documents: another source may know it better.
        _ => Likeness::Format,
    }
}

/// Whether a sample that breaks off inside its first document bears CloudTrail's names, perhaps
/// within a string (`\"eventSource\"`). Other AWS notices have an `eventSource` such as `aws:s3`.
fn bears_names(sample: &[u8]) -> bool {
    if !sample.trim_ascii_start().starts_with(b"{") && !sample.trim_ascii_start().starts_with(b"[")
    {
        return false;
    }
    let has = |name: &str| memmem::find(sample, name.as_bytes()).is_some();
    if has("AwsCloudTrailInsight") && has("insightDetails") {
        return true;
    }
    let is_service = |at: usize| {
        let rest = sample.get(at + "eventSource".len()..).unwrap_or(&[]);
        let value = rest.trim_ascii_start();
        let marks = value.iter().take_while(|b| matches!(b, b'\\' | b'"' | b':' | b' ')).count();
        let value = value.get(marks..).unwrap_or(&[]);
        let end = value.iter().position(|b| matches!(b, b'\\' | b'"')).unwrap_or(0);
        memmem::find(value.get(..end).unwrap_or(&[]), b".amazonaws.com").is_some()
    };
    has("eventName")
        && (has("eventVersion") || has("awsRegion"))
        && memmem::find_iter(sample, b"eventSource").any(is_service)
}

/// A tray for recognition: counting is the reader's own.
struct Nowhere;

impl Intake for Nowhere {
    fn event(&mut self, _: &Event<'_>) {}
    fn reject(&mut self, _: Reject) {}
}

#[cfg(test)]
mod tests;
