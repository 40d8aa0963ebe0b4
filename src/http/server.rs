//! The server: how connections are taken, and how long each may wait for what.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::App;
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig};
use socket2::{Domain, Protocol, Socket, Type};

use super::paced::{PATIENCE, Paced};
use super::{State, configure, private};

/// The head of a request has to arrive within this; a phone far from its mast needs a few seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection that is being closed may take to take note.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// An idle connection is kept longer than by nginx (60 s), so that the proxy closes it, and never writes into one that is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// So many connections of one worker, of which there is one for each core; what comes beyond waits in the backlog.
const CONNECTIONS_OF_A_WORKER: usize = 1000;
/// So many connections of the private address: who reads metrics needs one.
const PRIVATE_CONNECTIONS: usize = 50;
/// So many connections wait to be taken; the system may allow fewer (`net.core.somaxconn`).
const BACKLOG: i32 = 1024;
/// When the program stops, requests that are under way have so long to end; those that have not are cut off. As long as a
/// reader may take nothing, and three times as long as long work waits for its turn.
pub const REQUESTS_END_WITHIN: Duration = Duration::from_mins(1);
/// What the system still has to send of an answer is kept for so long after the reader took the last of it.
const READER_TIMEOUT: Duration = PATIENCE.debt;

/// Takes an address.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    // As the standard library does it: a restart need not wait for old connections to be forgotten.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    // Connections inherit both (tcp(7)). Without the second, chunked bodies stall on Nagle's algorithm and delayed
    // acknowledgements.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(READER_TIMEOUT))?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The server of the public, ready to run. Must be called within a runtime.
pub fn serve(listener: TcpListener, state: Arc<State>) -> io::Result<Server> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let workers = (cores, CONNECTIONS_OF_A_WORKER);
    server(listener, state, configure, workers)
}

/// The server of the private address, ready to run, with a worker of its own: it is asked above all when the others are
/// busy. Must be called within a runtime.
pub fn serve_privately(listener: TcpListener, state: Arc<State>) -> io::Result<Server> {
    let workers = (1, PRIVATE_CONNECTIONS);
    server(listener, state, private::configure, workers)
}

/// With so many workers, and so many connections of each.
fn server(
    listener: TcpListener,
    state: Arc<State>,
    configure: fn(&mut ServiceConfig),
    (workers, connections): (usize, usize),
) -> io::Result<Server> {
    let state = Data::from(state);
    let builder = Server::build()
        .workers(workers)
        // `app` waits for them: this library would take no second one.
        .disable_signals()
        .shutdown_timeout(REQUESTS_END_WITHIN.as_secs())
        .max_concurrent_connections(connections);
    let stopping = builder.graceful_shutdown_signal();
    // Not `actix_web::HttpServer`, which leaves no room for anything between a connection and the requests on it.
    let on_a_worker = move || {
        let app = App::new().app_data(state.clone()).configure(configure);
        let stopping = stopping.clone();
        let requests = HttpService::build()
            .client_request_timeout(REQUEST_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(async |connection: TcpStream| {
            let peer = connection.peer_addr().ok();
            Ok::<_, DispatchError>((Paced::new(connection, PATIENCE), peer))
        })
        .and_then(requests)
    };
    Ok(builder.listen("registry", listener, on_a_worker)?.run())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use socket2::SockRef;

    use super::*;

    #[test]
    fn a_connection_sends_at_once_and_ends_when_nothing_is_taken_from_it() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (taken, _) = listener.accept().unwrap();
        let taken = SockRef::from(&taken);
        assert!(taken.tcp_nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(taken.tcp_user_timeout().unwrap(), Some(READER_TIMEOUT));
    }
}
