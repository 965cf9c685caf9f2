//! Everything that differs from seed to seed: numbers, names, ids.

/// Numbers from a seed, the same on every machine (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

const ONSETS: &[&str] =
    &["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u"];
const ENDS: &[&str] = &["", "n", "r", "l", "s", "x"];
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &[u8] = b"0123456789abcdef";

impl Random {
    /// A stream of numbers of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.number() % (high.saturating_sub(low) + 1)
    }

    /// Whether something of this many percent happens.
    pub fn percent(&mut self, share: u64) -> bool {
        self.number() % 100 < share
    }

    /// One of them.
    pub fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let at = self.number() as usize % all.len().max(1);
        all.get(at).copied().unwrap_or_default()
    }

    fn letters(&mut self, from: &[u8], count: usize) -> String {
        let mut letter = || from.get(self.number() as usize % from.len().max(1)).copied();
        (0..count).filter_map(|_| letter()).map(char::from).collect()
    }

    /// Hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        self.letters(HEX, count)
    }

    /// Digits, the first of them no zero.
    pub fn digits(&mut self, count: usize) -> String {
        let first = self.letters(b"123456789", 1);
        first + &self.letters(b"0123456789", count.saturating_sub(1))
    }

    /// An invented word.
    pub fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..self.within(2, 3) {
            word += self.pick(ONSETS);
            word += self.pick(VOWELS);
        }
        word + self.pick(ENDS)
    }

    /// A UUID.
    pub fn uuid(&mut self) -> String {
        [8, 4, 4, 4, 12].map(|count| self.hex(count)).join("-")
    }

    /// An address of the documentation networks, on the internet of the stories.
    pub fn outside(&mut self) -> String {
        let net = self.pick(&["192.0.2", "198.51.100", "203.0.113"]);
        format!("{net}.{}", self.within(1, 254))
    }

    /// A value of a kind that stories name.
    pub fn draw(&mut self, kind: &str) -> String {
        match kind {
            "word" => self.word(),
            "user" => format!("{}.{}", self.word(), self.word()),
            "name" => format!("{}-{}", self.word(), self.word()),
            "ip" => self.outside(),
            "account" => self.digits(12),
            "key" => format!("AKIA{}", self.letters(UPPER, 16)),
            "session-key" => format!("ASIA{}", self.letters(UPPER, 16)),
            "user-id" => format!("AIDA{}", self.letters(UPPER, 17)),
            "role-id" => format!("AROA{}", self.letters(UPPER, 17)),
            "instance" => format!("i-0{}", self.hex(16)),
            "image" => format!("ami-0{}", self.hex(16)),
            "bucket" => format!("{}-{}-{}", self.word(), self.word(), self.digits(4)),
            "domain" => format!("{}.example", self.word()),
            "host-domain" => format!("{}.{}.example", self.word(), self.word()),
            "uuid" => self.uuid(),
            "hex" => self.hex(16),
            "digits" => self.digits(6),
            "region" => self
                .pick(&["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1"])
                .to_owned(),
            _ => kind.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_everything() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            ["user", "key", "bucket", "ip", "instance"].map(|kind| random.draw(kind))
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
