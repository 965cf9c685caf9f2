//! Every blob below a folder as the real feed hands it over, archives unpacked.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use feeds::Files;
use frame::Input;
use model::seam::feed::{Blob, Feed, Opened};

/// A blob and what was made of it, or why the feed could not unpack it.
pub type Met<T> = (String, Result<T, String>);

/// Hands every blob below `folder` to `each`, on all cores; in the feed's order. Names are those
/// of the feed without the folder.
///
/// # Panics
/// If the folder cannot be listed or a file cannot be opened.
pub fn walk<T: Send>(
    folder: &Path,
    each: &(dyn Fn(&str, &mut Input<'_>) -> T + Sync),
) -> Vec<Met<T>> {
    let feed = Files::new([folder.to_path_buf()]);
    let items = feed.items().expect("a folder that can be listed");
    let next = AtomicUsize::new(0);
    let met = Mutex::new(Vec::new());
    let work = || {
        while let Some((at, item)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            let mut visit = Visit { folder, each, met: Vec::new() };
            feed.open(item, &mut visit).expect("a readable file");
            met.lock().expect("no thread died").push((at, visit.met));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(work);
        }
    });
    let mut met = met.into_inner().expect("no thread died");
    met.sort_by_key(|(at, _)| *at);
    met.into_iter().flat_map(|(_, met)| met).collect()
}

struct Visit<'v, T> {
    folder: &'v Path,
    each: &'v (dyn Fn(&str, &mut Input<'_>) -> T + Sync),
    met: Vec<Met<T>>,
}

impl<T> Visit<'_, T> {
    fn name<'n>(&self, name: &'n str) -> &'n str {
        let folder = self.folder.to_string_lossy();
        name.strip_prefix(&*folder).map_or(name, |rest| rest.trim_start_matches('/'))
    }
}

impl<T> Opened for Visit<'_, T> {
    fn blob(&mut self, blob: Blob<'_>) {
        let name = self.name(blob.name);
        let made = (self.each)(name, &mut Input::new(blob.content));
        self.met.push((name.to_owned(), Ok(made)));
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.met.push((self.name(name).to_owned(), Err(why.to_owned())));
    }
}
