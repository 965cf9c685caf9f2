//! A new case is tied to those that it is like, both ways, in the commit that opens it.

use model::Error;
use model::case::{Case, LinkKind};
use model::seam::ledger::Ledger;

use super::Changes;
use crate::similar;

/// How alike two cases must be to be tied, from 0 to 1.
const TIED_MIN: f64 = 0.45;
/// To how many.
const TIED_MAX: usize = 3;

/// Ties a case that is about to be opened.
pub(super) fn alike(
    ledger: &dyn Ledger,
    case: &mut Case,
    said: &mut Vec<String>,
    changes: &mut Changes,
) -> Result<(), Error> {
    let cases = ledger.cases()?;
    for like in similar::like(&cases, &case.incident, None, TIED_MAX) {
        let known = case.links.iter().any(|link| link.case == like.case);
        let other = cases.iter().find(|other| other.number == like.case);
        let Some(mut other) = other.filter(|_| !known && like.score >= TIED_MIN).cloned() else {
            continue;
        };
        case.link(LinkKind::Similar, other.number, &similar::why(&like));
        other.link(LinkKind::Similar, case.number, &like.because.join("; "));
        said.push(format!("similar to {}", other.name()));
        changes.cases.push((other, vec![format!("similar to {}", case.name())]));
    }
    Ok(())
}
