//! Gaps: kinds of log that say nothing at a time when an incident in accounts went on.

use model::incident::{Gap, Involved, Part};
use model::seam::report::Language;
use model::{EntityKind, Time};

use crate::intake::Harvest;
use crate::portal::Issuer;

/// Logs are delivered in pieces: silence up to this long is none. Nanoseconds.
const SILENCE: i64 = 30 * 60 * 1_000_000_000;
/// Gaps told of one kind of log.
const GAPS_MAX: usize = 4;

/// OCSF class ids.
const DETECTION_FINDING: u16 = ocsf::Class::DETECTION_FINDING.uid;
const NETWORK_ACTIVITY: u16 = ocsf::Class::NETWORK_ACTIVITY.uid;
const DNS_ACTIVITY: u16 = ocsf::Class::DNS_ACTIVITY.uid;
const API_ACTIVITY: u16 = ocsf::Class::API_ACTIVITY.uid;

/// From when to when logs of each kind speak, in nanoseconds since 1970; sorted.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    calls: Vec<(i64, i64)>,
    flows: Vec<(i64, i64)>,
    names: Vec<(i64, i64)>,
    logins: Vec<(i64, i64)>,
}

/// A kind of log: its slug, its name, and what cannot be said without it; in both languages.
struct Plane {
    slug: &'static str,
    english: [&'static str; 2],
    japanese: [&'static str; 2],
}

const CALLS: Plane = Plane {
    slug: "control",
    english: ["records of calls to AWS", "who did what in the accounts cannot be said"],
    japanese: ["AWS API 呼び出しの記録", "アカウント内で誰が何をしたか"],
};
const FLOWS: Plane = Plane {
    slug: "flow",
    english: ["flow records", "what the machines spoke to, and how much left, cannot be said"],
    japanese: ["フローの記録", "インスタンスの通信先と流出量"],
};
const NAMES: Plane = Plane {
    slug: "dns",
    english: ["records of names asked for", "which names the machines asked for cannot be said"],
    japanese: ["名前解決の記録", "インスタンスが問い合わせた名前"],
};
const LOGINS: Plane = Plane {
    slug: "identity_provider",
    english: [
        "records of the identity provider",
        "who logged in there, and whether it issued the word that opened the session, cannot be said",
    ],
    japanese: ["ID プロバイダーの記録", "誰がログインしたか、セッションの根拠が正規に発行されたか"],
};

impl Coverage {
    /// What was read, by kind.
    pub(crate) fn of(harvest: &Harvest, issuers: &[Issuer]) -> Self {
        let mut all = Coverage::default();
        for (file, origin) in (0u32..).zip(&harvest.origins) {
            let Some(span) = origin.span else { continue };
            let has = |uid| origin.source.classes().iter().any(|class| class.uid == uid);
            // A product's findings tell of calls; the calls themselves are not there.
            if has(DETECTION_FINDING) {
                continue;
            }
            if has(API_ACTIVITY) {
                all.calls.push(span);
            }
            if has(NETWORK_ACTIVITY) {
                all.flows.push(span);
            }
            if has(DNS_ACTIVITY) {
                all.names.push(span);
            }
            if issuers.iter().any(|issuer| issuer.holds(file)) {
                all.logins.push(span);
            }
        }
        for spans in [&mut all.calls, &mut all.flows, &mut all.names, &mut all.logins] {
            spans.sort_unstable();
        }
        all
    }

    /// When the last record was made that would tell of a machine, in nanoseconds since 1970.
    pub(crate) fn last(&self) -> Option<i64> {
        self.calls.iter().chain(&self.flows).map(|(_, end)| *end).max()
    }

    /// Until when records of calls go on without a hole, from a time on and to another at most.
    pub(crate) fn calls_until(&self, first: i64, last: i64) -> i64 {
        holes(&self.calls, (first, last)).first().map_or(last, |(start, _)| *start)
    }

    /// What is missing of an incident's time.
    pub(crate) fn gaps(
        &self,
        (first, last): (Time, Time),
        entities: &[Involved],
        federated: bool,
        language: Language,
    ) -> Vec<Gap> {
        let parts = [Part::Victim, Part::Affected, Part::Created];
        let machine = |e: &&Involved| e.kind == EntityKind::Instance && parts.contains(&e.part);
        let from = entities.iter().filter(machine).map(|e| e.first).min();
        let mut out = Vec::new();
        let mut look = |plane: &Plane, spans: &[(i64, i64)], from: Time| {
            let holes = holes(spans, (from.start, last.end));
            out.extend(holes.into_iter().take(GAPS_MAX).map(|hole| gap(plane, hole, language)));
        };
        look(&CALLS, &self.calls, first);
        if let Some(from) = from {
            look(&FLOWS, &self.flows, from);
            look(&NAMES, &self.names, from);
        }
        if federated {
            look(&LOGINS, &self.logins, first);
        }
        out
    }
}

/// The parts of a time in which none of the spans speaks.
fn holes(spans: &[(i64, i64)], (first, last): (i64, i64)) -> Vec<(i64, i64)> {
    let (mut out, mut at) = (Vec::new(), first);
    for (start, end) in spans.iter().copied().filter(|(_, end)| *end >= first) {
        if start > last {
            break;
        }
        if start.saturating_sub(at) > SILENCE {
            out.push((at, start));
        }
        at = at.max(end);
    }
    let silent = !spans.iter().any(|(start, end)| *start <= last && *end >= first);
    if silent {
        return vec![(first, last)];
    }
    if last.saturating_sub(at) > SILENCE {
        out.push((at, last));
    }
    out
}

fn gap(plane: &Plane, (start, end): (i64, i64), language: Language) -> Gap {
    let second = 1_000_000_000;
    let [start, end] = [start, end].map(|nanos| Time::seconds(nanos.div_euclid(second)));
    let [what, cannot] = match language {
        Language::English => plane.english,
        Language::Japanese => plane.japanese,
    };
    let text = match language {
        Language::English => format!("No {what} between {start} and {end}: {cannot}."),
        Language::Japanese => {
            format!("{start} から {end} までの{what}がないため、{cannot}は判断できない。")
        }
    };
    Gap { text, source: plane.slug.to_owned(), start, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60 * 1_000_000_000;

    #[test]
    fn silence_is_a_hole_and_short_pauses_are_none() {
        let at = |minutes: i64| minutes * MINUTE;
        let whole = (at(0), at(300));
        assert_eq!(holes(&[], whole), [whole]);
        assert_eq!(holes(&[(at(-9), at(100)), (at(120), at(290))], whole), []);
        let spans = [(at(0), at(50)), (at(10), at(40)), (at(200), at(230))];
        assert_eq!(holes(&spans, whole), [(at(50), at(200)), (at(230), at(300))]);
        // What lies before and after says nothing of the time between.
        assert_eq!(holes(&[(at(-50), at(-20)), (at(400), at(450))], whole), [whole]);
        // An incident of a moment: there is a record of it, or there is none.
        assert_eq!(holes(&[(at(0), at(9))], (at(5), at(5))), []);
        assert_eq!(holes(&[(at(8), at(9))], (at(5), at(5))), [(at(5), at(5))]);
    }
}
