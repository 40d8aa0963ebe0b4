//! How the program ends: at a signal it takes no more connections, and goes once the requests that are under way are
//! answered; at a second one it goes at once.

use std::io;
use std::process::exit;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::dev::Server;
use actix_web::rt::pin;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

use crate::http::REQUESTS_END_WITHIN;

/// What is under way beside requests (the log is followed, the catalogue kept) has so long after them.
const REST_ENDS_WITHIN: Duration = Duration::from_secs(15);

/// Stopping takes no longer than this, whatever hangs: who ends the program by force has to wait longer.
pub const STOPS_WITHIN: Duration = REQUESTS_END_WITHIN.saturating_add(REST_ENDS_WITHIN);

/// The exit code where something hung: it is the environment's (`cli`).
const HUNG: i32 = 2;

/// Waits for the signals that end the program: SIGTERM of whoever runs it, SIGINT of a terminal.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on, they no longer end the program by themselves. Must be called within a runtime.
    pub(super) fn listen() -> io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The next of them.
    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        }
    }
}

/// Serves until a signal comes, and then until everything has ended.
pub(super) async fn run(server: Server, mut signals: Signals) -> io::Result<()> {
    let handle = server.handle();
    pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        _ = signals.next() => {}
    }
    tracing::info!("stopping: requests that are under way are answered");
    give_up_after(STOPS_WITHIN);
    let stopped = async { tokio::join!(handle.stop(true), server).1 };
    tokio::select! {
        ended = stopped => ended,
        // As a shell tells of whoever a signal ended.
        again = signals.next() => exit(128 + again.as_raw_value()),
    }
}

/// Ends the program after a time, unless it has ended: a database that says nothing can hold a thread for ever.
fn give_up_after(time: Duration) {
    let end = Instant::now() + time;
    thread::spawn(move || {
        while let Some(left) = end
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        {
            thread::park_timeout(left);
        }
        tracing::error!("something did not end; what was not committed is not done");
        exit(HUNG);
    });
}
