//! What the program logs: to standard error, as text or as JSON, and nothing that tells who asked for what.
//!
//! `RUST_LOG` chooses among the lines of this program. What other crates say of a request, its head and its bytes, they
//! say of everybody's, so no setting shows it.

use std::any::Any;
use std::io::{IsTerminal, stderr};
use std::panic::{self, PanicHookInfo};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use crate::config::LogFormat;

/// The targets that are shown, each up to a level: this program's own, and what takes connections, which knows nothing of
/// what is asked on them but may run out of files.
const SHOWN: [(&str, Level); 2] = [
    ("heritage_registry", Level::TRACE),
    ("actix_server", Level::INFO),
];

/// Begins to log, panics too. Called once.
pub(super) fn start(format: LogFormat) {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        // A file is read by other programs, for which colours are noise.
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    registry()
        .with(lines)
        .with(asked)
        .with(filter_fn(is_shown))
        .init();
    panic::set_hook(Box::new(log_panic));
}

fn is_shown(about: &Metadata<'_>) -> bool {
    let (target, level) = (about.target(), *about.level());
    SHOWN.iter().any(|(name, up_to)| {
        let rest = target.strip_prefix(name);
        level <= *up_to && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let (place, why) = (place.unwrap_or_default(), why(panic.payload()));
    tracing::error!(%place, why, "this should not have happened");
}

/// What a panic says, if it stands so in the source: what is put together may be put together from what somebody sent.
fn why(payload: &dyn Any) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_panic_tells_what_stands_in_the_source_alone() {
        let of = |panics: fn(&str)| {
            let caught = catch_unwind(|| panics("directions to a hidden place"));
            why(&*caught.unwrap_err())
        };
        assert_eq!(of(|_| panic!("this cannot be")), Some("this cannot be"));
        assert_eq!(of(|sent| panic!("this is {sent}")), None);
        assert_eq!(of(|sent| assert!(sent[..100].is_empty())), None);
    }
}
