//! One reader for all codecs: many members, what comes before damage, and where it broke off.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

use super::codec::Codec;

/// Steps in a row that neither take nor give before a codec counts as stuck.
const IDLE_MAX: u32 = 16;

/// A reader of the unpacked bytes. It hands over everything that could be unpacked before it
/// fails; its errors say where and why. An error of the packed input is passed on as it is.
pub(crate) struct Decode<'c, R> {
    input: R,
    codec: Box<dyn Codec + 'c>,
    name: &'static str,
    /// Whether further members may follow.
    many: bool,
    state: State,
    taken: u64,
    given: u64,
}

enum State {
    Within,
    Between,
    Broken(String),
    Done,
}

impl<'c, R: BufRead> Decode<'c, R> {
    /// Unpacks one member after another until the input ends.
    pub(crate) fn many(name: &'static str, input: R, codec: impl Codec + 'c) -> Self {
        let codec = Box::new(codec);
        Decode { input, codec, name, many: true, state: State::Within, taken: 0, given: 0 }
    }

    /// Unpacks one member and leaves what follows alone.
    pub(crate) fn one(name: &'static str, input: R, codec: impl Codec + 'c) -> Self {
        Decode { many: false, ..Decode::many(name, input, codec) }
    }

    /// Packed bytes taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// After a member: passes zeros (tapes and disks pad with them) and says what is next.
    fn next_member(&mut self) -> Result<State> {
        let mut padding = 0;
        loop {
            let waiting = self.input.fill_buf()?;
            let zeros = waiting.iter().take_while(|byte| **byte == 0).count();
            if waiting.is_empty() {
                return Ok(State::Done);
            }
            if zeros == 0 && padding > 0 {
                return Ok(State::Broken("something else follows its end".to_owned()));
            }
            if zeros == 0 {
                self.codec.restart();
                return Ok(State::Within);
            }
            self.input.consume(zeros);
            padding += zeros;
        }
    }

    /// Works until there are bytes to give, or a change of state.
    fn advance(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut idle = 0;
        loop {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let step = self.codec.step(input, out);
            self.input.consume(step.taken);
            self.taken += step.taken as u64;
            self.given += step.given as u64;
            idle = if step.taken == 0 && step.given == 0 { idle + 1 } else { 0 };
            match step.complete {
                Err(why) => self.state = State::Broken(why),
                Ok(true) if self.many => self.state = State::Between,
                Ok(true) => self.state = State::Done,
                Ok(false) if at_end && idle > 0 => {
                    self.state = State::Broken("it ends too early".to_owned());
                }
                Ok(false) if idle > IDLE_MAX => {
                    self.state = State::Broken("it is damaged here".to_owned());
                }
                Ok(false) if step.given == 0 => continue,
                Ok(false) => {}
            }
            return Ok(step.given);
        }
    }
}

impl<R: BufRead> Read for Decode<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match &mut self.state {
                State::Done => return Ok(0),
                State::Broken(why) => {
                    let (name, given) = (self.name, self.given);
                    let text = format!("the {name} data breaks off after {given} bytes: {why}");
                    self.state = State::Done;
                    return Err(Error::new(ErrorKind::InvalidData, text));
                }
                State::Between => self.state = self.next_member()?,
                State::Within => {
                    let given = self.advance(out)?;
                    if given > 0 {
                        return Ok(given);
                    }
                }
            }
        }
    }
}
