//! Records whose text is kept from the first reading, so that citing them costs no second one.
//!
//! Most findings cite a record each, spread over all files: to read these back means to unpack
//! everything once more. So the text of the first record of each group is kept while there is
//! room; what found none is read back, with the same result.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Event;

use crate::cite;
use crate::recall::{Place, Record};
use crate::sum::Fired;

/// Bytes of text kept of one blob.
pub(crate) const OF_BLOB_MAX: usize = 8 << 20;
/// Bytes of text kept of all blobs.
pub(crate) const OF_ALL_MAX: usize = 96 << 20;

/// A record that was read, and where it stands.
#[derive(Clone)]
pub(crate) struct Kept {
    place: Place,
    text: Arc<Text>,
}

struct Text {
    fired: Arc<Fired>,
    source: &'static str,
    uid: Option<Box<str>>,
    raw: Box<str>,
}

/// Records that were kept, by their place.
pub(crate) type Shelf = BTreeMap<Place, Kept>;

impl Kept {
    /// Keeps what a citation of this event needs.
    pub(crate) fn new(event: &Event<'_>, fired: &Arc<Fired>) -> Self {
        let text = Text {
            fired: Arc::clone(fired),
            source: event.source,
            uid: event.uid.map(Into::into),
            raw: event.raw.into(),
        };
        Kept { place: (0, event.at), text: Arc::new(text) }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Bytes of text.
    pub(crate) fn len(&self) -> usize {
        self.text.raw.len()
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        self.place.0 = file;
    }

    /// The same as if it had been read back.
    pub(crate) fn record(&self, cited: bool) -> Record {
        let Text { fired, source, uid, raw } = &*self.text;
        Record {
            action: fired.shared.action.clone(),
            address: fired.shared.address.clone(),
            entities: fired.entities.iter().cloned().collect(),
            host: None,
            citation: cited.then(|| cite::record(source, uid.as_deref(), None, raw)),
        }
    }
}
