//! Accounts and tokens at the command line. What a program wants to read of it, an id or a token, is printed alone.

use clap::{Args, Subcommand};
use serde_json::json;

use super::commands::{open, said};
use crate::config::Database;
use crate::domain::{self, AccountDraft, Id, ListedAccount, ListedToken, TokenDraft, read};

type AccountId = Id<domain::Account>;
type TokenId = Id<domain::Token>;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Add an account, and print its id
    Add {
        /// What administrators call it: a person, a phone, a program
        name: String,
        /// Id of the organization that it acts for
        #[arg(long, value_name = "ID")]
        organization: String,
        /// contributor, researcher, reviewer or admin
        #[arg(long)]
        role: String,
        #[command(flatten)]
        database: Database,
    },
    /// List all accounts, oldest first
    List(At),
    /// Disable an account, and with it all its tokens; it stays in the list, since the log names it
    Disable {
        /// Id of the account, as `account list` shows it
        #[arg(value_parser = AccountId::parse)]
        account: AccountId,
        #[command(flatten)]
        database: Database,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Issue a token to an account, and print it: it is shown this once
    Issue {
        /// Id of the account, as `account list` shows it
        #[arg(value_parser = AccountId::parse)]
        account: AccountId,
        /// For QGIS, which cannot say which version it changes: the last write wins, and the log keeps the others
        #[arg(long)]
        desktop: bool,
        /// Last day on which it works, in UTC [default: until it is revoked]
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// List the tokens of an account, oldest first
    List {
        /// Id of the account
        #[arg(value_parser = AccountId::parse)]
        account: AccountId,
        #[command(flatten)]
        database: Database,
    },
    /// Revoke a token
    Revoke {
        /// Id of the token, as `token list` shows it
        #[arg(value_parser = TokenId::parse)]
        token: TokenId,
        #[command(flatten)]
        database: Database,
    },
}

/// Where the database is, alone.
#[derive(Args, Debug)]
pub(super) struct At {
    #[command(flatten)]
    database: Database,
}

pub(super) fn account(command: Account) -> anyhow::Result<()> {
    match command {
        Account::Add {
            name,
            organization,
            role,
            database,
        } => {
            let body = json!({"name": name, "organization_id": organization, "role": role});
            let draft = said(read(&body, "", AccountDraft::read))?;
            let (registry, actor) = open(&database)?;
            say!("{}", said(registry.add_account(&actor, draft))?.account.id);
        }
        Account::List(At { database }) => {
            let (registry, actor) = open(&database)?;
            registry.accounts(&actor)?.iter().for_each(show_account);
        }
        Account::Disable { account, database } => {
            let (registry, actor) = open(&database)?;
            registry.disable_account(&actor, account)?;
        }
    }
    Ok(())
}

pub(super) fn token(command: Token) -> anyhow::Result<()> {
    match command {
        Token::Issue {
            account,
            desktop,
            expires,
            database,
        } => {
            let body = json!({"desktop": desktop, "expires_on": expires});
            let draft = said(read(&body, "", TokenDraft::read))?;
            let (registry, actor) = open(&database)?;
            say!(
                "{}",
                said(registry.issue_token(&actor, account, draft))?.text
            );
        }
        Token::List { account, database } => {
            let (registry, actor) = open(&database)?;
            registry
                .tokens(&actor, account)?
                .iter()
                .for_each(show_token);
        }
        Token::Revoke { token, database } => {
            let (registry, actor) = open(&database)?;
            registry.revoke_token(&actor, token)?;
        }
    }
    Ok(())
}

fn show_account(listed: &ListedAccount) {
    let account = &listed.account;
    let (id, organization) = (account.id, account.organization);
    let state = match listed.disabled_at {
        Some(at) => format!("disabled {}", at.day()),
        None => format!("since {}", listed.created_at.day()),
    };
    say!(
        "{id}  {:<11}  of {organization}  {state:<19}  {}",
        account.role.id(),
        account.name
    );
}

fn show_token(token: &ListedToken) {
    let end = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", at.day()),
        (None, Some(at)) => format!("ends {at}"),
        (None, None) => "no end".to_owned(),
    };
    let used = match token.last_used_on {
        Some(day) => format!("used {day}"),
        None => "never used".to_owned(),
    };
    let kind = if token.is_desktop { "desktop" } else { "-" };
    say!(
        "{}  issued {}  {end:<25}  {used:<15}  {kind}",
        token.id,
        token.created_at.day()
    );
}
