//! What records tell of instances: when they came, ran and went, and what was bound to them.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::time::Time;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $one:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$each])* $one),* }

        impl $name {
            /// The interface's word.
            pub fn word(self) -> &'static str {
                match self { $($name::$one => $word),* }
            }

            /// Reads the interface's word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$one),)* _ => None }
            }
        }
    };
}

words! {
    /// The states of an EC2 instance, in the order of a life.
    Phase {
        /// It is being made; it does not count as running.
        Pending = "pending",
        /// It runs.
        Running = "running",
        /// It is being stopped.
        Stopping = "stopping",
        /// It is stopped and may be started again.
        Stopped = "stopped",
        /// It is being ended.
        ShuttingDown = "shutting-down",
        /// It is gone for good.
        Terminated = "terminated",
    }
}

words! {
    /// How a record comes to tell of a phase, the most exact first.
    Told {
        /// The service says that the state began at that time.
        State = "state",
        /// Somebody asked for it, and the service agreed.
        Call = "call",
        /// The service took the instance back.
        Evicted = "eviction",
        /// A group says that it had been done by that time.
        Activity = "activity",
        /// A description says when the instance was launched, or why its state changed.
        Description = "description",
        /// It was in that state at that time or later.
        Seen = "seen",
        /// It sent or received something at that time.
        Alive = "alive",
    }
}

words! {
    /// What is known of an instance besides its times.
    Trait {
        /// The account that owns it.
        Account = "account",
        /// Its region.
        Region = "region",
        /// Its availability zone.
        Zone = "zone",
        /// The Auto Scaling group.
        Group = "group",
        /// Its tag `Name`.
        Name = "name",
        /// The application, by tag.
        Application = "application",
        /// The environment, by tag.
        Environment = "environment",
        /// The instance type.
        Type = "type",
        /// The image.
        Image = "image",
        /// The launch template.
        Template = "template",
        /// The version of the launch template.
        TemplateVersion = "template_version",
        /// The subnet.
        Subnet = "subnet",
        /// The network.
        Vpc = "vpc",
        /// `spot` or `on-demand`.
        Market = "market",
        /// The instance profile.
        Profile = "profile",
    }
}

/// An address of an instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address<'a> {
    /// The address, as the record has it.
    pub ip: Cow<'a, str>,
    /// The interface that has it.
    pub eni: Option<Cow<'a, str>>,
    /// Whether the internet reaches it.
    pub public: bool,
}

/// What one record tells of one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting<'a> {
    /// The instance's id.
    pub instance: Cow<'a, str>,
    /// When it was so.
    pub time: Time,
    /// The phase, and how it comes to be told; some records tell of none.
    pub phase: Option<(Phase, Told)>,
    /// What else is known.
    pub traits: SmallVec<[(Trait, Cow<'a, str>); 8]>,
    /// Its addresses at that time.
    pub addresses: Vec<Address<'a>>,
}

impl<'a> Sighting<'a> {
    /// A sighting with nothing but the phase.
    pub fn new(
        instance: impl Into<Cow<'a, str>>,
        time: Time,
        phase: Option<(Phase, Told)>,
    ) -> Self {
        let instance = instance.into();
        Sighting { instance, time, phase, traits: SmallVec::new(), addresses: Vec::new() }
    }

    /// Adds what is known, if it is.
    pub fn know(&mut self, what: Trait, value: Option<impl Into<Cow<'a, str>>>) {
        if let Some(value) = value.map(Into::into).filter(|value: &Cow<'_, str>| !value.is_empty())
        {
            self.traits.push((what, value));
        }
    }

    /// Takes a tag: those that tell name, group, template, application, environment count.
    pub fn tag(&mut self, key: &str, value: &'a str) {
        let what = match key {
            "aws:autoscaling:groupName" => Trait::Group,
            "aws:ec2launchtemplate:id" => Trait::Template,
            "aws:ec2launchtemplate:version" => Trait::TemplateVersion,
            "Name" => Trait::Name,
            _ if is_one_of(key, &["application", "app", "service"]) => Trait::Application,
            _ if is_one_of(key, &["environment", "env", "stage"]) => Trait::Environment,
            _ => return,
        };
        self.know(what, Some(value));
    }
}

fn is_one_of(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| key.eq_ignore_ascii_case(name))
}
