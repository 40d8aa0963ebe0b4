//! A line between a browser and the program: it counts what comes over it, and may be as slow as those of villages are.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::browser::pause;

/// A line to a program, from a port of its own.
pub struct Line {
    pub address: SocketAddr,
    carried: Arc<AtomicU64>,
}

/// How slow a line is.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Bits in a millisecond, of all connections together.
    pub kilobits: u64,
    /// How long a request takes to arrive.
    pub delay: Duration,
}

impl Line {
    /// One to an address; without a pace, as fast as the machine is.
    pub fn to(program: SocketAddr, pace: Option<Pace>) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Line {
            address: listener.local_addr().unwrap(),
            carried: Arc::default(),
        };
        let (carried, free) = (line.carried.clone(), Arc::new(Mutex::new(Instant::now())));
        thread::spawn(move || {
            for caller in listener.incoming() {
                let (caller, program) = (caller.unwrap(), TcpStream::connect(program).unwrap());
                let [from, to] = [&caller, &program].map(|one| one.try_clone().unwrap());
                thread::spawn(move || {
                    carry(from, to, |_| {
                        if let Some(pace) = pace {
                            pause(pace.delay);
                        }
                    });
                });
                let (carried, free) = (carried.clone(), free.clone());
                thread::spawn(move || {
                    carry(program, caller, |bytes| {
                        carried.fetch_add(bytes, Ordering::Relaxed);
                        if let Some(pace) = pace {
                            sleep_until(&free, Duration::from_millis(bytes * 8 / pace.kilobits));
                        }
                    });
                });
            }
        });
        line
    }

    /// Bytes that came over it since this was last asked, heads included.
    pub fn carried(&self) -> u64 {
        self.carried.swap(0, Ordering::Relaxed)
    }
}

/// Waits for a turn on the line, and then as long as it takes.
fn sleep_until(free: &Mutex<Instant>, takes: Duration) {
    let until = {
        let mut free = free.lock().unwrap();
        *free = (*free).max(Instant::now()) + takes;
        *free
    };
    pause(until.saturating_duration_since(Instant::now()));
}

/// Passes on what comes, piece by piece, until either side has gone.
fn carry(mut from: TcpStream, mut to: TcpStream, before: impl Fn(u64)) {
    let mut piece = [0; 1460];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        before(length as u64);
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    // Whoever has gone already need not be told.
    let _ = to.shutdown(Shutdown::Write);
}
