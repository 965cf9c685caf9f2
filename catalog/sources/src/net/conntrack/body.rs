//! A tracked connection as OCSF attributes, entities and fields.

use model::{Body, Entity, EntityKind, Role};
use ocsf::{Class, Flat, Scalar, paths};

use super::entry::Entry;
use crate::aws::shared::{push, put_severity, put_status};

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::NETWORK_ACTIVITY, self.activity());
        flat.put(paths::METADATA_PRODUCT_NAME, "conntrack");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Netfilter");
        flat.put(paths::TIME, self.time.ocsf());
        put_severity(&mut flat, 1);
        put_status(&mut flat, self.outcome());
        self.original.put(&mut flat);
        flat.put_some(paths::CONNECTION_INFO_UID, self.id);
        flat.put_some(paths::STATUS_CODE, self.state);
        let seconds = self.pairs.iter().find(|(name, _)| *name == "delta-time");
        if let Some(seconds) = seconds.and_then(|(_, seconds)| seconds.parse::<i64>().ok()) {
            flat.put(paths::DURATION, seconds.saturating_mul(1000));
        }
        for (path, name, of_reply) in [
            (paths::TRAFFIC_BYTES_OUT, "bytes", false),
            (paths::TRAFFIC_BYTES_IN, "bytes", true),
            (paths::TRAFFIC_PACKETS_OUT, "packets", false),
            (paths::TRAFFIC_PACKETS_IN, "packets", true),
        ] {
            if let Some(count) = self.count(name, of_reply) {
                flat.put(path, count);
            }
        }
        for (path, name) in [(paths::TRAFFIC_BYTES, "bytes"), (paths::TRAFFIC_PACKETS, "packets")] {
            if let Some((out, back)) = self.count(name, false).zip(self.count(name, true)) {
                flat.put(path, out.saturating_add(back));
            }
        }
        ocsf::fitted(flat)
    }

    /// Names as the line has them; of those in both directions the original's come first.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "event" => self.event.map(Scalar::from),
            "state" => self.state.map(Scalar::from),
            "proto" => self.original.proto.map(Scalar::from),
            _ => self.original.field(name),
        };
        if let Some(value) = value {
            each(value);
            return;
        }
        let own = self.pairs.iter().filter(|(own, _)| *own == name);
        own.map(|(_, value)| match value.parse() {
            Ok(number) => Scalar::Int(number),
            Err(_) => Scalar::from(*value),
        })
        .all(each);
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.original.entities(out);
        // Where addresses are translated, the answer comes from the real end and goes to the
        // address that stands for the client.
        if self.reply.src != self.original.dst {
            push(out, EntityKind::Ip, self.reply.src, Role::Target);
        }
        if self.reply.dst != self.original.src {
            push(out, EntityKind::Ip, self.reply.dst, Role::Place);
        }
    }

    fn action(&self) -> String {
        let word = self.event.unwrap_or("tracked").to_ascii_lowercase();
        format!("{word} {}", self.original.phrase())
    }
}
