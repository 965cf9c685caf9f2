//! Credentials that hand out credentials: whose hand a call was made with, in the end.

use std::collections::BTreeMap;

use crate::finding::Evidence;

/// A credential handed out by an issuing call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The new credential's id.
    pub child: String,
    /// The credential the issuing call was made with, if it was one (a SAML or web identity has
    /// none).
    pub parent: Option<String>,
    /// Whom it stands for: role ARN, user ARN.
    pub principal: String,
    /// The outside identity that it was issued to, if it came by federation.
    pub subject: Option<String>,
    /// The call that issued it.
    pub by: String,
    /// Where that call came from.
    pub address: Option<String>,
    /// The id of the identity provider's word that it was issued on (a SAML assertion's id).
    pub assertion: Option<String>,
}

/// Every issuing call seen, by the credential it returned.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    grants: BTreeMap<String, (Grant, Evidence)>,
}

/// No chain of credentials is followed further than this.
const DEPTH_MAX: usize = 64;

impl Sessions {
    /// Notes a grant; of two for the same credential the earlier stays.
    pub fn add(&mut self, grant: Grant, evidence: Evidence) {
        let entry = self.grants.entry(grant.child.clone());
        entry
            .and_modify(|known| {
                if (&evidence, &grant) < (&known.1, &known.0) {
                    *known = (grant.clone(), evidence.clone());
                }
            })
            .or_insert((grant, evidence));
    }

    /// Gives every citation its blob's number.
    pub fn in_file(&mut self, file: u32) {
        self.grants.values_mut().for_each(|(_, evidence)| evidence.file = file);
    }

    /// Takes in another's grants.
    pub fn merge(&mut self, other: Sessions) {
        for (_, (grant, evidence)) in other.grants {
            self.add(grant, evidence);
        }
    }

    /// The call that issued a credential.
    pub fn issued(&self, credential: &str) -> Option<&(Grant, Evidence)> {
        self.grants.get(credential)
    }

    /// Every grant, by credential.
    pub fn all(&self) -> impl Iterator<Item = &(Grant, Evidence)> {
        self.grants.values()
    }

    /// The chain of credentials from `credential` up to the first one known, itself included.
    pub fn chain<'s>(&'s self, credential: &'s str) -> Vec<&'s str> {
        let mut chain = vec![credential];
        while let Some(parent) =
            chain.last().and_then(|c| self.grants.get(*c)).and_then(|(g, _)| g.parent.as_deref())
        {
            if chain.contains(&parent) || chain.len() >= DEPTH_MAX {
                break;
            }
            chain.push(parent);
        }
        chain
    }

    /// The credential at the top of the chain.
    pub fn root<'s>(&'s self, credential: &'s str) -> &'s str {
        self.chain(credential).last().copied().unwrap_or(credential)
    }
}
