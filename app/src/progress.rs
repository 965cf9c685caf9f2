//! The progress bar: bytes, files, rate, time left; on stderr, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::seam::feed::Feed;

/// A progress bar over the stored bytes of the input.
pub struct Bar {
    shown: ProgressBar,
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Bar {
    /// Shows nothing if `quiet` or if stderr is no terminal.
    pub fn new(quiet: bool, feed: &dyn Feed) -> Self {
        let bar = if quiet || !io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let items = feed.items().unwrap_or_default();
            let total = items.iter().filter_map(|item| item.size).sum();
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let template = "{bar:24} {bytes}/{total_bytes} {binary_bytes_per_sec} {msg} eta {eta}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        };
        Bar { shown: bar, files: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.shown.finish_and_clear();
    }
}

impl engine::Progress for Bar {
    fn advance(&self, bytes: u64, items: u64, stored: u64) {
        let files = self.files.fetch_add(items, Ordering::Relaxed) + items;
        let read = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if !self.shown.is_hidden() {
            self.shown.inc(stored);
            self.shown.set_message(format!("{files} files, {} MB unpacked", read / 1_000_000));
        }
    }
}
