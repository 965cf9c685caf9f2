//! Facts: what an event of a host, or about it, says. They are drawn from OCSF attributes, so
//! that every source tells them alike, and small enough to keep by the hundred thousand.

use model::finding::Evidence;
use model::{EntityKind, Event, Outcome, Role};
use ocsf::{Flat, Path, Scalar, paths};

/// The longest text kept of a request, in bytes: parameters stand at its start.
const RAW_MAX: usize = 4096;
/// The longest command line kept, in bytes.
const COMMAND_MAX: usize = 4096;

/// OCSF class ids.
const FILE_ACTIVITY: u16 = ocsf::Class::FILE_ACTIVITY.uid;
const PROCESS_ACTIVITY: u16 = ocsf::Class::PROCESS_ACTIVITY.uid;
const DETECTION_FINDING: u16 = ocsf::Class::DETECTION_FINDING.uid;
pub(crate) const NETWORK_ACTIVITY: u16 = ocsf::Class::NETWORK_ACTIVITY.uid;
pub(crate) const HTTP_ACTIVITY: u16 = ocsf::Class::HTTP_ACTIVITY.uid;
pub(crate) const DNS_ACTIVITY: u16 = ocsf::Class::DNS_ACTIVITY.uid;
const EMAIL_ACTIVITY: u16 = ocsf::Class::EMAIL_ACTIVITY.uid;

/// One fact, with its record.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) at: Evidence,
    /// The number of the host in whose own log it stands; `None` for logs about hosts.
    pub(crate) host: Option<usize>,
    pub(crate) what: What,
}

/// What a record says.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A program was started.
    Start(Process),
    /// A process did something to a file; `made` if the file is new.
    Act {
        by: Process,
        file: String,
        made: bool,
    },
    /// A file is new or changed; nobody says who did it.
    File {
        path: String,
        made: bool,
    },
    /// Malware was found in a file.
    Malware {
        path: String,
        name: String,
    },
    Request(Box<Request>),
    /// A name was looked up.
    Lookup {
        name: String,
        answers: Vec<String>,
        asker: Option<String>,
        instance: Option<String>,
    },
    /// Packets went from one address to another.
    Flow {
        from: String,
        to: String,
        port: Option<i64>,
        bytes: i64,
        instance: Option<String>,
        /// The network interface that saw it.
        interface: Option<String>,
        /// Whether it was turned away.
        refused: bool,
    },
    /// A message took a step on its way.
    Mail {
        id: String,
        from: Option<String>,
        way: Way,
    },
}

/// A step of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Handed,
    Delivered,
    Refused,
    Other,
}

/// A process, as one record names it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Process {
    pub(crate) pid: i64,
    pub(crate) parent: Option<i64>,
    pub(crate) command: String,
    pub(crate) program: String,
}

/// A request, as one record tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) code: Option<i64>,
    /// Whether it was turned away.
    pub(crate) refused: bool,
    /// The id that proxies hand on, so that several logs tell of the same request.
    pub(crate) trace: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) user: Option<String>,
    /// The address of the server that answered.
    pub(crate) server: Option<String>,
    /// How long it took, in nanoseconds; 0 if the record does not say.
    pub(crate) took: i64,
    pub(crate) raw: String,
}

impl Fact {
    /// The start of its time, in nanoseconds since 1970.
    pub(crate) fn start(&self) -> i64 {
        self.at.time.start
    }
}

fn text(flat: &Flat<'_>, path: Path) -> Option<String> {
    flat.get(path).and_then(Scalar::as_str).map(str::to_owned)
}

