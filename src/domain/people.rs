//! Who acts and who reads: accounts and their tokens, roles, what a role may do, and the two audiences.

use std::str::FromStr;

use super::{Collection, Day, FaultKind, Id, Instant, Languages, Node, Organization, Wrong};

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

/// An account that somebody asks for.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    /// What an administrator will call it.
    pub name: String,
    /// The organization it will act for.
    pub organization: Id<Organization>,
    /// What it will be allowed to do.
    pub role: Role,
}

impl AccountDraft {
    /// Reads `{"name", "organization_id", "role"}`.
    pub fn read(node: &Node<'_>) -> Option<AccountDraft> {
        let fields = node.fields()?;
        let name = fields.required("name", |node| {
            let name = node.text()?;
            if name.chars().count() > NAME_MAX || name.contains('\n') {
                return node.fault(
                    FaultKind::TooLong { most: NAME_MAX },
                    format!("a name is one line of at most {NAME_MAX} characters"),
                );
            }
            Some(name)
        });
        let organization = fields.required("organization_id", Node::id);
        let role = fields.required("role", |node| {
            node.check(FaultKind::NotOneOf, node.raw_text()?.parse())
        });
        Some(AccountDraft {
            name: name?,
            organization: organization?,
            role: role?,
        })
    }
}

/// So many characters the name of an account has at most.
pub const NAME_MAX: usize = 100;

/// An account as administrators see it.
#[derive(Clone, Debug)]
pub struct ListedAccount {
    /// The account.
    pub account: Account,
    /// When it was added.
    pub created_at: Instant,
    /// Since when it may do nothing any more. It is never deleted: the log names it.
    pub disabled_at: Option<Instant>,
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
    /// All, least first.
    pub const ALL: [Role; 4] = [
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
    /// Submit reports and propose sites for the own organization.
    Submit,
    /// Decide on what was submitted; change, merge and withdraw sites; correct and withdraw reports.
    Review,
    /// Publish what the own organization submitted, undo a merge, bring back what was withdrawn.
    Overrule,
    /// Change organizations and regions, or take them out of the catalogue.
    EditOrganizations,
    /// Bring in records as published, by file.
    Import,
    /// Add and disable accounts, issue and revoke tokens.
    KeepAccounts,
    /// Erase what a record says, in every version of it.
    Erase,
    /// Have a sensitivity that was a mistake count no longer in the past of a site.
    ResetSensitivity,
}

impl Deed {
    /// Changing a record of a collection, or taking it out of the catalogue.
    pub const fn edit(collection: Collection) -> Deed {
        match collection {
            Collection::Sites | Collection::ConditionReports => Deed::Review,
            Collection::Organizations | Collection::Regions => Deed::EditOrganizations,
        }
    }

    /// Adding a record to a collection: what is submitted is decided on by others.
    pub const fn create(collection: Collection) -> Deed {
        match collection {
            Collection::Sites | Collection::ConditionReports => Deed::Submit,
            Collection::Organizations | Collection::Regions => Deed::EditOrganizations,
        }
    }

    /// All, as documents list them.
    pub const ALL: [Deed; 9] = [
        Deed::ReadTrusted,
        Deed::Submit,
        Deed::Review,
        Deed::Overrule,
        Deed::EditOrganizations,
        Deed::Import,
        Deed::KeepAccounts,
        Deed::Erase,
        Deed::ResetSensitivity,
    ];

    /// The id in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Deed::ReadTrusted => "read_trusted",
            Deed::Submit => "submit",
            Deed::Review => "review",
            Deed::Overrule => "overrule",
            Deed::EditOrganizations => "edit_organizations",
            Deed::Import => "import",
            Deed::KeepAccounts => "keep_accounts",
            Deed::Erase => "erase",
            Deed::ResetSensitivity => "reset_sensitivity",
        }
    }

    /// What it is, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Deed::ReadTrusted => "read exact locations, directions and reasons",
            Deed::Submit => "submit reports and propose sites for their own organization",
            Deed::Review => {
                "decide on what was submitted; change, merge and withdraw sites; correct and withdraw reports"
            }
            Deed::Overrule => {
                "publish what their own organization submitted, undo a merge, bring back what was withdrawn"
            }
            Deed::EditOrganizations => {
                "change organizations and regions, or take them out of the catalogue"
            }
            Deed::Import => "bring in records as published, by file",
            Deed::KeepAccounts => "add and disable accounts, issue and revoke tokens",
            Deed::Erase => "erase what a record says, in every version of it",
            Deed::ResetSensitivity => {
                "have a sensitivity that was a mistake count no longer in the past of a site"
            }
        }
    }
}

