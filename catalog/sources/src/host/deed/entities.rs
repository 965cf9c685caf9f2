//! Whom and what a deed is about.

use std::borrow::Cow;

use model::{Entity, EntityKind, Role};
use ocsf::Class;

use super::{Deed, End};
use crate::aws::shared::push;

/// Addresses that every machine has for itself, or that stand for any.
fn is_own(ip: &str) -> bool {
    ip.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

impl<'a> Deed<'a> {
    /// Entities with their parts.
    pub fn entities(self, out: &mut Vec<Entity<'a>>) {
        push(out, EntityKind::Host, self.host, Role::Place);
        push(out, EntityKind::Ip, self.host_ip, Role::Place);
        let starts = self.class == Class::PROCESS_ACTIVITY && self.activity == 1;
        let is_told = self.class.category_uid() == 5;
        let role = match () {
            () if starts => Role::Created,
            () if is_told => Role::Target,
            () => Role::Actor,
        };
        let name = self.process.path.or(self.process.name);
        push(out, EntityKind::Process, name, role);
        if !is_told {
            let parent = self.parent.path.or(self.parent.name);
            push(out, EntityKind::Process, parent, Role::Actor);
        }
        let role = if is_told { Role::Target } else { Role::Actor };
        // Of a finding, the account acts unless the process has one of its own.
        let acts = self.class == Class::AUTHENTICATION
            || self.class == Class::DETECTION_FINDING && self.process.user.is_none();
        push(out, EntityKind::User, self.process.user, role);
        let makes = self.class == Class::FILE_ACTIVITY && self.activity == 1;
        let role = if makes { Role::Created } else { Role::Target };
        push(out, EntityKind::File, self.file.path, role);
        push(out, EntityKind::File, self.file.result, Role::Created);
        push(out, EntityKind::User, self.user, if acts { Role::Actor } else { Role::Target });
        ends(out, self.source, self.target);
        push(out, EntityKind::Container, self.container.id, Role::Place);
        push(out, EntityKind::Image, self.container.image, Role::Place);
        let (namespace, pod) = (self.container.namespace, self.container.pod);
        if let (Some(namespace), Some(pod)) = (namespace, pod) {
            // As the Kubernetes audit log writes it.
            let name: Cow<'a, str> = format!("{namespace}/{pod}").into();
            push(out, EntityKind::Container, Some(name), Role::Place);
        }
    }
}

fn ends<'a>(out: &mut Vec<Entity<'a>>, source: End<'a>, target: End<'a>) {
    push(out, EntityKind::Ip, source.ip.filter(|ip| !is_own(ip)), Role::Actor);
    push(out, EntityKind::Ip, target.ip.filter(|ip| !is_own(ip)), Role::Target);
    push(out, EntityKind::Domain, target.host, Role::Target);
}
