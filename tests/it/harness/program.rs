//! The program itself, as its operator starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
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
    output: BufReader<ChildStdout>,
    log: Option<JoinHandle<String>>,
}

impl Serving {
    /// Starts it and reads what it prints, up to the last of the lines that a start prints.
    pub fn start(program: Command, new: bool) -> Serving {
        Serving::printing(program, if new { 8 } else { 4 })
    }

    /// Starts one that prints so many lines.
    pub fn printing(mut program: Command, expected: usize) -> Serving {
        let mut child = program
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = child.stderr.take().unwrap();
        // Read all the time: a program whose log nobody takes would wait.
        let log = thread::spawn(move || {
            let mut log = String::new();
            errors.read_to_string(&mut log).unwrap();
            log
        });
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let lines = output.by_ref().lines().take(expected);
        let lines: Vec<String> = lines.map(Result::unwrap).collect();
        let log = if lines.len() == expected {
            Some(log)
        } else {
            panic!("{lines:#?} {}", log.join().unwrap());
        };
        Serving {
            child,
            lines,
            output,
            log,
        }
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        address_in(&self.lines[0], ". ")
    }

    /// The private address that it listens on, where it prints it.
    pub fn private(&self) -> SocketAddr {
        let line = self.lines.iter().find(|line| line.ends_with("/metrics"));
        address_in(line.unwrap(), "/metrics")
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, once it has, and all that it said meanwhile: what it printed, and its log.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let mut said = self.lines.join("\n");
        self.output.read_to_string(&mut said).unwrap();
        let ended = self.child.wait().unwrap();
        said.push_str(&self.log.take().unwrap().join().unwrap());
        (ended, said)
    }

    pub fn get(&self, path: &str) -> String {
        self.ask(path, "Connection: close")
    }

    /// Asks with one more header, and reads until the program closes the connection.
    pub fn ask(&self, path: &str, header: &str) -> String {
        ask(self.address(), path, header)
    }
}

/// Asks an address with one more header, and reads until the connection is closed.
pub fn ask(address: SocketAddr, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
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

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn address_in(line: &str, end: &str) -> SocketAddr {
    let (_, rest) = line.split_once("http://").unwrap();
    rest.split_once(end).unwrap().0.parse().unwrap()
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