/// Why somebody may not do something that others may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The role does not allow it.
    #[error("the role {} may not {}", .role.id(), .deed.title())]
    Role {
        /// The role that was refused.
        role: Role,
        /// What was wanted.
        deed: Deed,
    },
    /// It comes from their own organization, and two are demanded.
    #[error("it comes from your own organization: a reviewer of another one decides this")]
    OwnOrganization,
    /// It comes from another organization.
    #[error("it comes from another organization, which alone may do this")]
    OtherOrganization,
}

impl Role {
    /// The one table of rights.
    pub const fn may(self, deed: Deed) -> bool {
        match deed {
            Deed::ReadTrusted => matches!(self, Role::Researcher | Role::Reviewer | Role::Admin),
            Deed::Submit => matches!(self, Role::Contributor | Role::Reviewer | Role::Admin),
            Deed::Review => matches!(self, Role::Reviewer | Role::Admin),
            Deed::Overrule
            | Deed::EditOrganizations
            | Deed::Import
            | Deed::KeepAccounts
            | Deed::Erase
            | Deed::ResetSensitivity => matches!(self, Role::Admin),
        }
    }
}

/// An account that acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: Account,
    /// The token it showed; `None` at the command line.
    pub token: Option<Id<Token>>,
    /// Whether it acts through a program that cannot say which version it changes, as QGIS.
    pub is_desktop: bool,
}

impl Actor {
    /// Fails unless its role may do this.
    pub fn may(&self, deed: Deed) -> Result<(), Refused> {
        let role = self.account.role;
        if role.may(deed) {
            Ok(())
        } else {
            Err(Refused::Role { role, deed })
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

    /// Who they are, if they showed a credential.
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
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
    /// Whether it may change records without saying which version it changes, which QGIS cannot.
    pub is_desktop: bool,
}

/// A token that somebody asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenDraft {
    /// Whether it is for a program that cannot say which version it changes.
    pub is_desktop: bool,
    /// The last day on which it will work, in UTC.
    pub expires_on: Option<Day>,
}

impl TokenDraft {
    /// Reads `{"desktop", "expires_on"}`, both of which may be missing.
    pub fn read(node: &Node<'_>) -> Option<TokenDraft> {
        let fields = node.fields()?;
        let is_desktop = fields.optional("desktop", Node::boolean);
        let expires_on = fields.optional("expires_on", Node::day);
        Some(TokenDraft {
            is_desktop: is_desktop.unwrap_or(false),
            expires_on,
        })
    }
}

/// A token as administrators see it: all but what it is.
#[derive(Clone, Debug)]
pub struct ListedToken {
    /// Its id, by which it is revoked.
    pub id: Id<Token>,
    /// The account it acts as.
    pub account: Id<Account>,
    /// When it was issued.
    pub created_at: Instant,
    /// When it stops working, if ever.
    pub expires_at: Option<Instant>,
    /// Since when it works no more.
    pub revoked_at: Option<Instant>,
    /// Whether it is for a program that cannot say which version it changes.
    pub is_desktop: bool,
    /// The last day on which it was used, in UTC.
    pub last_used_on: Option<Day>,
}

/// A token that works, with whom it belongs to.
#[derive(Clone, Debug)]
pub struct ShownToken {
    /// Its id.
    pub id: Id<Token>,
    /// Who acts with it.
    pub actor: Actor,
    /// The last day on which it was used before, in UTC.
    pub last_used_on: Option<Day>,
}
