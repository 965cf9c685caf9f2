//! What acts, after people have agreed: one service a file. Calls go through `aws`.

mod autoscaling;
mod balancer;
mod ec2;
mod iam;
mod network;
mod planted;
mod renewal;
mod waf;
mod wire;

use std::rc::Rc;

use aws::Client;
use model::seam::responder::Responder;

/// The actions that there is a responder for, sorted.
pub const ACTIONS: &[&str] = &[
    "autoscaling.detach",
    "autoscaling.refresh",
    "autoscaling.resume",
    "autoscaling.set_desired",
    "autoscaling.standby",
    "autoscaling.suspend",
    "ec2.cancel_spot_fleet",
    "ec2.delete_fleet",
    "ec2.delete_key_pair",
    "ec2.delete_launch_template",
    "ec2.delete_security_group",
    "ec2.deny_address",
    "ec2.isolate",
    "ec2.protect",
    "ec2.remove_protection",
    "ec2.set_template",
    "ec2.snapshot",
    "ec2.stop",
    "ec2.tag",
    "ec2.terminate",
    "ec2.untrack",
    "elb.deregister",
    "iam.deactivate_key",
    "iam.remove_user",
    "iam.revoke_instance_sessions",
    "iam.revoke_sessions",
    "waf.block",
    "waf.count",
];

/// The responder of an action, with a client of the account and region to act in.
pub fn make(action: &str, client: Rc<Client>) -> Option<Box<dyn Responder>> {
    let wire = wire::Wire(client);
    Some(match action {
        "ec2.deny_address" | "ec2.isolate" | "ec2.untrack" => Box::new(network::Network(wire)),
        "autoscaling.refresh" | "autoscaling.set_desired" | "ec2.set_template" => {
            Box::new(renewal::Renewal(wire))
        }
        "elb.deregister" => Box::new(balancer::Balancers(wire)),
        name if planted::is_mine(name) => Box::new(planted::Planted(wire)),
        name if !ACTIONS.contains(&name) => return None,
        name if name.starts_with("autoscaling.") => Box::new(autoscaling::Groups(wire)),
        name if name.starts_with("waf.") => Box::new(waf::Waf(wire)),
        name if name.starts_with("iam.") => Box::new(iam::Identities(wire)),
        _ => Box::new(ec2::Machines(wire)),
    })
}
