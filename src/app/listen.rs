//! Hears of what other instances wrote, so that it is shown at once.
//!
//! It only shortens the wait: the log is looked at twice a second in any case, since nobody can tell whether notifications
//! come. A pooler may swallow them, and a connection may be dead without anybody having said so.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::store::{self, Listener, Store};

/// How often it is looked at whether something was heard. diesel does not lend the socket to be waited for, and a look is
/// one read that does not wait.
const HEAR_EVERY: Duration = Duration::from_millis(50);

/// After a connection was lost or refused, the next is tried no sooner.
const PAUSE: Duration = Duration::from_secs(1);

/// A connection that does not last so long is lost for the same reason as the one before.
const LASTING: Duration = Duration::from_mins(1);

/// Rings `news` whenever something was committed, until it is dropped; ends at once where nobody tells.
pub(super) async fn listen(store: Arc<Store>, news: Arc<Notify>) {
    let mut is_said = false;
    loop {
        let store = store.clone();
        let error: anyhow::Error = match spawn_blocking(move || store.listen()).await {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(listener))) => {
                let began = Instant::now();
                let error = hear(listener, &news).await;
                is_said &= began.elapsed() < LASTING;
                error.into()
            }
            Ok(Err(error)) => error.into(),
            Err(panicked) => panicked.into(),
        };
        // Said once, not once a second.
        if !is_said {
            tracing::warn!(%error, "what other instances write is not heard of, and shown within a second; it is tried again");
            is_said = true;
        }
        sleep_until(Instant::now() + PAUSE).await;
    }
}

/// Gives why nothing is heard any more.
async fn hear(mut listener: Listener, news: &Notify) -> store::Error {
    // Of what was committed before, nobody told it.
    news.notify_one();
    let mut ticks = interval(HEAR_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match listener.heard() {
            Ok(true) => news.notify_one(),
            Ok(false) => {}
            Err(error) => return error,
        }
    }
}
