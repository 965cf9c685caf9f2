//! Links to groups: findings that are joined, directly or through others.

use model::incident::Link;

/// Links weaker than this do not join.
pub(crate) const WEIGHT_MIN: f64 = 0.5;

/// Groups of findings (by number, ascending), in the order of their first finding.
pub(crate) fn groups(count: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..count).collect();
    for link in links.iter().filter(|link| link.weight >= WEIGHT_MIN) {
        let mut members = link.findings.iter().copied();
        let Some(first) = members.next() else { continue };
        for other in members {
            let (a, b) = (find(&mut leader, first), find(&mut leader, other));
            // The smaller number leads, so that the order of links does not matter.
            if let Some(slot) = leader.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); count];
    for at in 0..count {
        let lead = find(&mut leader, at);
        if let Some(group) = groups.get_mut(lead) {
            group.push(at);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// The leader of a group, halving the path to it.
fn find(leader: &mut [usize], mut at: usize) -> usize {
    while let Some(&up) = leader.get(at) {
        if up == at {
            break;
        }
        let above = leader.get(up).copied().unwrap_or(up);
        if let Some(slot) = leader.get_mut(at) {
            *slot = above;
        }
        at = above;
    }
    at
}

#[cfg(test)]
mod tests {
    use model::incident::Reason;

    use super::*;

    fn link(findings: &[usize]) -> Link {
        Link { findings: findings.to_vec(), reason: Reason::Root(String::new()), weight: 0.9 }
    }

    #[test]
    fn joins_through_others_in_any_order() {
        let mut links = vec![link(&[3, 4]), link(&[0, 5]), link(&[4, 5])];
        let want = vec![vec![0, 3, 4, 5], vec![1], vec![2]];
        assert_eq!(groups(6, &links), want);
        links.reverse();
        assert_eq!(groups(6, &links), want);
        assert_eq!(groups(2, &[Link { weight: 0.2, ..link(&[0, 1]) }]).len(), 2);
    }
}
