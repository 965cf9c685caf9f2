//! Work on many items by several threads; results are folded in the items' order.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls `work` for each number below `count` on `threads` threads and hands the results to
/// `fold` in order. What is finished early waits; a thread that runs far ahead waits too, so
/// that memory stays bounded.
pub(crate) fn in_order<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut fold: impl FnMut(usize, T) + Send,
) {
    if threads <= 1 || count <= 1 {
        (0..count).for_each(|at| fold(at, work(at)));
        return;
    }
    let next = AtomicUsize::new(0);
    let state = Mutex::new((0usize, BTreeMap::<usize, T>::new(), &mut fold));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let done = work(at);
                    let mut guard = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    let (due, waiting, fold) = &mut *guard;
                    waiting.insert(at, done);
                    while let Some(ready) = waiting.remove(due) {
                        fold(*due, ready);
                        *due += 1;
                    }
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_items_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            in_order(100, threads, |at| at * 2, |at, value| seen.push((at, value)));
            assert_eq!(seen, (0..100).map(|at| (at, at * 2)).collect::<Vec<_>>());
        }
    }
}
