//! What is asked. Debug output shows neither headers nor the body.

use std::fmt;

/// The methods that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2).
    pub fn is_idempotent(self) -> bool {
        !matches!(self, Method::Post | Method::Patch)
    }
}

/// One request.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) repeatable: bool,
    pub(crate) secret_path: bool,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Request {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            repeatable: method.is_idempotent(),
            secret_path: false,
        }
    }

    /// A GET.
    pub fn get(url: impl Into<String>) -> Self {
        Request::new(Method::Get, url)
    }

    /// A POST of bytes.
    pub fn post(url: impl Into<String>, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Request::new(Method::Post, url).body(kind, body)
    }

    /// The same with a header more. Headers never show in errors.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a body of a media type.
    #[must_use]
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// The same, and it may be sent again although the first may have arrived. (GET, HEAD, PUT
    /// and DELETE always may.)
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The same, and its path holds a secret: errors name the host only.
    #[must_use]
    pub fn secret_path(mut self) -> Self {
        self.secret_path = true;
        self
    }

    /// How errors name it: method and address, without user, password, query and secret path.
    pub fn shown(&self) -> String {
        let url = crate::url::shown(&self.url);
        let url = if self.secret_path { crate::url::origin(&url).to_owned() } else { url };
        format!("{} {url}", self.method.word())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}
