//! One line of the table: both directions of a connection, and what became of it.

use model::{Outcome, Time};

use crate::net::ends::Ends;

/// The most parts of one line.
const PARTS_MAX: usize = 64;

/// One connection, borrowed.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) time: Time,
    /// `NEW`, `UPDATE`, `DESTROY`; none in lists.
    pub(super) event: Option<&'a str>,
    /// `ESTABLISHED` and the like, of TCP.
    pub(super) state: Option<&'a str>,
    /// As the first packet had it.
    pub(super) original: Ends<'a>,
    /// As answers have it: turned round, and translated.
    pub(super) reply: Ends<'a>,
    pub(super) is_unreplied: bool,
    pub(super) is_assured: bool,
    pub(super) id: Option<&'a str>,
    /// Every `name=value`, in their order; the reply's come behind the original's.
    pub(super) pairs: Vec<(&'a str, &'a str)>,
    /// Where in the pairs the reply starts.
    turn: usize,
}

impl<'a> Entry<'a> {
    /// `[NEW] ipv4 2 tcp 6 120 SYN_SENT src=… dst=… [UNREPLIED] src=… dst=… id=…`, without the
    /// parts that options bring.
    pub(super) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (head, tail) = text
            .split_at_checked(text.find("src=").ok_or("no src= in it")?)
            .ok_or("no src= in it")?;
        let mut words: Vec<&str> = head.split_ascii_whitespace().take(PARTS_MAX).collect();
        let event = words.first().and_then(|word| word.strip_prefix('[')?.strip_suffix(']'));
        if event.is_some() {
            words.remove(0);
        }
        let event = event.map(str::trim);
        if event.is_some_and(|event| !matches!(event, "NEW" | "UPDATE" | "DESTROY")) {
            return Err("neither NEW, UPDATE nor DESTROY");
        }
        // The protocol of the network layer stands first where the output is extended.
        if matches!(words.first(), Some(&("ipv4" | "ipv6"))) {
            words.drain(..words.len().min(2));
        }
        let (proto, number) = (words.first().copied(), words.get(1));
        let is_number = number.is_some_and(|number| number.parse::<u8>().is_ok());
        let proto = proto.filter(|_| is_number).ok_or("no protocol with its number")?;
        let rest = words.get(2..).unwrap_or(&[]);
        // Behind them only a lifetime in seconds and a state may stand.
        let is_known = |word: &&str| word.parse::<u32>().is_ok() || is_state(word);
        if rest.len() > 2 || !rest.iter().all(is_known) {
            return Err("something unknown before src=");
        }
        let state = rest.last().copied().filter(|word| is_state(word));
        Entry::tail(tail, Entry::empty(event, state), proto)
    }

    fn empty(event: Option<&'a str>, state: Option<&'a str>) -> Self {
        Entry {
            time: Time::seconds(0),
            event,
            state,
            original: Ends::default(),
            reply: Ends::default(),
            is_unreplied: false,
            is_assured: false,
            id: None,
            pairs: Vec::new(),
            turn: 0,
        }
    }

    fn tail(text: &'a str, mut entry: Self, proto: &'a str) -> Result<Self, &'static str> {
        let mut replies = false;
        for word in text.split_ascii_whitespace().take(PARTS_MAX) {
            match word {
                "[UNREPLIED]" => entry.is_unreplied = true,
                "[ASSURED]" => entry.is_assured = true,
                _ => {}
            }
            let Some((name, value)) = word.split_once('=') else { continue };
            if name == "src" && entry.original.src.is_some() {
                (replies, entry.turn) = (true, entry.pairs.len());
            }
            entry.pairs.push((name, value));
            let ends = if replies { &mut entry.reply } else { &mut entry.original };
            match name {
                "src" => ends.src = Some(value),
                "dst" => ends.dst = Some(value),
                "sport" => ends.src_port = value.parse().ok(),
                "dport" => ends.dst_port = value.parse().ok(),
                // ICMP has an id in each direction; the connection's own stands behind both.
                "id" if replies => entry.id = Some(value),
                _ => {}
            }
        }
        if !replies {
            entry.turn = entry.pairs.len();
        }
        entry.original = Ends { proto: Some(proto), ..entry.original }.checked();
        entry.reply = Ends { proto: Some(proto), ..entry.reply }.checked();
        if entry.original.src.is_none() || entry.original.dst.is_none() {
            return Err("src= or dst= is no address");
        }
        Ok(entry)
    }

    /// The number of a name in the original or the reply direction.
    pub(super) fn count(&self, name: &str, of_reply: bool) -> Option<i64> {
        let (original, reply) = self.pairs.split_at_checked(self.turn)?;
        let pairs = if of_reply { reply } else { original };
        pairs.iter().find(|(own, _)| *own == name)?.1.parse().ok().filter(|count| *count >= 0)
    }

    /// The activity: opened, closed, reset, failed, or traffic.
    pub(super) fn activity(&self) -> i64 {
        let is_tcp = self.original.proto == Some("tcp");
        match self.event {
            Some("NEW") => 1,
            Some("DESTROY") if is_tcp && self.is_unreplied => 4,
            Some("DESTROY") => 2,
            _ if self.state == Some("CLOSE") => 3,
            _ => 6,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let is_up = self.is_assured || matches!(self.state, Some("ESTABLISHED"));
        match self.activity() {
            4 => Outcome::Failure,
            _ if is_up => Outcome::Success,
            2 if !self.is_unreplied && self.reply.src.is_some() => Outcome::Success,
            _ => Outcome::Unknown,
        }
    }
}

/// Whether a word is a state: `SYN_SENT`, `ESTABLISHED`.
fn is_state(word: &str) -> bool {
    word.len() >= 4 && word.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'2'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_told_apart() {
        let line = "tcp 6 117 SYN_SENT src=192.0.2.1 dst=192.0.2.2 sport=1 dport=2 packets=3 \
                    [UNREPLIED] src=192.0.2.9 dst=192.0.2.1 sport=2 dport=1 packets=0 mark=0";
        let entry = Entry::parse(line).unwrap();
        assert_eq!(
            (entry.count("packets", false), entry.count("packets", true)),
            (Some(3), Some(0))
        );
        assert_eq!((entry.state, entry.is_unreplied), (Some("SYN_SENT"), true));
        assert_eq!(entry.reply.src, Some("192.0.2.9"));
        assert!(Entry::parse("src=192.0.2.1 dst=192.0.2.2").is_err());
        assert!(Entry::parse("tcp 6 src=a dst=b").is_err());
    }
}
