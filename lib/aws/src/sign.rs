//! Signatures, version 4, by AWS's own crate.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;

use crate::chain::Credentials;
use crate::error::Error;

/// What is signed.
pub(crate) struct Signable<'r> {
    pub(crate) method: &'r str,
    pub(crate) url: &'r str,
    pub(crate) headers: &'r [(String, String)],
    pub(crate) body: &'r [u8],
}

/// The headers that the signature adds.
pub(crate) fn signed(
    request: &Signable<'_>,
    credentials: &Credentials,
    (service, region): (&str, &str),
    now: SystemTime,
) -> Result<Vec<(String, String)>, Error> {
    let wrong = |what: String| Error::broken(format!("the request cannot be signed: {what}"));
    let identity = aws_credential_types::Credentials::new(
        credentials.key.clone(),
        credentials.secret.clone(),
        credentials.token.clone(),
        None,
        "yagura",
    )
    .into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|e| wrong(e.to_string()))?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(request.body);
    let signable = SignableRequest::new(request.method, request.url, headers, body)
        .map_err(|e| wrong(e.to_string()))?;
    let (instructions, _) =
        sign(signable, &parameters).map_err(|e| wrong(e.to_string()))?.into_parts();
    let own = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(own.collect())
}
