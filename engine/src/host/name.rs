//! What the names of folders and files prove about a host. Little: only these forms count, and of
//! several the one nearest to the log.
//!
//! - `i-0123456789abcdef0` (8 or 17 hex digits), anywhere in a name: an EC2 instance;
//! - `ip-10-0-1-23`, anywhere in a name: the private DNS name that EC2 gives;
//! - `host=NAME`, `hostname=NAME`: a folder or file that says so;
//! - a folder in a folder called `hosts`, `hostname`, `servers` or `machines`;
//! - the folder that the log lies in, if it is a word for a machine and a number: `web-01`,
//!   `prod-db2`. `day-1`, `part-0001` or `us-east-1` are none.

use model::assets::Host;
use model::{Assets, EntityKind};

/// Folders that hold a folder for each host.
const HOLDERS: &[&str] = &["hosts", "hostname", "servers", "machines"];
/// Words for machines, as people name them.
const MACHINES: &[&str] = &[
    "api", "app", "backend", "bastion", "build", "cache", "ci", "db", "dns", "edge", "frontend",
    "front", "back", "gateway", "gw", "host", "instance", "jump", "lb", "mail", "mx", "mysql",
    "nginx", "node", "ns", "postgres", "pg", "proxy", "redis", "relay", "server", "smtp", "sql",
    "srv", "vm", "vpn", "web", "worker",
];
/// Longer names are none.
const NAME_MAX: usize = 253;

/// The parts of a blob's name, the nearest to the log first.
fn parts(blob: &str) -> impl Iterator<Item = &str> {
    blob.rsplit(['/', '\\', '!']).filter(|part| !part.is_empty())
}

/// The host of the assets whose name or instance id stands in the blob's name.
pub(super) fn known<'a>(blob: &str, assets: &'a Assets) -> Option<&'a Host> {
    let names = |host: &'a Host| {
        [Some(host.name.as_str()), host.instance.as_deref()]
            .into_iter()
            .flatten()
            .filter(|name| !name.is_empty())
    };
    parts(blob).find_map(|part| {
        let part = part.to_ascii_lowercase();
        let stands = |name: &str| whole(&part, &name.to_ascii_lowercase()).then_some(name.len());
        let longest = |host: &'a Host| Some((names(host).filter_map(stands).max()?, host));
        // Of `web-1` and `web-1-blue` the longer one is meant where both stand.
        let found = assets.hosts.iter().filter_map(longest);
        found.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, host)| host)
    })
}

/// Whether a name stands in a text as a whole: no letter, digit or dash beside it.
fn whole(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|t| t.chars().next());
        let ends = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '-'));
        ends(before) && ends(after)
    })
}

/// The host that a blob's name tells by itself.
pub(super) fn said(blob: &str) -> Option<(EntityKind, String)> {
    let parts: Vec<&str> = parts(blob).collect();
    parts.iter().enumerate().find_map(|(at, part)| {
        let held = || {
            let holder = parts.get(at + 1)?;
            let is_folder = at > 0 && HOLDERS.contains(&holder.to_ascii_lowercase().as_str());
            (is_folder && is_name(part)).then(|| (*part).to_owned())
        };
        let host = |name: String| (EntityKind::Host, name);
        let instance = words(part).find(|word| is_instance(word));
        instance
            .map(|id| (EntityKind::Instance, id.to_owned()))
            .or_else(|| words(part).find(|word| is_private_name(word)).map(|w| host(w.to_owned())))
            .or_else(|| stated(part).map(host))
            .or_else(|| held().map(host))
            .or_else(|| (at == 1 && is_machine(part)).then(|| host((*part).to_owned())))
    })
}

/// The words of a name, with the dashes that ids have.
fn words(part: &str) -> impl Iterator<Item = &str> {
    part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|word| !word.is_empty())
}

fn is_instance(word: &str) -> bool {
    let digits = word.strip_prefix("i-").unwrap_or_default();
    matches!(digits.len(), 8 | 17)
        && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// `ip-10-0-1-23`.
fn is_private_name(word: &str) -> bool {
    let Some(numbers) = word.strip_prefix("ip-") else { return false };
    let mut count = 0;
    numbers.split('-').all(|number| {
        count += 1;
        number.len() <= 3 && number.parse::<u8>().is_ok()
    }) && count == 4
}

/// What `host=NAME` says.
fn stated(part: &str) -> Option<String> {
    let (key, name) = part.split_once('=')?;
    let is_key = key.eq_ignore_ascii_case("host") || key.eq_ignore_ascii_case("hostname");
    (is_key && is_name(name)).then(|| name.to_owned())
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(fits)
}

/// A word for a machine with its number at the end, perhaps with what it is for before it.
fn is_machine(folder: &str) -> bool {
    let lower = folder.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = lower.len() - stem.len();
    let word = stem.trim_end_matches(['-', '_']).rsplit(['-', '_']).next().unwrap_or_default();
    is_name(folder) && (1..=4).contains(&digits) && MACHINES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_prove_a_host_are_taken() {
        for (blob, wanted) in [
            ("case/i-0123456789abcdef0/auth.log", Some("i-0123456789abcdef0")),
            ("case/auth_i-0a1b2c3d.log.gz", Some("i-0a1b2c3d")),
            ("logs/ip-10-0-1-23.ec2.internal/audit.log", Some("ip-10-0-1-23")),
            ("logs/ip-10-0-1-23.log", Some("ip-10-0-1-23")),
            ("web-01/access.log", Some("web-01")),
            ("x/prod-db2/mysql/general.log", None),
            ("x/prod-db2/general.log", Some("prod-db2")),
            ("x.tar!web-01/access.log", Some("web-01")),
            ("host=alpha/2026/10/06/a.log", Some("alpha")),
            ("hosts/alpha/var/log/auth.log", Some("alpha")),
            ("web-01/i-0a1b2c3d/auth.log", Some("i-0a1b2c3d")),
            ("hosts/auth.log", None),
            ("us-east-1/auth.log", None),
            ("day-1/auth.log", None),
            ("2026-10-06/auth.log", None),
            ("part-00001/a.log", None),
            ("case/ip-10-0-1/auth.log", None),
            ("case/ip-10-0-1-300/auth.log", None),
            ("case/i-0123/auth.log", None),
            ("host=/auth.log", None),
            ("auth.log", None),
            ("web-01", None),
        ] {
            assert_eq!(said(blob).map(|(_, name)| name).as_deref(), wanted, "{blob}");
        }
    }

    #[test]
    fn assets_name_hosts_in_other_ways() {
        let host = |name: &str, id: &str| Host {
            name: name.into(),
            instance: Some(id.into()),
            ..Host::default()
        };
        let hosts = vec![host("alpha", "i-0a1b2c3d"), host("alpha-blue", "i-0a1b2c3e")];
        let assets = Assets { hosts, ..Assets::default() };
        for (blob, wanted) in [
            ("logs/alpha.log", Some("alpha")),
            ("logs/Alpha_auth.log", Some("alpha")),
            ("logs/alpha-blue/auth.log", Some("alpha-blue")),
            ("logs/i-0a1b2c3e/auth.log", Some("alpha-blue")),
            ("alphabet/auth.log", None),
            ("alpha/alpha-blue/auth.log", Some("alpha-blue")),
        ] {
            let found = known(blob, &assets).map(|host| host.name.as_str());
            assert_eq!(found, wanted, "{blob}");
        }
    }
}
