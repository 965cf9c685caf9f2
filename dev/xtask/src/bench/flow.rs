//! VPC flow log lines, version 2 in the default field order.

use std::fmt::Write;

use super::random::{START, number, outside};

/// The first line of a delivered file.
pub const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
packets bytes start end action log-status\n";

const PORTS: &[u16] =
    &[22, 25, 53, 80, 123, 443, 443, 443, 3306, 3389, 5432, 6379, 8080, 8443, 9200];

/// Writes line number `n`.
pub fn line(n: u64, out: &mut String) {
    let dice = number(2, n);
    let inside = format!("10.{}.{}.{}", dice % 4, (dice >> 2) % 256, (dice >> 10) % 256);
    let outside = outside(dice >> 18);
    let (client, server) = if dice >> 63 == 0 { (outside, inside) } else { (inside, outside) };
    let port = PORTS.get((dice >> 40) as usize % PORTS.len()).copied().unwrap_or(443);
    let packets = 1 + (dice >> 44) % 200;
    let start = START + n / 500;
    let _ = writeln!(
        out,
        "2 111122223333 eni-{:017x} {client} {server} {} {port} {} {packets} {} {start} {} {} OK",
        (dice >> 20) % 400,
        1024 + (dice >> 24) % 60_000,
        if dice.is_multiple_of(13) { 17 } else { 6 },
        packets * (40 + (dice >> 50) % 1400),
        start + 60,
        if dice.is_multiple_of(11) { "REJECT" } else { "ACCEPT" },
    );
}
