//! What a trail claims: where it began and why, whom it is about, the damage, what is missing.

use std::collections::BTreeMap;

use model::finding::Evidence;
use model::incident::{Claim, Gap, Impact, Involved, Part, Recommendation};
use model::seam::report::Language;
use model::{Effect, EntityKind, Time};

use super::fact::What;
use super::mail::Mails;
use super::requests::named;
use super::story::Piece;
use super::visits::Visit;
use super::words::{clean, say};
use super::{Trail, advice};

/// The claims.
pub(crate) struct Claims {
    pub(crate) entry: Option<Claim>,
    pub(crate) causes: Vec<Claim>,
    pub(crate) entities: Vec<Involved>,
    pub(crate) impact: Vec<Impact>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) advice: Vec<Recommendation>,
    /// When the first request worked that did more than try.
    pub(crate) succeeded_at: Option<Time>,
}

/// What is claimed.
pub(super) fn claims(
    trail: &Trail,
    visits: &[Visit<'_>],
    mails: &Mails<'_>,
    pieces: &[Piece],
    language: Language,
) -> Claims {
    let first = visits.iter().find(|visit| visit.first);
    let entities = entities(trail, visits, pieces);
    let impact = impact(trail, mails, language);
    let advice = advice::advice(trail, &entities, !mails.cited.is_empty(), language);
    Claims {
        entry: first.map(|visit| entry(trail, visit, language)),
        causes: first.into_iter().filter_map(|visit| cause(visit, language)).collect(),
        entities,
        impact,
        gaps: gaps(trail, pieces, language),
        advice,
        succeeded_at: first.map(|visit| visit.begin),
    }
}

fn entry(trail: &Trail, visit: &Visit<'_>, language: Language) -> Claim {
    let (client, what, code) = named(visit);
    let (host, begin) = (clean(&trail.host), visit.begin);
    let proven = visit.entry.is_some_and(super::Entry::is_proven);
    let (english, japanese) = match (proven, visit.commands.is_empty()) {
        (true, false) => (
            format!("{what}{code} by {client} at {begin} ran a program on {host}."),
            format!(
                "{begin} に {client} からの {what}{code} により、{host} でプログラムが実行された。"
            ),
        ),
        (true, true) => (
            format!(
                "{what}{code} by {client} at {begin} carried a command for a file that then appeared on {host}."
            ),
            format!(
                "{begin} に {client} からの {what}{code} に、その後 {host} に現れたファイルを扱うコマンドが含まれていた。"
            ),
        ),
        (false, _) => (
            format!(
                "A program started on {host} at the time of {what}{code} by {client} at {begin}; no log shows that this request started it."
            ),
            format!(
                "{begin} の {client} からの {what}{code} と同時刻に {host} でプログラムが起動した。このリクエストが原因だと示す記録はない。"
            ),
        ),
    };
    let text = say(language, english, japanese);
    let confidence = visit.entry.map_or(0.5, |entry| entry.sure);
    Claim { text, confidence, evidence: visit.evidence.clone() }
}

fn cause(visit: &Visit<'_>, language: Language) -> Option<Claim> {
    let (name, _) = visit.entry?.value.as_ref()?;
    let ((_, what, _), name) = (named(visit), clean(name));
    let text = say(
        language,
        format!(
            "{what} puts the value of “{name}” into a shell command: a client's value is run as a command (command injection)."
        ),
        format!(
            "{what} がパラメーター「{name}」の値をシェルコマンドに渡しており、クライアントの値がコマンドとして実行される（OS コマンドインジェクション）。"
        ),
    );
    Some(Claim { text, confidence: 0.95, evidence: visit.evidence.clone() })
}

fn entities(trail: &Trail, visits: &[Visit<'_>], pieces: &[Piece]) -> Vec<Involved> {
    let mut all: BTreeMap<(EntityKind, String), (Part, Time, Time)> = BTreeMap::new();
    let mut add = |kind, value: &str, part: Part, first: Time, last: Time| {
        let entry = all.entry((kind, value.to_owned())).or_insert((part, first, last));
        *entry = (entry.0.min(part), entry.1.min(first), entry.2.max(last));
    };
    for piece in pieces {
        let (step, from, to) = (&piece.step, piece.step.start, piece.step.end);
        if step.effect >= Effect::Success {
            add(trail.kind, &trail.host, Part::Victim, from, to);
            trail
                .instance
                .iter()
                .for_each(|i| add(EntityKind::Instance, i, Part::Victim, from, to));
            trail.addresses.iter().for_each(|ip| add(EntityKind::Ip, ip, Part::Victim, from, to));
        }
        for (kind, value) in &step.entities {
            let theirs = trail.attackers.contains(value)
                || trail.names.contains(value)
                || trail.remotes.contains(value);
            let part = match kind {
                EntityKind::Ip | EntityKind::Domain if theirs => Part::Attacker,
                EntityKind::File => Part::Created,
                EntityKind::Process | EntityKind::Mailbox => Part::Used,
                EntityKind::Url if step.effect >= Effect::Success => Part::Affected,
                _ => continue,
            };
            add(*kind, value, part, from, to);
        }
    }
    // What the intruder's commands name is theirs, though no log of the network shows it.
    if let (Some(from), Some(to)) =
        (visits.iter().filter(|v| v.entry.is_some()).map(|v| v.begin).min(), last(pieces))
    {
        trail.names.iter().for_each(|n| add(EntityKind::Domain, n, Part::Attacker, from, to));
        trail.remotes.iter().for_each(|ip| add(EntityKind::Ip, ip, Part::Attacker, from, to));
    }
    for visit in visits {
        let times = (visit.begin, visit.evidence.last().map_or(visit.begin, |e| e.time));
        for user in trail.facts.iter().filter_map(|fact| match &fact.what {
            What::Request(request) if visit.evidence.contains(&fact.at) => request.user.as_ref(),
            _ => None,
        }) {
            add(EntityKind::User, user, Part::Attacker, times.0, times.1);
        }
    }
    all.into_iter()
        .map(|((kind, value), (part, first, last))| Involved { kind, value, part, first, last })
        .collect()
}

fn last(pieces: &[Piece]) -> Option<Time> {
    pieces.iter().map(|piece| piece.step.end).max()
}

fn impact(trail: &Trail, mails: &Mails<'_>, language: Language) -> Vec<Impact> {
    if mails.cited.is_empty() {
        return Vec::new();
    }
    let value = mails.count() as f64;
    let text = mails.sentence(language, &trail.host);
    let (kind, unit) = ("mails_sent", "mails");
    let evidence = mails.cited.clone();
    vec![Impact { kind, value, low: value, high: value, unit, text, evidence }]
}

/// What a plane of logs is called.
fn plane(slug: &str) -> [&'static str; 2] {
    match slug {
        "process" => ["process records", "プロセスの記録"],
        "file" => ["file integrity records", "ファイル改ざん検知の記録"],
        "web" => ["web server records", "Web サーバーの記録"],
        "application" => ["application records", "アプリケーションの記録"],
        "mail" => ["mail records", "メールの記録"],
        "load_balancer" => ["load balancer records", "ロードバランサーの記録"],
        "dns" => ["records of names asked for", "名前解決の記録"],
        _ => ["flow records", "フローの記録"],
    }
}

/// Planes of logs that say nothing of this host in the time of the incident.
fn gaps(trail: &Trail, pieces: &[Piece], language: Language) -> Vec<Gap> {
    let Some(start) = pieces.iter().map(|piece| piece.step.start).min() else { return Vec::new() };
    let end = pieces.iter().map(|piece| piece.step.end).max().unwrap_or(start);
    let own = |wanted: fn(&What) -> bool| trail.facts.iter().any(|fact| wanted(&fact.what));
    let other = |wanted: fn(&What) -> bool| trail.around.iter().any(|fact| wanted(&fact.what));
    let traced = trail.entries.iter().any(|entry| match trail.facts.get(entry.request) {
        Some(fact) => matches!(&fact.what, What::Request(request) if request.trace.is_some()),
        None => false,
    });
    // Each plane, whether it is there, and whether there is anything to look for in it.
    let planes = [
        ("process", own(|w| matches!(w, What::Start(_))), true),
        ("file", own(|w| matches!(w, What::File { .. })), true),
        ("web", own(|w| matches!(w, What::Request(r) if r.code.is_some())), true),
        ("application", own(|w| matches!(w, What::Request(r) if r.code.is_none())), true),
        ("mail", own(|w| matches!(w, What::Mail { .. })), true),
        ("load_balancer", other(|w| matches!(w, What::Request(_))), traced),
        ("dns", other(|w| matches!(w, What::Lookup { .. })), !trail.names.is_empty()),
        ("flow", other(|w| matches!(w, What::Flow { .. })), !trail.remotes.is_empty()),
    ];
    let host = clean(&trail.host);
    let missing = planes.into_iter().filter(|(_, there, sought)| !there && *sought);
    missing
        .map(|(source, ..)| (source, plane(source)))
        .map(|(source, [english, japanese])| Gap {
            text: say(
                language,
                format!("No {english} of {host} between {start} and {end}: what they would show cannot be said."),
                format!("{start} から {end} までの {host} の{japanese}がないため、それが示す事実は判断できない。"),
            ),
            source: source.to_owned(),
            start,
            end,
        })
        .collect()
}

/// The records that claims stand on.
impl Claims {
    pub(crate) fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        let claims = self.entry.iter().chain(&self.causes).flat_map(|claim| &claim.evidence);
        claims.chain(self.impact.iter().flat_map(|impact| &impact.evidence))
    }
}
