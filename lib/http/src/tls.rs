//! Whom we believe: the machine's own authorities, and those that are handed in.

use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::Error;

/// TLS by rustls with ring. `authorities` is the text of a PEM file, or empty.
pub(crate) fn config(authorities: &[u8]) -> Result<TlsConfig, Error> {
    let mut known: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|der| Certificate::from_der(der).to_owned())
        .collect();
    known.extend(given(authorities)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&known))
        .build())
}

fn given(authorities: &[u8]) -> Result<Vec<Certificate<'static>>, Error> {
    if authorities.is_empty() {
        return Ok(Vec::new());
    }
    let wrong = |why: &str| {
        Error::user(
            format!("the file of authorities cannot be used: {why}"),
            "Name a PEM file with the certificate of the authority (or the server's own).",
        )
    };
    let mut found = Vec::new();
    for item in parse_pem(authorities) {
        match item.map_err(|_| wrong("it is no PEM"))? {
            PemItem::Certificate(certificate) => found.push(certificate),
            _ => return Err(wrong("it holds something else than certificates")),
        }
    }
    if found.is_empty() { Err(wrong("it holds no certificate")) } else { Ok(found) }
}
