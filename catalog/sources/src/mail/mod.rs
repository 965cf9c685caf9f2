//! The `mail` family of logs.

mod exim;
pub mod maillog;
pub mod postfix;
mod sendmail;
pub mod transfer;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&exim::Exim, &postfix::Postfix, &sendmail::Sendmail];

/// Whether a text is a whole mailbox, as OCSF wants addresses: `user@example.com`.
fn is_mailbox(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !name.contains(char::is_whitespace) && domain.contains('.')
    })
}
