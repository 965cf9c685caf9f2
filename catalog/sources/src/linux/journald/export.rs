//! The export format: `FIELD=value` a line, an empty line between records.
//!
//! A value with line ends stands behind its name as eight bytes of length and the bytes
//! themselves. Lines are read as text, so the length is not trusted: the value goes up to the next
//! line that is a field again.

use frame::Input;

/// Takes a record: where it starts, its text, its fields.
pub type Each<'e> = dyn FnMut(u64, &str, Vec<(String, String)>) + 'e;

/// No record is longer; what goes beyond is left out.
const RECORD_MAX: usize = 4 << 20;
/// No record has more fields.
const FIELDS_MAX: usize = 1024;

/// Reads a blob to its end.
pub fn read(input: &mut Input<'_>, each: &mut Each<'_>) {
    let mut record = Record::default();
    while let Some(line) = input.line() {
        let text = line.text.as_ref();
        let inside = record.awaits_bytes;
        if text.is_empty() && !inside {
            record.close(each);
            continue;
        }
        if record.first_line == 0 {
            record.first_line = line.number;
        }
        record.line(text);
    }
    record.close(each);
}

#[derive(Default)]
struct Record {
    first_line: u64,
    text: String,
    fields: Vec<(String, String)>,
    /// The last line was a name alone: its bytes follow.
    awaits_bytes: bool,
    /// A value over several lines is under way.
    within: bool,
}

impl Record {
    fn line(&mut self, text: &str) {
        if self.text.len() + text.len() > RECORD_MAX {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        if self.awaits_bytes {
            // The length: eight bytes, of which the high ones are zero.
            let head: usize = text.chars().take(8).map(char::len_utf8).sum();
            let end = text.get(..head).and_then(|head| head.rfind('\0')).map_or(0, |at| at + 1);
            let value = text.get(end..).unwrap_or("");
            if let Some((_, last)) = self.fields.last_mut() {
                value.clone_into(last);
            }
            // A length that holds a line end itself is cut in two.
            self.awaits_bytes = text.is_empty();
            self.within = true;
            return;
        }
        match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) if self.fields.len() < FIELDS_MAX => {
                self.within = false;
                self.fields.push((name.to_owned(), value.to_owned()));
            }
            _ if self.within => {
                if let Some((_, last)) = self.fields.last_mut() {
                    last.push('\n');
                    last.push_str(text);
                }
            }
            _ if is_name(text) => {
                self.fields.push((text.to_owned(), String::new()));
                self.awaits_bytes = true;
            }
            _ => {}
        }
    }

    fn close(&mut self, each: &mut Each<'_>) {
        if !self.text.is_empty() {
            each(self.first_line, &self.text, std::mem::take(&mut self.fields));
        }
        *self = Record::default();
    }
}

/// The journal's names: capitals, digits, underscores.
fn is_name(text: &str) -> bool {
    const NAME_MAX: usize = 64;
    !text.is_empty()
        && text.len() <= NAME_MAX
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
