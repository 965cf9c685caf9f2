//! Socket addresses as the kernel writes them into audit records: hexadecimal bytes.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::fields::unhex;

/// Where a socket leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address with a port.
    Inet {
        /// As people write it.
        ip: String,
        /// The port.
        port: u16,
    },
    /// A socket in the file system; `@` begins a name that is in none.
    Unix(String),
    /// Any other family, by its number.
    Other(u8),
}

/// Decodes `saddr`. Machines of either byte order write the family in two bytes.
pub fn decode(hex: &str) -> Option<Address> {
    let bytes = unhex(hex)?;
    let family = match *bytes.first_chunk::<2>()? {
        [0, big] => big,
        [little, _] => little,
    };
    let port = || bytes.get(2..4)?.first_chunk::<2>().map(|port| u16::from_be_bytes(*port));
    match family {
        1 => Some(Address::Unix(path(bytes.get(2..)?))),
        2 => {
            let ip = Ipv4Addr::from(*bytes.get(4..8)?.first_chunk::<4>()?);
            Some(Address::Inet { ip: ip.to_string(), port: port()? })
        }
        10 => {
            let ip = Ipv6Addr::from(*bytes.get(8..24)?.first_chunk::<16>()?);
            let ip = ip.to_ipv4_mapped().map_or_else(|| ip.to_string(), |ip| ip.to_string());
            Some(Address::Inet { ip, port: port()? })
        }
        other => Some(Address::Other(other)),
    }
}

/// The name of a socket: up to the zero byte, or, if it begins with one, after it.
fn path(bytes: &[u8]) -> String {
    let (mark, bytes) = match bytes {
        [0, rest @ ..] => ("@", rest),
        _ => ("", bytes),
    };
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    format!("{mark}{}", String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_in_both_byte_orders() {
        let inet = |ip: &str, port| Some(Address::Inet { ip: ip.into(), port });
        assert_eq!(decode("020001BBC0000207"), inet("192.0.2.7", 443));
        assert_eq!(decode("000201BBC0000207"), inet("192.0.2.7", 443));
        assert_eq!(
            decode("0A0000350000000020010DB800000000000000000000000700000000"),
            inet("2001:db8::7", 53)
        );
        assert_eq!(
            decode("0A0000350000000000000000000000000000FFFFC000020700000000"),
            inet("192.0.2.7", 53)
        );
        assert_eq!(decode("01002F72756E2F7300FF"), Some(Address::Unix("/run/s".into())));
        assert_eq!(decode("0100006100"), Some(Address::Unix("@a".into())));
        assert_eq!(decode("100000000000000000000000"), Some(Address::Other(16)));
        for bad in ["", "0", "02", "0200", "020001BB", "zz00"] {
            assert_eq!(decode(bad).filter(|a| !matches!(a, Address::Other(_))), None, "{bad}");
        }
    }
}
