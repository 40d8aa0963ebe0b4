//! The program itself, as its operator starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use heritage_registry::store::Place;

use super::{Engine, Home};

const PROGRAM: &str = env!("CARGO_BIN_EXE_heritage-registry");

/// The program, on any port.
pub fn program() -> Command {
    let mut program = Command::new(PROGRAM);
    program
        .env_clear()
        .stdin(Stdio::null())
        .args(["--listen", "127.0.0.1:0"]);
    program
}

/// A program that serves, ended when it is dropped.
pub struct Serving {
    pub child: Child,
    pub lines: Vec<String>,
}

impl Serving {
    /// Starts it and reads what it prints, up to the last of the lines that a start prints.
    pub fn start(mut program: Command, new: bool) -> Serving {
        let mut child = program
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let expected = if new { 8 } else { 4 };
        let output = BufReader::new(child.stdout.take().unwrap());
        let lines: Vec<String> = output.lines().take(expected).map(Result::unwrap).collect();
        if lines.len() < expected {
            let mut error = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut error)
                .unwrap();
            panic!("{lines:#?} {error}");
        }
        Serving { child, lines }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        let rest = self.lines[0].split("http://").nth(1).unwrap();
        rest.split('.').take(4).collect::<Vec<_>>().join(".")
    }

    pub fn get(&self, path: &str) -> String {
        self.ask(path, "Connection: close")
    }

    /// Asks with one more header, and reads until the program closes the connection.
    pub fn ask(&self, path: &str, header: &str) -> String {
        let address = self.address();
        let mut stream = TcpStream::connect(&address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(40)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\n{header}\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The program, with a database that is new.
pub fn with(engine: Engine) -> (Home, Command) {
    let home = engine.home();
    let program = again(&home);
    (home, program)
}

/// The program, with a database that is there.
pub fn again(home: &Home) -> Command {
    let mut program = program();
    at(home, &mut program);
    program
}

/// A command of the program on a database that is there.
pub fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut program = Command::new(PROGRAM);
    program.env_clear().stdin(Stdio::null()).args(arguments);
    at(home, &mut program);
    program
}

fn at(home: &Home, program: &mut Command) {
    match home.place() {
        Place::Sqlite(file) => program.env("HERITAGE_DATA", file.parent().unwrap()),
        Place::Postgres(url) => program.env("DATABASE_URL", url),
    };
}
