//! XML as a small tree: bounded, no document types, so no entities that grow.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The deepest nesting.
const DEEPEST: usize = 128;

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    /// Its name, without prefix.
    pub name: String,
    /// Attributes by name, without prefix.
    pub attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Node>,
}

impl Node {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name, or nothing.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// An attribute, or nothing.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, v)| v.as_str())
    }
}

/// Reads a document; gives its root.
pub fn tree(text: &str) -> Result<Node, String> {
    let mut reader = Reader::from_str(text);
    let mut stack = vec![Node::default()];
    loop {
        let event = reader.read_event().map_err(|error| format!("broken XML: {error}"))?;
        match event {
            Event::Start(start) => {
                if stack.len() > DEEPEST {
                    return Err(format!("nested deeper than {DEEPEST} elements"));
                }
                stack.push(open(&start)?);
            }
            Event::Empty(start) => add(&mut stack, open(&start)?),
            Event::End(_) => {
                let Some(mut node) = stack.pop() else { break };
                node.text = node.text.trim().into();
                add(&mut stack, node);
            }
            Event::Text(part) => push(&mut stack, &part),
            Event::CData(part) => push(&mut stack, &part),
            Event::GeneralRef(part) => push(&mut stack, &reference(&part)?),
            Event::DocType(_) => {
                return Err("a document type, which may hold an XML bomb, is not read".to_owned());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (stack.len(), stack.pop()) {
        (1, Some(mut top)) if top.children.len() == 1 => {
            top.children.pop().ok_or_else(|| "no root element".to_owned())
        }
        (1, _) => Err("not one root element".to_owned()),
        _ => Err("broken XML: it ends inside of an element".to_owned()),
    }
}

fn add(stack: &mut [Node], node: Node) {
    if let Some(parent) = stack.last_mut() {
        parent.children.push(node);
    }
}

fn push(stack: &mut [Node], text: &str) {
    if let Some(node) = stack.last_mut() {
        node.text.push_str(text);
    }
}

fn reference(part: &quick_xml::events::BytesRef<'_>) -> Result<String, String> {
    if let Ok(Some(c)) = part.resolve_char_ref() {
        return Ok(c.to_string());
    }
    let name: &str = part;
    let text = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err("an entity of its own, which may be an XML bomb, is not read".to_owned()),
    };
    Ok(text.to_owned())
}

fn open(start: &BytesStart<'_>) -> Result<Node, String> {
    let mut node = Node { name: start.local_name().as_ref().to_owned(), ..Node::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("broken XML: {error}"))?;
        let raw = attribute.value.into_owned();
        let value = quick_xml::escape::unescape(&raw).map_or(raw.clone(), Into::into);
        node.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Ok(node)
}
