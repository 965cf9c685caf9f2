//! What rules and people ask of a record of a product.

use model::{Body, Entity, EntityKind, Role};
use ocsf::{Flat, Scalar};

use super::kind::Kind;
use super::{Record, keys};
use crate::aws::shared::{is_ip, push};

impl Record<'_> {
    /// A value of the head by the name that the format gives it.
    fn of_head(&self, name: &str) -> Option<&str> {
        Some(match name {
            "deviceVendor" | "Vendor" => &self.head.vendor,
            "deviceProduct" | "Product" => &self.head.product,
            "deviceVersion" | "Version" => &self.head.version,
            "deviceEventClassId" | "signatureId" | "EventID" => &self.head.id,
            "name" => self.head.name.as_ref()?,
            "severity" => self.head.severity.as_ref()?,
            _ => return None,
        })
    }

    /// Sigma's names for firewalls, proxies and virus scanners.
    fn sigma(&self, name: &str) -> Option<Scalar<'_>> {
        let text = |keys| self.first(keys).map(Scalar::Str);
        match name {
            "action" => text(keys::ACTION),
            "Signature" => (self.kind() == Kind::Finding).then(|| Scalar::Str(self.threat())),
            "Filename" => self.file().map(Scalar::Str),
            "c-ip" | "src_ip" | "dst_ip" | "src_port" | "dst_port" => self.ends().field(name),
            "cs-username" | "user" | "User" => text(keys::SOURCE_USER),
            _ => self.request().field(name),
        }
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.flat()
    }

    /// A key of the record, short or full; the label of a custom string; a value of the head;
    /// else Sigma's names.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let key = |name: &str| self.pairs.iter().find(|(key, _)| *key == name);
        let own = key(name).or_else(|| key(keys::other_name(name)?));
        if let Some((_, value)) = own {
            each(Scalar::Str(self.out(value)));
        } else if let Some(value) = self.of_head(name) {
            each(value.into());
        } else if let Some(value) = self.sigma(name) {
            each(value);
        } else if let Some(value) = self.labelled(&[name]) {
            each(Scalar::Str(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let is_login = self.kind() == Kind::Login;
        self.ends().entities(out);
        let named = |keys| self.raw_first(keys).filter(|host| !is_ip(host) && !host.contains(' '));
        push(out, EntityKind::Host, named(keys::SOURCE_HOST), Role::Actor);
        push(out, EntityKind::Host, named(keys::TARGET_HOST), Role::Target);
        let source = self.first(keys::SOURCE_USER);
        let role = if is_login && source.is_none() { Role::Actor } else { Role::Target };
        push(out, EntityKind::User, source, Role::Actor);
        push(out, EntityKind::User, self.first(keys::TARGET_USER), role);
        push(out, EntityKind::Process, self.first(keys::PROCESS), Role::Actor);
        push(out, EntityKind::File, self.file(), Role::Target);
        let request = self.request();
        if request.target.is_some() {
            request.entities(out);
        }
        push(out, EntityKind::Host, self.host().filter(|host| !is_ip(host)), Role::Place);
        push(out, EntityKind::Ip, self.host().filter(|host| is_ip(host)), Role::Place);
        push(out, EntityKind::Ip, self.address(keys::HOST_IP), Role::Place);
    }

    fn action(&self) -> String {
        let verdict = self.verdict().map(|(_, word)| format!(" ({})", word.to_lowercase()));
        let what = match self.kind() {
            Kind::Web => self.request().phrase(),
            Kind::Traffic => self.ends().phrase(),
            _ => self.title().into_owned(),
        };
        model::text::printable(&format!("{what}{}", verdict.unwrap_or_default()), 160).into_owned()
    }
}
