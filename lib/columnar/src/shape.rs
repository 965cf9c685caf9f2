//! The shape of a row: how columns stand for objects, lists and maps.
//!
//! Follows <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>, older writers'
//! two-level lists included.

use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::Type;

use crate::leaf::Leaf;

/// What stands at a place of a row.
#[derive(Debug)]
pub(crate) struct Node {
    /// The definition level from which it is there, not null.
    pub(crate) level: i16,
    /// Its columns: the first and the one after the last.
    pub(crate) columns: (usize, usize),
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Leaf(Leaf),
    Object(Vec<Field>),
    List(Repeated, Box<Node>),
    Map(Repeated, Box<[Node; 2]>),
}

/// The levels of what comes several times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeated {
    /// The repetition level of every element but the first.
    pub(crate) repetition: i16,
    /// The definition level from which there is an element at all.
    pub(crate) level: i16,
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Field {
    /// `"name":`, as it is written.
    pub(crate) key: String,
    pub(crate) node: Node,
}

/// The members of a row. `in_millis` says of a column's name whether its instants are written as
/// milliseconds since 1970.
pub(crate) fn root(schema: &Type, in_millis: fn(&str) -> bool) -> Result<Vec<Field>, String> {
    let mut builder = Builder { next: 0, in_millis };
    schema.get_fields().iter().map(|field| builder.field(field, Levels::default())).collect()
}

#[derive(Clone, Copy, Default)]
struct Levels {
    definition: i16,
    repetition: i16,
}

struct Builder {
    /// The next column.
    next: usize,
    in_millis: fn(&str) -> bool,
}

fn repetition(of: &Type) -> Repetition {
    let info = of.get_basic_info();
    if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED }
}

fn is_annotated(of: &Type, logical: &LogicalType, converted: &[ConvertedType]) -> bool {
    let info = of.get_basic_info();
    info.logical_type_ref() == Some(logical) || converted.contains(&info.converted_type())
}

impl Builder {
    fn field(&mut self, of: &Type, levels: Levels) -> Result<Field, String> {
        let mut key = String::new();
        crate::row::quote(of.name(), &mut key);
        key.push(':');
        Ok(Field { key, node: self.node(of, levels)? })
    }

    /// What a type stands for, with its own repetition.
    fn node(&mut self, of: &Type, mut levels: Levels) -> Result<Node, String> {
        match repetition(of) {
            Repetition::REQUIRED => self.plain(of, levels),
            Repetition::OPTIONAL => {
                levels.definition += 1;
                self.plain(of, levels)
            }
            // A list without a list around it.
            Repetition::REPEATED => {
                let (outer, first) = (levels.definition, self.next);
                let (repeated, inner) = within(levels);
                let item = self.plain(of, inner)?;
                Ok(self.made(outer, first, Kind::List(repeated, Box::new(item))))
            }
        }
    }

    fn made(&self, level: i16, first: usize, kind: Kind) -> Node {
        Node { level, columns: (first, self.next), kind }
    }

    /// What a type stands for, its repetition left aside.
    fn plain(&mut self, of: &Type, levels: Levels) -> Result<Node, String> {
        let first = self.next;
        if of.is_primitive() {
            self.next += 1;
            let leaf = Leaf::new(of, self.in_millis);
            return Ok(self.made(levels.definition, first, Kind::Leaf(leaf)));
        }
        let is_map = is_annotated(
            of,
            &LogicalType::Map,
            &[ConvertedType::MAP, ConvertedType::MAP_KEY_VALUE],
        );
        let is_list = is_annotated(of, &LogicalType::List, &[ConvertedType::LIST]);
        let kind = match of.get_fields() {
            [] => return Err("a group without columns".into()),
            [one] if is_map && is_pair(one) => self.map(one, levels)?,
            [one] if is_list && repetition(one) == Repetition::REPEATED => {
                self.list(of, one, levels)?
            }
            fields => {
                let fields = fields.iter().map(|field| self.field(field, levels));
                Kind::Object(fields.collect::<Result<_, _>>()?)
            }
        };
        Ok(self.made(levels.definition, first, kind))
    }

    fn map(&mut self, pair: &Type, levels: Levels) -> Result<Kind, String> {
        let (repeated, inner) = within(levels);
        let [key, value] = pair.get_fields() else { return Err("a map without values".into()) };
        let pair = [self.node(key, inner)?, self.node(value, inner)?];
        Ok(Kind::Map(repeated, Box::new(pair)))
    }

    fn list(&mut self, list: &Type, repeated: &Type, levels: Levels) -> Result<Kind, String> {
        let (levels_here, inner) = within(levels);
        let item = match repeated.is_group().then(|| repeated.get_fields()) {
            // Three levels: the list, its element, what the element is.
            Some([one]) if !is_old(list, repeated, one) => self.node(one, inner)?,
            _ => self.plain(repeated, inner)?,
        };
        Ok(Kind::List(levels_here, Box::new(item)))
    }
}

/// The levels of a repeated field and of what is in it.
fn within(levels: Levels) -> (Repeated, Levels) {
    let inner = Levels { definition: levels.definition + 1, repetition: levels.repetition + 1 };
    (Repeated { repetition: inner.repetition, level: inner.definition }, inner)
}

fn is_pair(of: &Type) -> bool {
    let two = of.is_group() && of.get_fields().len() == 2;
    two && repetition(of) == Repetition::REPEATED
        && of.get_fields().first().is_some_and(|key| key.is_primitive())
        && of.get_fields().iter().all(|part| repetition(part) != Repetition::REPEATED)
}

/// Whether the repeated group of one field is itself the element (rules 3 and 4 of backward
/// compatibility).
fn is_old(list: &Type, repeated: &Type, one: &Type) -> bool {
    repetition(one) == Repetition::REPEATED
        || repeated.name() == "array"
        || repeated.name().strip_suffix("_tuple") == Some(list.name())
}
