//! TLS to PostgreSQL: who asks for a server that proves who it is speaks to no other.

use std::fs;
use std::net::ToSocketAddrs;

use heritage_registry::store::Place;

use crate::harness::{Engine, Serving, authority, program, server};

/// Of an authority that signed nothing.
const ANOTHER_AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUMKWts7J/w5EO8jrO3WIimtOhbKgwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI5MTcxMDI3WhgP
MjEyNjExMDUxNzEwMjdaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1ioD+KzM/IMg2xtxqJY7xmOmNqUMVhxo
K9fyqfZ2Nau2SEzpje5IaSP2zO1Xh8ClnnA0lToLaAWMH0lMMmF+MKNTMFEwHQYD
VR0OBBYEFIJGD0lMcfomEtfkA+xlN5hDxnvFMB8GA1UdIwQYMBaAFIJGD0lMcfom
EtfkA+xlN5hDxnvFMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
PUwiysYxPug46A5XZFcUbGzI8pnt/i29q6PhrOZlSDcCIQCcmPemmeCjUoBCuXZd
ik/UcaN1NiAGjRd1mkrw4yXNxg==
-----END CERTIFICATE-----
";

#[test]
fn a_server_that_proves_who_it_is_is_spoken_to_by_tls_alone() {
    let authority = authority();
    for (root, system) in [(authority.as_str(), ""), ("system", authority.as_str())] {
        let home = Engine::Postgres.home();
        let Place::Postgres(url) = home.place() else {
            unreachable!()
        };
        let folder = tempfile::tempdir().unwrap();
        let mut program = program();
        program
            .env(
                "DATABASE_URL",
                format!("{url}?sslmode=verify-full&sslrootcert={root}"),
            )
            .env("SSL_CERT_FILE", system)
            .env("HERITAGE_DATA", folder.path());
        let serving = Serving::start(program, true);
        assert!(serving.get("/readyz").contains("200 OK"));
        let connections = home.lines(
            "SELECT ssl::text AS line FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        assert!(!connections.is_empty());
        assert!(
            connections.iter().all(|ssl| ssl == "true"),
            "{connections:?}"
        );
    }
}

#[test]
fn a_server_that_does_not_prove_who_it_is_is_refused_with_what_to_write() {
    let server = server();
    let host = server.rsplit(['@', '/']).nth(1).unwrap();
    let address = host.to_socket_addrs().unwrap().next().unwrap();
    let (ip, port) = (address.ip(), address.port());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("another.crt");
    fs::write(&file, ANOTHER_AUTHORITY).unwrap();
    let (another, authority) = (file.to_str().unwrap(), authority());
    let no_file = "root certificate file \"/nowhere/ca.crt\" does not exist; write";
    for (host, root, expected) in [
        (
            host,
            format!("&sslrootcert={another}"),
            "certificate verify failed; write",
        ),
        (
            &format!("registry.example:{port}"),
            format!("&hostaddr={ip}&sslrootcert={authority}"),
            "does not match host name \"registry.example\"; write",
        ),
        (host, String::new(), "root certificate file"),
        (host, "&sslrootcert=/nowhere/ca.crt".to_owned(), no_file),
        (
            host,
            "&sslrootcert=system".to_owned(),
            "certificate verify failed; write",
        ),
    ] {
        let url = format!("postgres://keeper:s3cr3t@{host}/none?sslmode=verify-full{root}");
        let output = program().env("DATABASE_URL", &url).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), error.lines().count()),
            (Some(2), 1),
            "{error}"
        );
        assert!(error.contains(expected), "{error}");
        let advice = "write sslmode=verify-full&sslrootcert=FILE into the URL";
        assert!(error.contains(advice), "{error}");
        assert_eq!(error.matches("system").count(), 0, "{error}");
        assert_eq!(error.matches("3cr").count(), 0, "{error}");
    }
}
