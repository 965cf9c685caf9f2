//! The client: one try, the tries after it, and what a failure means.

use std::io::{self, Read as _, Write};
use std::time::Duration;

use ureq::http as wire;

use crate::clock::{Clock, System};
use crate::error::Error;
use crate::request::{Method, Request};
use crate::settings::{Redirects, Settings};
use crate::{Answer, explain, retry, tls, url};

/// The most redirects in a row.
const HOPS_MAX: usize = 5;
/// The largest piece read at a time.
const PIECE: usize = 1 << 16;

/// A client. Connections are kept and used again.
pub struct Client {
    agent: ureq::Agent,
    settings: Settings,
    clock: Box<dyn Clock>,
}

impl Client {
    /// A client by the machine's clock. An error names a proxy or an authority that is unusable.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Client::with_clock(settings, Box::new(System))
    }

    /// The same by a clock of one's own.
    pub fn with_clock(settings: Settings, clock: Box<dyn Clock>) -> Result<Self, Error> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_global(Some(settings.timeout))
            .user_agent(settings.agent.clone())
            .proxy(proxy(&settings)?)
            .tls_config(tls::config(&settings.authorities)?)
            .build();
        Ok(Client { agent: config.new_agent(), settings, clock })
    }

    /// Sends, trying again as the settings allow, and reads the answer whole. Any status that
    /// does not pass by itself is an answer; a redirect that is not followed is an error.
    pub fn send(&self, request: &Request) -> Result<Answer, Error> {
        self.tries(request, &mut |_| Ok(None))
    }

    /// The same, and every status but 2xx is an error that says what it means.
    pub fn call(&self, request: &Request) -> Result<Answer, Error> {
        let answer = self.send(request)?;
        if answer.is_success() { Ok(answer) } else { Err(explain::status(request, &answer)) }
    }

    /// The same, with the body written to `to` as it comes. A failure within the body is not
    /// tried again, for `to` has a part of it already.
    pub fn fetch(&self, request: &Request, to: &mut dyn Write) -> Result<Answer, Error> {
        let limit = self.settings.body_max;
        let mut take = |response: &mut Response| {
            if !response.status().is_success() {
                return Ok(None);
            }
            match copy(request, response, limit, to) {
                Ok(()) => Ok(Some(Vec::new())),
                Err(failure) => Err(Failure { passing: false, ..failure }),
            }
        };
        let answer = self.tries(request, &mut take)?;
        if answer.is_success() { Ok(answer) } else { Err(explain::status(request, &answer)) }
    }

    fn tries(&self, request: &Request, take: Take) -> Result<Answer, Error> {
        self.check_host(request)?;
        let mut failed = 0;
        loop {
            let (error, asked, again) = match self.hops(request, take) {
                Ok(answer) if !retry::is_passing(answer.status) => return Ok(answer),
                Ok(answer) => {
                    let asked = retry::asked_for(&answer, self.clock.now());
                    let again = request.repeatable || retry::was_not_acted_on(answer.status);
                    (explain::status(request, &answer), asked, again)
                }
                Err(failure) => {
                    let again = failure.passing && (request.repeatable || !failure.error.unsure);
                    (failure.error, None, again)
                }
            };
            let wait = asked.unwrap_or_else(|| {
                retry::backoff(&self.settings, failed, request.url.len() as u64)
            });
            if !again || failed >= self.settings.retries || wait > self.settings.wait_max {
                return Err(explain::given_up(error, failed, wait));
            }
            self.clock.sleep(wait);
            failed += 1;
        }
    }

    fn check_host(&self, request: &Request) -> Result<(), Error> {
        let host = url::host(&request.url);
        let allowed = &self.settings.hosts;
        if allowed.is_empty() || allowed.iter().any(|known| known.eq_ignore_ascii_case(&host)) {
            return Ok(());
        }
        Err(Error::user(
            format!("{}: {host} is not among the hosts that may be spoken to", request.shown()),
            "Add the host to the list in the settings if it is meant.",
        ))
    }

    /// One try, with the redirects that may be followed.
    fn hops(&self, request: &Request, take: Take) -> Result<Answer, Failure> {
        let mut request = request.clone();
        for _ in 0..=HOPS_MAX {
            let answer = self.once(&request, take)?;
            let location = answer.header("location").filter(|_| is_redirect(answer.status));
            let Some(location) = location else { return Ok(answer) };
            let target = url::resolve(&request.url, location);
            let same = url::origin(&target) == url::origin(&request.url);
            let reads = matches!(request.method, Method::Get | Method::Head);
            if self.settings.redirects != Redirects::SameHost || !same || !reads {
                return Err(explain::redirect(&request, &target).into());
            }
            request.url = target;
        }
        Err(explain::redirect(&request, &request.url).into())
    }

    fn once(&self, request: &Request, take: Take) -> Result<Answer, Failure> {
        let sent = self.agent.run(wire_request(request)?);
        let mut response = sent.map_err(|error| explain::transport(request, &error))?;
        let mut answer = Answer { status: response.status().as_u16(), ..Answer::default() };
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            answer.headers.push((name.as_str().to_owned(), value));
        }
        answer.body = match take(&mut response)? {
            Some(body) => body,
            None => self.read(request, &mut response)?,
        };
        Ok(answer)
    }

    fn read(&self, request: &Request, response: &mut Response) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        copy(request, response, self.settings.body_max, &mut body).map(|()| body)
    }
}

