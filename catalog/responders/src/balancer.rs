//! Load balancers: an instance taken out of the target groups that send it requests (ELB v2).

use aws::{Call, Protocol};
use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, list, text, unknown};

/// Pages of the list of target groups.
const PAGES_MAX: usize = 100;

pub(crate) struct Balancers(pub(crate) Wire);

impl Balancers {
    fn ask(
        &self,
        action: &'static str,
        with: &[(&str, &str)],
        absent: &[&str],
    ) -> Result<Option<Value>, Error> {
        let call = Call::new("elasticloadbalancing", "2015-12-01", action, Protocol::Query);
        self.0.call(call, with, absent)
    }

    /// The target groups of the region that have instances for targets.
    fn groups(&self) -> Result<Vec<String>, Error> {
        let (mut out, mut marker) = (Vec::new(), String::new());
        for _ in 0..PAGES_MAX {
            let with = [("Marker", marker.as_str())];
            let with = if marker.is_empty() { &[][..] } else { &with[..] };
            let page = self.ask("DescribeTargetGroups", with, &[])?.unwrap_or_default();
            let of_instances =
                list(&page, "/TargetGroups").iter().filter(|it| text(it, "/TargetType") != "ip");
            out.extend(of_instances.map(|it| text(it, "/TargetGroupArn").to_owned()));
            text(&page, "/NextMarker").clone_into(&mut marker);
            if marker.is_empty() {
                break;
            }
        }
        Ok(out)
    }

    /// Where the instance gets requests: target groups and ports.
    fn registered(&self, id: &str) -> Result<Vec<Value>, Error> {
        let mut out = Vec::new();
        for group in self.groups()? {
            let with = [("TargetGroupArn", group.as_str())];
            let said = self.ask("DescribeTargetHealth", &with, &["TargetGroupNotFound"])?;
            let said = said.unwrap_or_default();
            for it in list(&said, "/TargetHealthDescriptions") {
                let state = text(it, "/TargetHealth/State");
                if text(it, "/Target/Id") == id && state != "draining" {
                    out.push(json!({"group": group, "port": text(it, "/Target/Port")}));
                }
            }
        }
        Ok(out)
    }

    fn each(&self, action: &'static str, id: &str, before: &Value) -> Result<(), Error> {
        for it in list(before, "/targets") {
            let mut with =
                vec![("TargetGroupArn", text(it, "/group")), ("Targets.member.1.Id", id)];
            let port = text(it, "/port");
            if !port.is_empty() {
                with.push(("Targets.member.1.Port", port));
            }
            // Whoever deleted the group, or the target's place in it, took it out too.
            self.ask(action, &with, &["TargetGroupNotFound", "InvalidTarget"])?;
        }
        Ok(())
    }
}

impl Responder for Balancers {
    fn look(&self, step: &Step, _: &Facts) -> Result<Stand, Error> {
        let targets = self.registered(&step.target.value)?;
        let before = json!({"targets": targets});
        Ok(if targets.is_empty() { Stand::Done } else { Stand::Ready(before) })
    }

    fn act(&self, step: &Step, before: &Value) -> Result<(), Error> {
        match step.action.as_str() {
            "elb.deregister" => self.each("DeregisterTargets", &step.target.value, before),
            _ => Err(unknown(step)),
        }
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        self.each("RegisterTargets", &step.target.value, before)
    }
}
