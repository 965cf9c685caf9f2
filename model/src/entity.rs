//! Who and what events are about. Kinds are the machine interface's words.

use std::borrow::Cow;

macro_rules! kinds {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// What sort of thing an entity is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum EntityKind { $($name),* }

        impl EntityKind {
            /// Every kind, in order.
            pub const ALL: &'static [EntityKind] = &[$(EntityKind::$name),*];

            /// The interface's word.
            pub fn word(self) -> &'static str {
                match self { $(EntityKind::$name => $word),* }
            }
        }
    };
}

kinds! {
    Ip = "ip", Principal = "principal", Session = "session", AccessKey = "access_key",
    Instance = "instance", Asg = "asg", Eni = "eni", Account = "account", Region = "region",
    Host = "host", Process = "process", File = "file", Url = "url", Domain = "domain",
    Database = "database", Table = "table", Bucket = "bucket", Object = "object",
    Mailbox = "mailbox", Container = "container", Image = "image", Role = "role", User = "user",
}

/// The part an entity plays in one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// It acted: the caller, the client, the process.
    Actor,
    /// It was acted upon.
    Target,
    /// The action made it (a new key, instance, user).
    Created,
    /// It is where things happened: account, region, the server that logged.
    Place,
}

/// Something an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entity<'a> {
    /// What sort of thing.
    pub kind: EntityKind,
    /// Its name or id, as the log has it.
    pub value: Cow<'a, str>,
    /// Its part in the event.
    pub role: Role,
}

impl<'a> Entity<'a> {
    /// An entity with its part.
    pub fn new(kind: EntityKind, value: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Entity { kind, value: value.into(), role }
    }

    /// The same entity, owning its value.
    pub fn into_owned(self) -> Entity<'static> {
        Entity { kind: self.kind, value: Cow::Owned(self.value.into_owned()), role: self.role }
    }
}