/// A failed try, and whether the next may do better.
pub(crate) struct Failure {
    pub error: Error,
    pub passing: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error, passing: false }
    }
}

type Response = wire::Response<ureq::Body>;
/// Takes the body elsewhere, or leaves it to be read whole.
type Take<'a> = &'a mut dyn FnMut(&mut Response) -> Result<Option<Vec<u8>>, Failure>;

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn proxy(settings: &Settings) -> Result<Option<ureq::Proxy>, Error> {
    let Some(text) = &settings.proxy else { return Ok(None) };
    let wrong = || {
        Error::user(
            format!("the proxy {} cannot be used", url::shown(text)),
            "Write it as http://host:port, with user:password@ before the host if it asks.",
        )
    };
    let parsed = ureq::Proxy::new(text).map_err(|_| wrong())?;
    let mut built = ureq::Proxy::builder(parsed.protocol()).host(parsed.host()).port(parsed.port());
    if let Some(user) = parsed.username() {
        built = built.username(user);
    }
    if let Some(password) = parsed.password() {
        built = built.password(password);
    }
    for host in &settings.no_proxy {
        built = built.no_proxy(host);
    }
    built.build().map(Some).map_err(|_| wrong())
}

fn wire_request(request: &Request) -> Result<wire::Request<&[u8]>, Failure> {
    let mut built = wire::Request::builder().method(request.method.word()).uri(&request.url);
    for (name, value) in &request.headers {
        built = built.header(name, value);
    }
    built.body(request.body.as_slice()).map_err(|_| {
        let what = format!("{}: the address or a header is malformed", request.shown());
        Error::user(what, "Check the address and the token in the settings for stray characters.")
            .into()
    })
}

/// Reads a body into `to`; longer than `limit` is an error.
fn copy(
    request: &Request,
    response: &mut Response,
    limit: u64,
    to: &mut dyn Write,
) -> Result<(), Failure> {
    let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut piece = vec![0; PIECE];
    let mut taken = 0;
    loop {
        let count = match reader.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(explain::transport(request, &ureq::Error::Io(error))),
        };
        taken += count as u64;
        if taken > limit {
            return Err(explain::too_long(request, limit).into());
        }
        to.write_all(piece.get(..count).unwrap_or_default()).map_err(|error| {
            let what = format!("{}: the answer cannot be kept: {error}", request.shown());
            Error::user(what, "Check the free space.")
        })?;
    }
}

/// How long to wait before a whole new attempt when nothing better is known.
pub(crate) const LATER: Duration = Duration::from_mins(1);
