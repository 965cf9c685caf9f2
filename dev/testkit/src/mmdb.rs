//! Writes small databases of addresses in the MaxMind DB format, version 2.0, for tests.
//!
//! The format: <https://maxmind.github.io/MaxMind-DB/>: a binary tree over the bits of an address
//! (IPv4 below `::/96`), the data that its leaves point to, and metadata.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

/// Bits of an IPv6 address before those of an IPv4 address.
const BEFORE: u32 = 96;

/// What a side of a node leads to.
#[derive(Clone, Copy)]
enum Side {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A database of these networks (address, length of the prefix) with what is said of each.
///
/// # Panics
/// If an address is none, or a value is none that the format has.
pub fn build(rows: &[(&str, u32, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Side::Nothing; 2]];
    let mut data = Vec::new();
    for (address, length, value) in rows {
        let at = data.len();
        encode(value, &mut data);
        put(&mut nodes, address.parse().unwrap(), *length, at);
    }
    let count = nodes.len();
    let mut out = Vec::new();
    for side in nodes.iter().flatten() {
        let number = match side {
            Side::Nothing => count,
            Side::Node(node) => *node,
            Side::Data(at) => count + 16 + at,
        };
        out.extend_from_slice(&(number as u32).to_be_bytes()[1..]);
    }
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(&data);
    out.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    encode(
        &json!({
            "binary_format_major_version": 2, "binary_format_minor_version": 0,
            "build_epoch": 1_760_000_000, "database_type": "Test", "description": {},
            "ip_version": 6, "languages": ["en"], "node_count": count, "record_size": 24,
        }),
        &mut out,
    );
    out
}

fn put(nodes: &mut Vec<[Side; 2]>, address: IpAddr, length: u32, at: usize) {
    let (bits, length) = match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), length + BEFORE),
        IpAddr::V6(v6) => (u128::from(v6), length),
    };
    let mut node = 0;
    for depth in 0..length {
        let side = (bits >> (127 - depth) & 1) as usize;
        if depth + 1 == length {
            nodes[node][side] = Side::Data(at);
        } else if let Side::Node(next) = nodes[node][side] {
            node = next;
        } else {
            nodes.push([Side::Nothing; 2]);
            let next = nodes.len() - 1;
            nodes[node][side] = Side::Node(next);
            node = next;
        }
    }
}

/// A type's number and a size below 285, as a control byte and what follows it.
fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let first = if kind > 7 { 0 } else { kind << 5 };
    out.push(first | size.min(29) as u8);
    if kind > 7 {
        out.push(kind - 7);
    }
    if size >= 29 {
        out.push(u8::try_from(size - 29).expect("a short value"));
    }
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => string(text, out),
        Value::Object(map) => object(map, out),
        Value::Array(all) => {
            control(11, all.len(), out);
            for one in all {
                encode(one, out);
            }
        }
        Value::Bool(yes) => control(14, usize::from(*yes), out),
        Value::Number(number) => {
            control(3, 8, out);
            out.extend_from_slice(&number.as_f64().unwrap().to_be_bytes());
        }
        Value::Null => panic!("the format has no null"),
    }
}

fn string(text: &str, out: &mut Vec<u8>) {
    control(2, text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn object(map: &Map<String, Value>, out: &mut Vec<u8>) {
    control(7, map.len(), out);
    for (key, value) in map {
        string(key, out);
        match value.as_u64() {
            Some(number) => whole(key, number, out),
            None => encode(value, out),
        }
    }
}

/// A whole number, in the size that the format gives to this key.
fn whole(key: &str, number: u64, out: &mut Vec<u8>) {
    let (kind, size) = match key {
        "build_epoch" => (9, 8),
        "node_count" | "autonomous_system_number" => (6, 4),
        _ => (5, 2),
    };
    control(kind, size, out);
    out.extend_from_slice(&number.to_be_bytes()[8 - size..]);
}

/// A row of a city as GeoLite2-City has it.
pub fn city(network: (&'static str, u32), city: &str, country: &str, at: (f64, f64)) -> Row {
    let said = json!({
        "city": {"names": {"en": city}},
        "country": {"iso_code": country, "names": {"en": country}},
        "location": {"latitude": at.0, "longitude": at.1},
    });
    (network.0, network.1, said)
}

/// A network and what is said of it.
pub type Row = (&'static str, u32, Value);
