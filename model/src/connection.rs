//! A connection as logs of networks count it: who sent how much to whom.

use std::net::IpAddr;

/// What one side sent to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Who sent.
    pub from: IpAddr,
    /// Who was sent to.
    pub to: IpAddr,
    /// The port it was sent from; 0 if there is none.
    pub from_port: u16,
    /// The port it was sent to; 0 if there is none.
    pub to_port: u16,
    /// The protocol's number, as IANA gives them; 0 if the record does not say.
    pub protocol: u8,
    /// How many packets.
    pub packets: u64,
    /// How many bytes.
    pub bytes: u64,
    /// All flags that TCP packets of it bore, together (RFC 9293, section 3.1).
    pub flags: Option<u8>,
}
