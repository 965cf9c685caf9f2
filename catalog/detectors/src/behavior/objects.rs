//! Objects of S3: what is noted of each read, write and deletion, from data events of CloudTrail
//! and from S3's own access logs.

use std::collections::BTreeMap;

use model::seam::detector::{Findings, Keys, Mark, Marked};
use model::{Effect, Event, Outcome, Time};
use ocsf::Scalar;
use rustc_hash::{FxHashMap, FxHashSet};

use super::asked::{Asked, with_caller};
use super::calls::role;
use super::marks::Kind;
use crate::web::{cut, hash};

/// A text is kept to this length, in bytes.
const TEXT_MAX: usize = 200;

/// What was done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Its data were fetched.
    Read,
    /// It was written.
    Written,
    /// It was written, locked with a key that its owner does not have: the caller's own (SSE-C),
    /// or one of KMS in another account.
    Locked,
    /// It was deleted.
    Deleted,
}

const DEEDS: [Deed; 4] = [Deed::Read, Deed::Written, Deed::Locked, Deed::Deleted];

fn text(event: &Event<'_>, name: &str) -> String {
    let mut found = String::new();
    event.body.field(name, &mut |value| {
        if let Some(text) = value.as_str() {
            cut(text, TEXT_MAX).clone_into(&mut found);
        }
        false
    });
    found
}

fn integer(event: &Event<'_>, name: &str) -> u64 {
    let mut found = 0;
    event.body.field(name, &mut |value| {
        if let Scalar::Int(number) = value {
            found = number;
        }
        false
    });
    found.clamp(0, 1 << 60) as u64
}

/// Marks a deed: who by number, the bucket by number, the object hashed, the bytes.
fn mark(
    event: &Event<'_>,
    out: &mut dyn Findings,
    deed: Deed,
    who: (u64, u64),
    (key, bytes): (u64, u64),
) {
    let keys = Keys::from_slice(&[who, (key, bytes << 2 | deed as u64)]);
    out.mark(event, Mark { rule: Kind::Object as u32, effect: Effect::Attempt, keys, note: None });
}

/// Notes a call that reads or writes an object. Deletions are calls that take something away, and
/// noted as such.
pub fn call(action: &str, event: &Event<'_>, asked: &mut Asked, out: &mut dyn Findings) {
    let deed = match action {
        "GetObject" | "SelectObjectContent" => Deed::Read,
        "PutObject" | "CopyObject" | "CompleteMultipartUpload" => Deed::Written,
        _ => return,
    };
    if event.outcome == Outcome::Failure {
        return;
    }
    let mut caller = None;
    with_caller(event, &mut |name| caller = Some(asked.named(role(name), event, out)));
    let Some(caller) = caller else { return };
    let deed = if deed == Deed::Written && is_locked(event) { Deed::Locked } else { deed };
    let key = hash(&text(event, "requestParameters.key"));
    let bytes = integer(event, "additionalEventData.bytesTransferredOut");
    let bucket = asked.named(&text(event, "requestParameters.bucketName"), event, out);
    mark(event, out, deed, (caller, bucket), (key, bytes));
}

/// Whether an object is written with a key that the account does not have.
fn is_locked(event: &Event<'_>) -> bool {
    let own = "requestParameters.x-amz-server-side-encryption-customer-algorithm";
    let foreign = || {
        let key = text(event, "requestParameters.x-amz-server-side-encryption-aws-kms-key-id");
        let account = key.starts_with("arn:").then(|| key.split(':').nth(4)).flatten();
        account.is_some_and(|account| account != text(event, "recipientAccountId"))
    };
    event.body.has(own) || text(event, "additionalEventData.SSEApplied") == "SSE_C" || foreign()
}

/// Notes a line of an access log.
pub fn access(event: &Event<'_>, asked: &mut Asked, out: &mut dyn Findings) {
    let deed = match text(event, "operation").as_str() {
        "REST.GET.OBJECT" => Deed::Read,
        "REST.PUT.OBJECT" | "REST.COPY.OBJECT" => Deed::Written,
        "REST.DELETE.OBJECT" | "BATCH.DELETE.OBJECT" => Deed::Deleted,
        _ => return,
    };
    let requester = text(event, "requester");
    if event.outcome == Outcome::Failure || requester.is_empty() {
        return;
    }
    let who = asked.named(role(&requester), event, out);
    let bucket = asked.named(&text(event, "bucket_name"), event, out);
    let key = hash(&text(event, "key"));
    mark(event, out, deed, (who, bucket), (key, integer(event, "bytessent")));
}

/// One deed.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// The mark's number.
    pub at: usize,
    /// When.
    pub time: Time,
    /// What.
    pub deed: Deed,
    /// The object, hashed.
    pub key: u64,
    /// Bytes that were fetched.
    pub bytes: u64,
}

/// Deeds by caller and bucket.
pub type ByBucket<'m> = BTreeMap<(&'m str, &'m str), Vec<Done>>;

/// All deeds, in order of time; copies are left out.
pub fn done(marks: &[Marked]) -> ByBucket<'_> {
    let mut names: FxHashMap<u64, &str> = FxHashMap::default();
    for marked in marks.iter().filter(|marked| marked.mark.rule == Kind::Caller as u32) {
        let note = marked.mark.note.as_deref();
        let name = note.and_then(|note| note.texts.first());
        if let (Some((number, _)), Some(name)) = (marked.mark.keys.first(), name) {
            names.insert(*number, name);
        }
    }
    let mut known = FxHashSet::default();
    let mut all: ByBucket<'_> = BTreeMap::new();
    for (at, marked) in marks.iter().enumerate() {
        let is = marked.mark.rule == Kind::Object as u32;
        if !is || (marked.uid != 0 && !known.insert(marked.uid)) {
            continue;
        }
        let [(caller, bucket), (key, rest)] = *marked.mark.keys.as_slice() else { continue };
        let Some(deed) = DEEDS.get((rest & 3) as usize).copied() else { continue };
        let name = |number| names.get(&number).copied().unwrap_or_default();
        let one = Done { at, time: marked.time, deed, key, bytes: rest >> 2 };
        all.entry((name(caller), name(bucket))).or_default().push(one);
    }
    all
}

#[cfg(test)]
pub mod testing {
    //! Deeds as the judge notes them.

    use super::*;

    /// A name and its number.
    pub fn named(text: &str) -> Marked {
        let mut mark = Kind::Caller.mark(vec![text.to_owned()], Outcome::Unknown);
        mark.keys = Keys::from_slice(&[(hash(text), 0)]);
        Marked { time: Time::seconds(0), uid: 0, mark }
    }

    pub fn deed(second: i64, who: &str, bucket: &str, deed: Deed, key: u64) -> Marked {
        let keys = Keys::from_slice(&[(hash(who), hash(bucket)), (key, 1000 << 2 | deed as u64)]);
        let (rule, effect) = (Kind::Object as u32, Effect::Attempt);
        let mark = Mark { rule, effect, keys, note: None };
        Marked { time: Time::seconds(second), uid: 0, mark }
    }
}