fn number(flat: &Flat<'_>, path: Path) -> Option<i64> {
    match flat.get(path)? {
        Scalar::Int(number) => Some(*number),
        Scalar::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn cut(text: &str, max: usize) -> String {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text).to_owned()
}

/// What an event says, if it is of use for following an intruder.
pub(crate) fn what(event: &Event<'_>) -> Option<What> {
    let flat = event.body.ocsf();
    match flat.class.uid {
        PROCESS_ACTIVITY => {
            let launched = number(&flat, paths::ACTIVITY_ID) == Some(1);
            let process = started(&flat)?;
            launched.then_some(What::Start(process))
        }
        FILE_ACTIVITY => {
            let made =
                number(&flat, paths::ACTIVITY_ID) == Some(1) && event.outcome != Outcome::Failure;
            let file = text(&flat, paths::FILE_PATH)?;
            Some(match actor(&flat) {
                Some(by) => What::Act { by, file, made },
                None => What::File { path: file, made },
            })
        }
        DETECTION_FINDING => {
            let path = text(&flat, paths::MALWARE_PATH);
            let path = path.or_else(|| text(&flat, paths::EVIDENCES_FILE_PATH))?;
            let name = text(&flat, paths::MALWARE_NAME)?;
            Some(What::Malware { path, name })
        }
        NETWORK_ACTIVITY => Some(What::Flow {
            from: text(&flat, paths::SRC_ENDPOINT_IP)?,
            to: text(&flat, paths::DST_ENDPOINT_IP)?,
            port: number(&flat, paths::DST_ENDPOINT_PORT),
            bytes: number(&flat, paths::TRAFFIC_BYTES).unwrap_or(0),
            instance: text(&flat, paths::SRC_ENDPOINT_INSTANCE_UID)
                .or_else(|| text(&flat, paths::DEVICE_INSTANCE_UID)),
            interface: text(&flat, paths::DEVICE_INTERFACE_UID),
            refused: event.outcome == Outcome::Failure,
        }),
        DNS_ACTIVITY => {
            let texts = |path| flat.all(path).filter_map(Scalar::as_str).map(str::to_owned);
            Some(What::Lookup {
                name: text(&flat, paths::QUERY_HOSTNAME)?,
                answers: texts(paths::ANSWERS_RDATA).collect(),
                asker: text(&flat, paths::SRC_ENDPOINT_IP),
                instance: text(&flat, paths::SRC_ENDPOINT_INSTANCE_UID),
            })
        }
        EMAIL_ACTIVITY => Some(What::Mail {
            id: text(&flat, paths::EMAIL_UID)?,
            from: text(&flat, paths::EMAIL_FROM),
            way: match (number(&flat, paths::ACTIVITY_ID), event.outcome) {
                (Some(2), Outcome::Success) => Way::Handed,
                (Some(1), Outcome::Success) => Way::Delivered,
                (Some(1), Outcome::Failure) => Way::Refused,
                _ => Way::Other,
            },
        }),
        class => request(event, &flat, class == HTTP_ACTIVITY),
    }
}

fn started(flat: &Flat<'_>) -> Option<Process> {
    let program = text(flat, paths::PROCESS_FILE_PATH).or_else(|| text(flat, paths::PROCESS_NAME));
    let command = text(flat, paths::PROCESS_CMD_LINE).or_else(|| program.clone())?;
    let parent = number(flat, paths::PROCESS_PARENT_PROCESS_PID);
    Some(Process {
        pid: number(flat, paths::PROCESS_PID)?,
        parent: parent.or_else(|| number(flat, paths::ACTOR_PROCESS_PID)),
        command: cut(&command, COMMAND_MAX),
        program: program.unwrap_or_default(),
    })
}

fn actor(flat: &Flat<'_>) -> Option<Process> {
    let program = text(flat, paths::ACTOR_PROCESS_FILE_PATH);
    let program = program.or_else(|| text(flat, paths::ACTOR_PROCESS_NAME)).unwrap_or_default();
    let command = text(flat, paths::ACTOR_PROCESS_CMD_LINE).unwrap_or_default();
    Some(Process {
        pid: number(flat, paths::ACTOR_PROCESS_PID)?,
        parent: number(flat, paths::ACTOR_PROCESS_PARENT_PROCESS_PID),
        command: cut(&command, COMMAND_MAX),
        program,
    })
}

/// A request: an HTTP activity, or an application's own line about one.
fn request(event: &Event<'_>, flat: &Flat<'_>, http: bool) -> Option<What> {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let named = |kind, role| {
        let found = entities.iter().find(|e| e.kind == kind && e.role == role);
        found.map(|e| e.value.to_string())
    };
    let path = text(flat, paths::HTTP_REQUEST_URL_PATH);
    let whole = path.or_else(|| named(EntityKind::Url, Role::Target))?;
    let (path, query) = match whole.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
        None => (whole, text(flat, paths::HTTP_REQUEST_URL_QUERY_STRING)),
    };
    let trace = text(flat, paths::HTTP_REQUEST_UID);
    // A proxy writes the client at the end of the list; what stands before it, the client wrote.
    let forwarded = flat.all(paths::HTTP_REQUEST_X_FORWARDED_FOR).filter_map(Scalar::as_str).last();
    let own = event.address.map(str::to_owned);
    let behind = own.as_deref().is_some_and(is_private);
    let client = forwarded.filter(|_| behind).map(str::to_owned).or(own);
    let millis = number(flat, paths::DURATION).unwrap_or(0).clamp(0, 3_600_000);
    let method = text(flat, paths::HTTP_REQUEST_HTTP_METHOD);
    if !http && client.is_none() {
        return None;
    }
    Some(What::Request(Box::new(Request {
        method: method.unwrap_or_default(),
        path,
        query,
        code: number(flat, paths::HTTP_RESPONSE_CODE),
        refused: event.outcome == Outcome::Failure,
        trace: trace.or_else(|| text(flat, paths::METADATA_CORRELATION_UID)),
        client,
        user: named(EntityKind::User, Role::Actor),
        server: http.then(|| named(EntityKind::Ip, Role::Place)).flatten(),
        took: millis.saturating_mul(1_000_000),
        // Other forms show their values in the query.
        raw: if event.raw.starts_with('{') { cut(event.raw, RAW_MAX) } else { String::new() },
    })))
}

/// Whether an address is of a network's inside.
pub(crate) fn is_private(address: &str) -> bool {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => false,
    }
}
