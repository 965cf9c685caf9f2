//! An incident seen: a new case, an update, nothing new, or a recurrence.

use std::collections::BTreeSet;

use model::Error;
use model::case::{Case, Kept, LinkKind};
use model::seam::ledger::Ledger;

use super::{Changes, Now, tie, transact};

/// The share of the smaller side's records that two incidents must have in common to be one.
const SHARED_MIN: f64 = 0.25;
/// How long after its end an open case takes in the same trouble, in seconds.
const SAME_TROUBLE: i64 = 24 * 3600;

/// What became of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// A case was opened.
    Opened(u64),
    /// Its case has it as it is now.
    Updated(u64),
    /// Its case knew all of it.
    Known(u64),
    /// Its case was closed and it went on: a new case, tied to the old one.
    Recurred {
        /// The new one.
        case: u64,
        /// The closed one.
        of: u64,
    },
}

/// Keeps an incident, in one transaction.
pub fn settle(ledger: &mut dyn Ledger, now: &Now, seen: &Kept) -> Result<Settled, Error> {
    transact(ledger, now, &mut |ledger| decide(ledger, now, seen))
}

fn decide(ledger: &dyn Ledger, now: &Now, seen: &Kept) -> Result<(Settled, Changes), Error> {
    let met = meet(ledger, seen)?;
    let mut changes = Changes::default();
    if let Some(open) = met.open {
        return Ok(update(open, now, seen, met.others, &mut changes, ledger)?.with(changes));
    }
    let number = ledger.highest()? + 1;
    let mut case = Case::open(number, seen.clone(), now.at);
    let Some((mut old, grown)) = met.closed else {
        let mut said = vec![format!("opened: {}", seen.title())];
        tie::alike(ledger, &mut case, &mut said, &mut changes)?;
        changes.cases.push((case, said));
        return Ok((Settled::Opened(number), changes));
    };
    if !grown {
        return Ok((Settled::Known(old.number), changes));
    }
    let why = "it went on after the case was closed: the earlier response did not hold";
    case.link(LinkKind::RecurrenceOf, old.number, why);
    old.link(LinkKind::RecurredAs, number, why);
    let settled = Settled::Recurred { case: number, of: old.number };
    let mut said = vec![format!("opened as a recurrence of {}: {}", old.name(), seen.title())];
    tie::alike(ledger, &mut case, &mut said, &mut changes)?;
    changes.cases.push((case, said));
    changes.cases.push((old, vec![format!("recurred as C-{number}")]));
    Ok((settled, changes))
}

impl Settled {
    fn with(self, changes: Changes) -> (Settled, Changes) {
        (self, changes)
    }
}

/// The cases that an incident belongs to.
struct Met {
    /// The one that it updates.
    open: Option<Case>,
    /// Other open ones that it covers, too.
    others: Vec<u64>,
    /// The newest closed one, and whether there is more to it now.
    closed: Option<(Case, bool)>,
}

fn meet(ledger: &dyn Ledger, seen: &Kept) -> Result<Met, Error> {
    let marks: Vec<String> = seen.marks().into_iter().collect();
    let mut numbers: Vec<u64> = ledger.of_incident(seen.uid())?;
    for (number, shared) in ledger.sharing(&marks)? {
        let Some(case) = ledger.case(number)? else { continue };
        let smaller = marks.len().min(case.incident.marks().len()).max(1);
        if shared as f64 >= SHARED_MIN * smaller as f64 {
            numbers.push(number);
        }
    }
    let mut same_trouble = Vec::new();
    if numbers.is_empty() {
        same_trouble = ledger.of_fingerprint(&seen.fingerprint())?;
    }
    let mut met = Met { open: None, others: Vec::new(), closed: None };
    let mut known = BTreeSet::new();
    for number in numbers.iter().chain(&same_trouble).filter(|number| known.insert(**number)) {
        let Some(case) = ledger.case(*number)? else { continue };
        let by_trouble = same_trouble.contains(number);
        if by_trouble && !case.is_closed() && !soon_after(&case.incident, seen) {
            continue;
        }
        if case.is_closed() {
            let newer = met.closed.as_ref().is_none_or(|(best, _)| best.number < case.number);
            if newer {
                let grown = by_trouble || has_more(&case.incident, seen);
                met.closed = Some((case, grown));
            }
        } else if met.open.is_some() {
            met.others.push(*number);
        } else {
            met.open = Some(case);
        }
    }
    Ok(met)
}

fn soon_after(old: &Kept, new: &Kept) -> bool {
    let ((old_first, old_last), (first, last)) = (old.span(), new.span());
    first - old_last <= SAME_TROUBLE && old_first - last <= SAME_TROUBLE
}

/// Whether something is cited that was not, later than all that was.
fn has_more(old: &Kept, new: &Kept) -> bool {
    new.span().1 > old.span().1 && !new.marks().is_subset(&old.marks())
}

fn update(
    mut case: Case,
    now: &Now,
    seen: &Kept,
    others: Vec<u64>,
    changes: &mut Changes,
    ledger: &dyn Ledger,
) -> Result<Settled, Error> {
    let mut said = Vec::new();
    for number in others {
        let Some(mut other) = ledger.case(number)? else { continue };
        let why = "one incident covers the records of both";
        if case.link(LinkKind::Overlaps, number, why) {
            said.push(format!("overlaps with C-{number}"));
        }
        if other.link(LinkKind::Overlaps, case.number, why) {
            changes.cases.push((other, vec![format!("overlaps with {}", case.name())]));
        }
    }
    // A run over a part of the logs must not take away what a run over more of them found.
    let (old, new) = (case.incident.marks(), seen.marks());
    let less = new.len() < old.len() && new.is_subset(&old);
    let told =
        |kept: &Kept| ["title", "severity", "outcome", "kind"].map(|k| kept.text(k).to_owned());
    if !less && (new != old || told(&case.incident) != told(seen)) {
        let more = new.difference(&old).count();
        said.push(format!("seen again: {more} more cited records, {}", seen.title()));
        case.incident = seen.clone();
        case.sightings += 1;
        case.renew_checklist();
    }
    let number = case.number;
    if said.is_empty() {
        return Ok(Settled::Known(number));
    }
    case.updated = now.at;
    changes.cases.push((case, said));
    Ok(Settled::Updated(number))
}
