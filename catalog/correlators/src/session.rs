//! Findings made with credentials of one chain: exact, across accounts, without a time limit.

use std::collections::BTreeMap;

use model::Finding;
use model::incident::{Link, Reason};
use model::seam::About;
use model::seam::correlator::Correlator;
use model::session::Sessions;

/// The member.
pub const KIND: &dyn Correlator = &Session;

struct Session;

/// A chain that is known by the ids of its credentials is as good as certain.
const WEIGHT: f64 = 0.99;

impl Correlator for Session {
    fn about(&self) -> &'static About {
        &About {
            name: "session",
            line: "credentials that were handed out by one another",
            spec: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html",
        }
    }

    fn link(&self, findings: &[Finding], sessions: &Sessions) -> Vec<Link> {
        let mut by_root: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            if let Some(credential) = &finding.credential {
                by_root.entry(sessions.root(credential)).or_default().push(at);
            }
        }
        by_root
            .into_iter()
            .filter(|(_, findings)| findings.len() > 1)
            .map(|(root, findings)| Link {
                findings,
                reason: Reason::Root(root.to_owned()),
                weight: WEIGHT,
            })
            .collect()
    }
}
