//! How far long work is: shown on a terminal, and nowhere else.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often it is drawn while nothing is told of it.
const TICK: Duration = Duration::from_millis(120);

/// Work of which it is known how much there is.
pub(super) fn bar(what: &'static str, of: usize) -> ProgressBar {
    let of = u64::try_from(of).unwrap_or(u64::MAX);
    shown(
        ProgressBar::new(of),
        what,
        "{msg:10} {wide_bar} {human_pos}/{human_len} {eta}",
    )
}

/// Work of which only what is done is known.
pub(super) fn lines(what: &'static str) -> ProgressBar {
    shown(
        ProgressBar::no_length(),
        what,
        "{msg:10} {human_pos} in {elapsed}",
    )
}

/// Work that is one step.
pub(super) fn during<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    let bar = shown(
        ProgressBar::new_spinner(),
        what,
        "{msg:10} {spinner} {elapsed}",
    );
    bar.enable_steady_tick(TICK);
    let done = work();
    bar.finish_and_clear();
    done
}

fn shown(bar: ProgressBar, what: &'static str, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.expect("it is a template"))
        .with_message(what)
}
