//! Every setting of the program, read once from the command line and the environment, and checked once.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// The fewest characters of a token that an operator sets.
const BOOTSTRAP_TOKEN_LENGTH: usize = 32;

/// The settings of `serve`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address and port to listen on
    #[arg(
        long,
        env = "HERITAGE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,

    /// Folder of the embedded database, made if it is not there
    #[arg(
        long,
        env = "HERITAGE_DATA",
        value_name = "FOLDER",
        default_value = "./data"
    )]
    pub data: PathBuf,

    /// PostgreSQL database to use instead: `postgres://user:password@host/name`
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, value_parser = parse_database_url)]
    pub database_url: Option<String>,

    /// Address under which people reach the registry, for links [default: http:// and the address it listens on]
    #[arg(long, env = "HERITAGE_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,

    /// Token of the administrator of a new database, at least 32 characters; without it one is made, and shown once
    #[arg(long = "bootstrap-token", env = "HERITAGE_BOOTSTRAP_TOKEN", hide = true, hide_env_values = true, value_parser = parse_token)]
    pub bootstrap_token: Option<String>,
}

impl Config {
    /// The base of every link, without a slash at its end.
    pub fn base_url(&self, listening: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{listening}"))
    }
}

fn parse_database_url(text: &str) -> Result<String, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(text.to_owned());
    }
    Err("the address of a database begins with postgres://; without one, the registry keeps its own file".to_owned())
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write https://registry.example.org, with the path if there is one, and nothing after it".to_owned()),
    }
}

fn parse_token(text: &str) -> Result<String, String> {
    if text.len() >= BOOTSTRAP_TOKEN_LENGTH && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a token has at least {BOOTSTRAP_TOKEN_LENGTH} characters, and no spaces: openssl rand -hex 32 makes one"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        assert_eq!(
            parse_public_url("https://example.org/heritage/"),
            Ok("https://example.org/heritage".to_owned())
        );
        for wrong in [
            "example.org",
            "https://",
            "https://example.org?x",
            "ftp://example.org",
        ] {
            assert!(parse_public_url(wrong).is_err(), "{wrong}");
        }
        assert!(parse_database_url("mysql://localhost/x").is_err());
    }

    #[test]
    fn a_short_token_is_refused() {
        assert!(parse_token(&"a".repeat(31)).is_err());
        assert!(parse_token(&"a".repeat(32)).is_ok());
        assert!(parse_token(&" ".repeat(32)).is_err());
    }
}
