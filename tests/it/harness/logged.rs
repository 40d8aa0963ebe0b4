//! What the program writes to its log.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use tracing_subscriber::filter::LevelFilter;

thread_local! {
    /// What was written on this thread, while somebody wants to know.
    static WRITTEN: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| {
            if let Some(written) = written {
                written.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Listens to the log, for the whole process: tracing (0.1) remembers of each line whether anybody wants it, and would
/// not ask again when one thread of many begins to listen.
pub(super) fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::WARN)
            .with_ansi(false)
            .without_time()
            .with_writer(|| Log)
            .init();
    });
}

/// The lines that the log gets while `work` is done, of this thread, on which all requests of a test are answered.
pub fn logged<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    WRITTEN.set(Some(Vec::new()));
    let done = work();
    let written = WRITTEN.take().unwrap_or_default();
    let lines = std::str::from_utf8(&written).unwrap().lines();
    (done, lines.map(str::to_owned).collect())
}
