//! The command line: what can be said, what is printed, and which exit code ends it. `people.rs` has the commands for
//! accounts and tokens, `erase.rs` the one that erases; `logs.rs` has what is logged.

/// Prints a line. Where nobody reads on, as behind `| head`, nothing is said any more.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($what)*);
    }};
}

mod commands;
mod erase;
mod export;
mod import;
mod keeping;
mod logs;
mod people;
mod progress;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{self, Parts};
use crate::config::{Config, LogFormat};
use crate::domain::{Clock, Corrupt, Faults, Ids};
use crate::registry::{self, Seed};
use crate::store;

/// The shared, neutral record of the cultural and religious sites of Karabakh
///
/// Without a command, it serves: a new database is made in ./data and filled with the real catalogue.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 what is given is at fault (a file, a record, the value of an argument), 2 the command line cannot be read, or the environment is at fault (disk, database, port).\nHERITAGE_BOOTSTRAP_TOKEN chooses the administrator's token of a new database (at least 32 characters). RUST_LOG=info says more."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
    /// How warnings and errors are written, to standard error: text, or JSON with one object on each line
    #[arg(
        long,
        env = "HERITAGE_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text",
        global = true
    )]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the catalogue over HTTP (this is what happens without a command)
    Serve(Config),
    /// Add, list or disable accounts
    #[command(subcommand)]
    Account(people::Account),
    /// Issue, list or revoke tokens
    #[command(subcommand)]
    Token(people::Token),
    /// Bring in records from a file: all of them, or none and every fault with its line
    Import(import::Import),
    /// Write records into a file, as `import` reads them, or as the public sees them
    Export(export::Export),
    /// Write all that a database holds into one file, while the registry runs
    Backup(keeping::Backup),
    /// Make a new database of a backup, with either engine
    Restore(keeping::Restore),
    /// Fill a new database, with either engine, with all that this one holds
    Move(keeping::Move),
    /// Look whether everything is as the log says
    Check(keeping::Check),
    /// Erase what a record says, in every version of it, for safety or privacy
    Erase(erase::Erase),
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    logs::start(cli.log_format);
    let done = match cli.command {
        Some(Command::Serve(config)) => serve(&config),
        Some(Command::Account(command)) => people::account(command),
        Some(Command::Token(command)) => people::token(command),
        Some(Command::Import(asked)) => import::import(asked),
        Some(Command::Export(asked)) => export::export(asked),
        Some(Command::Backup(asked)) => keeping::backup(&asked),
        Some(Command::Restore(asked)) => keeping::restore(&asked),
        Some(Command::Move(asked)) => keeping::move_over(&asked),
        Some(Command::Check(asked)) => keeping::check(&asked),
        Some(Command::Erase(asked)) => erase::erase(asked),
        None => serve(&cli.config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            exit_code(&error)
        }
    }
}

fn serve(config: &Config) -> anyhow::Result<()> {
    config.check().map_err(anyhow::Error::msg)?;
    let rules = app::rules(config)?;
    let extras = app::read_extras(&config.extra)?;
    let listeners = app::listen(config)?;
    let (public, private) = (listeners.public()?, listeners.private()?);
    let _claim = app::claim(&config.database)?;
    let token = config
        .bootstrap_token
        .as_ref()
        .map(|token| token.reveal().to_owned());
    let seed = if config.empty {
        Seed::of([])
    } else {
        Seed::compiled_in()
    };
    let parts = Parts::open(
        &app::place(&config.database),
        Some(&app::kept_file(&config.database)),
        Clock::system(),
        Ids::random(),
        seed,
        token,
        rules,
    )?;
    parts.catalogue.lay_beside(extras);
    actix_web::rt::System::new().block_on(async {
        let serving = app::serve(listeners, config, &parts)?;
        welcome(config, &parts, public, private);
        anyhow::Ok(serving.run().await?)
    })?;
    parts.close();
    Ok(())
}

/// What the operator sees: addresses worth opening and, once, the administrator's token.
fn welcome(config: &Config, parts: &Parts, listening: SocketAddr, private: Option<SocketAddr>) {
    let base = config.base_url(listening);
    say!("The heritage registry is listening on http://{listening}. Worth opening:");
    say!("  {base}/");
    say!("  {base}/collections/sites/items?located=true&bbox=46.7,39.7,46.8,39.8&lang=en");
    say!("  {base}/collections/sites/items?condition=destroyed&sortby=-condition_observed_on");
    if let Some(private) = private {
        say!("For its operator alone: http://{private}/metrics");
    }
    if let Some(token) = &parts.token {
        say!("This database is new. The administrator's token, which is not shown again:");
        say!("  {token}");
        if config.two_organizations {
            say!(
                "What one organization submits is published by a reviewer of another. Where there is only one, start with"
            );
            say!("  --two-organizations=false (or HERITAGE_TWO_ORGANIZATIONS=false)");
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "this is the program talking to its operator"
)]
fn complain(error: &anyhow::Error) {
    eprintln!("heritage-registry: {error:#}");
}

/// 1 where a file or a record is at fault, 2 where the machine, the database or the network is.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    let is_input = error.chain().any(|cause| {
        let registry = matches!(
            cause.downcast_ref(),
            Some(
                registry::Error::Faults(_)
                    | registry::Error::Clash(_)
                    | registry::Error::NoAccount(_)
                    | registry::Error::NoRecord(_)
                    | registry::Error::NoToken(_)
                    | registry::Error::Store(store::Error::Corrupt(_))
            )
        );
        registry
            || cause.is::<Corrupt>()
            || cause.is::<Faults>()
            || matches!(
                cause.downcast_ref(),
                Some(store::Error::Corrupt(_) | store::Error::Unsound(_))
            )
    });
    ExitCode::from(if is_input { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Fault, FaultKind};

    #[test]
    fn a_fault_of_a_file_is_1_and_of_the_machine_is_2() {
        let fault = Fault {
            place: "sites/other.json#/0".to_owned(),
            kind: FaultKind::Other,
            detail: "is wrong".to_owned(),
        };
        let of_file = registry::Error::Faults(Faults(vec![fault]));
        assert_eq!(exit_code(&of_file.into()), ExitCode::from(1));
        assert_eq!(exit_code(&store::Error::Busy.into()), ExitCode::from(2));
        assert_eq!(
            exit_code(&registry::Error::Store(store::Error::ReadOnly).into()),
            ExitCode::from(2)
        );
        assert_eq!(
            exit_code(&anyhow::anyhow!("the port is taken")),
            ExitCode::from(2)
        );
    }
}
