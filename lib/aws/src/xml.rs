//! XML answers as JSON: `item` and `member` make lists, everything else members.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// Elements lie no deeper.
const DEPTH_MAX: usize = 64;

/// An element under way.
#[derive(Default)]
struct Open {
    name: String,
    members: Map<String, Value>,
    list: Option<Vec<Value>>,
    text: String,
}

impl Open {
    fn close(self) -> Value {
        match self.list {
            Some(items) => Value::Array(items),
            None if self.members.is_empty() => Value::String(self.text),
            None => Value::Object(self.members),
        }
    }

    fn take(&mut self, name: String, value: Value) {
        if matches!(name.as_str(), "item" | "member") {
            self.list.get_or_insert_default().push(value);
            return;
        }
        // Of one name twice, all are kept.
        match self.members.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            Some(known) => *known = Value::Array(vec![known.take(), value]),
            None => {
                self.members.insert(name, value);
            }
        }
    }
}

/// The document below its root. The error says what is wrong with it.
pub fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = vec![Open::default()];
    loop {
        match reader.read_event().map_err(|e| format!("the answer is no XML: {e}"))? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err("the answer is nested too deeply".to_owned());
                }
                let name = start.local_name().as_ref().to_owned();
                open.push(Open { name, ..Open::default() });
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                if let Some(around) = open.last_mut() {
                    around.take(name, Value::String(String::new()));
                }
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(part) => {
                add(&mut open, &part.into_inner());
            }
            Event::CData(part) => {
                add(&mut open, &part.into_inner());
            }
            Event::GeneralRef(name) => {
                add(&mut open, &entity(&name.into_inner())?);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(root), true) => {
            let first = root.members.into_iter().next();
            first.map(|(_, value)| value).ok_or_else(|| "the answer is empty".to_owned())
        }
        _ => Err("the answer breaks off".to_owned()),
    }
}

fn close(open: &mut Vec<Open>) -> Result<(), String> {
    let mut done = open.pop().ok_or("the answer is no XML")?;
    let name = std::mem::take(&mut done.name);
    if !done.members.is_empty() || done.list.is_some() {
        done.text.clear();
    }
    let around = open.last_mut().ok_or("the answer is no XML")?;
    around.take(name, done.close());
    Ok(())
}

fn add(open: &mut [Open], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

/// The five entities of XML, and numbers.
fn entity(name: &str) -> Result<String, String> {
    let plain = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => {
            let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
            let number = number.or_else(|| name.strip_prefix('#').map(str::parse));
            let letter = number.and_then(Result::ok).and_then(char::from_u32);
            return letter.map(String::from).ok_or_else(|| format!("unknown entity {name}"));
        }
    };
    Ok(plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_members_and_text() {
        let text = "<?xml version=\"1.0\"?><R xmlns=\"u\"><set><item><id>i-1</id><n>a &amp; b&#33;</n>\
                    </item><item><id>i-2</id><e/></item></set><next>x</next></R>";
        let wanted = serde_json::json!({"set": [{"id": "i-1", "n": "a & b!"},
            {"id": "i-2", "e": ""}], "next": "x"});
        assert_eq!(read(text).unwrap(), wanted);
    }

    #[test]
    fn what_is_cut_or_no_xml_is_an_error() {
        for bad in ["", "<a>", "<a><b></a>", "nothing", "<a>&nope;</a>", &"<a>".repeat(500)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
