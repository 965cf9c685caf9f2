//! What the client may do and how long it may take.

use std::time::Duration;

/// What happens when the other side says that the thing is elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// It is an error that names the other address.
    #[default]
    Refused,
    /// GET and HEAD follow it, as long as scheme, host and port stay the same.
    SameHost,
}

/// Bounds and ways. The default suits an API that answers with JSON.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Until the connection stands, TLS included.
    pub connect_timeout: Duration,
    /// For one try as a whole, with the reading of the answer.
    pub timeout: Duration,
    /// The longest answer that is read, in bytes; a longer one is an error.
    pub body_max: u64,
    /// How often a failed try is repeated.
    pub retries: u32,
    /// The first wait; each further one is twice as long.
    pub backoff: Duration,
    /// The longest single wait, also if the other side asks for more: then the error says when.
    pub wait_max: Duration,
    /// Redirects.
    pub redirects: Redirects,
    /// `http://[user:password@]host:port` of a proxy, or none.
    pub proxy: Option<String>,
    /// Hosts reached without the proxy.
    pub no_proxy: Vec<String>,
    /// Authorities trusted beside the machine's own: the text of a PEM file.
    pub authorities: Vec<u8>,
    /// The only hosts that may be spoken to; empty for any.
    pub hosts: Vec<String>,
    /// The `User-Agent` header.
    pub agent: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            body_max: 8 << 20,
            retries: 4,
            backoff: Duration::from_millis(500),
            wait_max: Duration::from_mins(1),
            redirects: Redirects::default(),
            proxy: None,
            no_proxy: Vec::new(),
            authorities: Vec::new(),
            hosts: Vec::new(),
            agent: concat!("yagura/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
