//! Serving: the addresses are taken first, and the tasks started last.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::Server;
use anyhow::Context;

use super::Parts;
use super::stopping::{self, Signals};
use crate::config::Config;
use crate::http::{self, State};

/// The addresses that are taken.
pub struct Listeners {
    public: TcpListener,
    private: Option<TcpListener>,
}

impl Listeners {
    /// Where everybody reaches the registry.
    pub fn public(&self) -> io::Result<SocketAddr> {
        self.public.local_addr()
    }

    /// Where its operator does, if they want to.
    pub fn private(&self) -> io::Result<Option<SocketAddr>> {
        self.private
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()
    }
}

/// Takes the addresses, before anything is opened: a new database shows its token once, and must not do so in vain.
pub fn listen(config: &Config) -> anyhow::Result<Listeners> {
    let take = |address, setting| {
        http::listen(address)
            .with_context(|| format!("cannot listen on {address}: choose another with {setting}"))
    };
    let private = config.admin_listen;
    let private = private.map(|address| take(address, "--admin-listen or HERITAGE_ADMIN_LISTEN"));
    Ok(Listeners {
        public: take(config.listen, "--listen or HERITAGE_LISTEN")?,
        private: private.transpose()?,
    })
}

/// What serves, ready to run.
pub struct Serving {
    public: Server,
    private: Option<Server>,
    signals: Signals,
}

/// What serves, ready to run. Must be called within a runtime.
pub fn serve(listeners: Listeners, config: &Config, parts: &Parts) -> anyhow::Result<Serving> {
    let state = Arc::new(State {
        trusted_proxies: config.trusted_for_links(),
        map_style: config.map_style.clone(),
        contact: config.contact.clone(),
        ..parts.state(config.base_url(listeners.public()?))
    });
    let private = listeners.private;
    let private = private.map(|listener| http::serve_privately(listener, state.clone()));
    let serving = Serving {
        private: private.transpose()?,
        public: http::serve(listeners.public, state)?,
        signals: Signals::listen()?,
    };
    actix_web::rt::spawn(parts.follow());
    actix_web::rt::spawn(parts.listen());
    actix_web::rt::spawn(parts.tend());
    Ok(serving)
}

impl Serving {
    /// Serves until it is told to stop, and has. The private address answers until the end.
    pub async fn run(self) -> io::Result<()> {
        if let Some(private) = self.private {
            actix_web::rt::spawn(private);
        }
        stopping::run(self.public, self.signals).await
    }
}
