//! What logs alone cannot know: hosts, networks, applications, and one's own addresses.

use std::net::IpAddr;

use ipnet::IpNet;

/// A host by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub ip: Vec<IpAddr>,
    /// EC2 instance id.
    pub instance: Option<String>,
    /// Network interface id.
    pub eni: Option<String>,
    /// Auto Scaling group.
    pub asg: Option<String>,
    /// Application that runs on it.
    pub application: Option<String>,
    /// Environment (production, development).
    pub environment: Option<String>,
}

/// A network by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its addresses.
    pub cidr: IpNet,
    /// Its name.
    pub name: String,
    /// Whether what comes from it is one's own.
    pub trusted: bool,
}

/// An application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// How much depends on it.
    pub criticality: Option<String>,
}

/// All that a person handed over with `--assets`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// Hosts.
    pub hosts: Vec<Host>,
    /// Networks.
    pub networks: Vec<Network>,
    /// Applications.
    pub applications: Vec<Application>,
    /// The organisation's own outgoing addresses.
    pub egress: Vec<IpNet>,
}

impl Assets {
    /// Whether an address is one's own: never an attacker's, never to be blocked.
    pub fn owns(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        self.egress.iter().any(|net| net.contains(&address))
            || self.networks.iter().any(|net| net.trusted && net.cidr.contains(&address))
            || self.hosts.iter().any(|host| host.ip.contains(&address))
    }
}
