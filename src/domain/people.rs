//! Who acts and who reads: accounts, roles, what a role may do, and the two audiences.

use std::str::FromStr;

use super::{Id, Instant, Languages, Organization, Wrong};

/// An account of a person or a program at an organization.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id; internal, never shown to the public.
    pub id: Id<Account>,
    /// What an administrator calls it.
    pub name: String,
    /// The organization it acts for.
    pub organization: Id<Organization>,
    /// What it may do.
    pub role: Role,
}

/// What an account may do, least first: each role may do what those before it may, but for `Researcher`, who only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Submits reports and proposes sites for its organization.
    Contributor,
    /// Reads exact locations of published sites.
    Researcher,
    /// Reviews, edits and publishes; reads exact locations.
    Reviewer,
    /// Accounts, organizations, regions, imports, erasure.
    Admin,
}

impl Role {
    const ALL: [Role; 4] = [
        Role::Contributor,
        Role::Researcher,
        Role::Reviewer,
        Role::Admin,
    ];

    /// The id on the command line and in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Role::Contributor => "contributor",
            Role::Researcher => "researcher",
            Role::Reviewer => "reviewer",
            Role::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        Role::ALL.into_iter().find(|role| role.id() == text).ok_or_else(|| {
            Wrong(format!("there is no role \"{text}\": roles are contributor, researcher, reviewer, admin"))
        })
    }
}

/// Something an actor may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Read the trusted view: exact locations, directions, reasons.
    ReadTrusted,
    /// Bring in records as published, by file.
    Import,
    /// Change a published record.
    Edit,
    /// Take a published record out of the catalogue.
    Withdraw,
}

/// The actor's role does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the role {} may not do this", .role.id())]
pub struct Refused {
    /// The role that was refused.
    pub role: Role,
    /// What was wanted.
    pub deed: Deed,
}

/// An account that acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: Account,
}

impl Actor {
    /// The one table of rights.
    pub fn may(&self, deed: Deed) -> Result<(), Refused> {
        let role = self.account.role;
        let allowed = match deed {
            Deed::ReadTrusted => matches!(role, Role::Researcher | Role::Reviewer | Role::Admin),
            Deed::Edit | Deed::Withdraw => matches!(role, Role::Reviewer | Role::Admin),
            Deed::Import => matches!(role, Role::Admin),
        };
        if allowed {
            Ok(())
        } else {
            Err(Refused { role, deed })
        }
    }

    /// The view it reads.
    pub fn audience(&self) -> Audience {
        if self.may(Deed::ReadTrusted).is_ok() {
            Audience::Trusted
        } else {
            Audience::Public
        }
    }
}

/// Which of the two views somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody.
    Public,
    /// Researchers, reviewers and administrators.
    Trusted,
}

impl Audience {
    /// Both, the public first.
    pub const ALL: [Audience; 2] = [Audience::Public, Audience::Trusted];
}

/// Who reads: with which rights, and in which languages.
#[derive(Clone, Debug)]
pub struct Reader {
    actor: Option<Actor>,
    languages: Languages,
}

impl Reader {
    /// A reader who showed a credential, or none; with the languages they read, best first.
    pub fn new(actor: Option<Actor>, languages: Languages) -> Reader {
        Reader { actor, languages }
    }

    /// Whether they showed a credential.
    pub fn is_known(&self) -> bool {
        self.actor.is_some()
    }

    /// The view they read.
    pub fn audience(&self) -> Audience {
        self.actor
            .as_ref()
            .map_or(Audience::Public, Actor::audience)
    }

    /// The languages they read, best first.
    pub fn languages(&self) -> &Languages {
        &self.languages
    }
}

/// Marks the id of a photo or document.
#[derive(Clone, Copy, Debug)]
pub enum Attachment {}

/// Marks the id of a token.
#[derive(Clone, Copy, Debug)]
pub enum Token {}

/// A token as it is kept: its hash, not itself.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its id, by which it is revoked.
    pub id: Id<Token>,
    /// The account it acts as.
    pub account: Id<Account>,
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// When it stops working, if ever.
    pub expires_at: Option<Instant>,
}
