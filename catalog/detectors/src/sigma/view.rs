//! An event as Sigma rules see it: the log's own names first, then OCSF names.

use std::cell::OnceCell;

use ::sigma::{FieldId, Fields, Value};
use model::Event;
use ocsf::{Flat, Path, Scalar};

use super::text::unescaped;

/// One event, its OCSF attributes made only if a rule asks for them.
pub struct View<'e> {
    event: &'e Event<'e>,
    paths: &'e [Option<Path>],
    flat: OnceCell<Flat<'e>>,
}

impl<'e> View<'e> {
    /// A view of `event`; `paths` are the OCSF paths of field names, by field number.
    pub fn new(event: &'e Event<'e>, paths: &'e [Option<Path>]) -> Self {
        View { event, paths, flat: OnceCell::new() }
    }

    fn path(&self, field: FieldId) -> Option<Path> {
        self.paths.get(field.index()).copied().flatten()
    }
}

impl Fields for View<'_> {
    fn visit(&self, field: FieldId, name: &str, each: &mut dyn FnMut(Value<'_>) -> bool) {
        let mut found = false;
        self.event.body.field(name, &mut |scalar| {
            found = true;
            each(value(&scalar))
        });
        let Some(path) = self.path(field).filter(|_| !found) else { return };
        let flat = self.flat.get_or_init(|| self.event.body.ocsf());
        for scalar in flat.all(path) {
            if !each(value(scalar)) {
                return;
            }
        }
    }

    fn present(&self, _: FieldId, name: &str) -> bool {
        self.event.body.has(name)
    }

    /// The whole record; once more without JSON's escapes where it has some, because rules are
    /// written in the text that a person sees.
    fn keywords(&self, each: &mut dyn FnMut(&str) -> bool) {
        if !each(self.event.raw) {
            return;
        }
        if let Some(text) = unescaped(self.event.raw) {
            each(&text);
        }
    }
}

fn value<'s>(scalar: &'s Scalar<'_>) -> Value<'s> {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(truth) => Value::Bool(*truth),
        Scalar::Int(number) => Value::Int(*number),
        Scalar::Float(number) => Value::Float(*number),
        Scalar::Str(text) => Value::Str(text),
    }
}
