//! What a new database gets: the organization that the registry itself is, two accounts, a token, and the seed.

use serde_json::json;
use uuid::{Uuid, uuid};

use super::import::writes;
use super::{Error, Item, Registry, Seed, tokens};
use crate::domain::{
    Account, Actor, Draft, Id, NewToken, Organization, OrganizationDraft, Role, Seq, State, read,
};
use crate::store::Run;

/// The organization that every installation is: records that are moved from one to another name it in both.
const ITSELF: Uuid = uuid!("0342f6a4-1c53-4aea-9991-0727e5ab57c0");

impl Registry {
    /// Fills a database that holds nothing: all of it in one run, or nothing. `None` if it holds something already.
    ///
    /// Gives the administrator's token if it made one, since nobody can read it again; one that the operator chose is
    /// theirs to keep. The catalogue is made after this.
    pub fn bootstrap(&self, seed: Seed, chosen: Option<String>) -> Result<Option<String>, Error> {
        if self.store.last_seq()? > Seq(0) {
            return Ok(None);
        }
        let itself: Id<Organization> = Id::new(ITSELF);
        let mut items = seed.items(itself)?;
        items.push(Item {
            place: "registry".to_owned(),
            id: itself.uuid(),
            draft: Draft::Organization(Box::new(registry_itself()?)),
        });
        let account = |name: &str| Account {
            id: self.ids.next(),
            name: name.to_owned(),
            organization: itself,
            role: Role::Admin,
        };
        let (importer, admin) = (account("import"), account("admin"));
        let acts = Actor {
            account: importer.clone(),
            token: None,
            is_desktop: false,
        };
        self.check(&acts, State::Published, &items)?;
        let made = chosen.is_none().then(tokens::random);
        let token = made
            .as_ref()
            .or(chosen.as_ref())
            .expect("one is made where none was chosen");
        let kept = NewToken {
            id: self.ids.next(),
            account: admin.id,
            hash: tokens::hash(token),
            expires_at: None,
            is_desktop: false,
        };
        let run = Run {
            writes: writes(items),
            tokens: vec![kept],
            erased: None,
            begins: true,
            ..self.command_of_account(importer.id)
        };
        match self.run(Run {
            accounts: vec![importer, admin],
            ..run
        }) {
            Ok(_) => Ok(made),
            // Another instance that started at the same moment was first.
            Err(Error::Clash(_)) if self.store.last_seq()? > Seq(0) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The organization that imports stand for. It is not listed: it observes nothing itself.
fn registry_itself() -> Result<OrganizationDraft, Error> {
    let body = json!({
        "names": [
            {"lang": "az", "text": "İrs reyestri"},
            {"lang": "en", "text": "Heritage registry"},
            {"lang": "fr", "text": "Registre du patrimoine"},
            {"lang": "hy", "text": "Ժառանգության ռեգիստր"},
            {"lang": "ru", "text": "Реестр наследия"},
        ],
        "kind": "other",
        "listed": false,
    });
    Ok(read(&body, "registry", OrganizationDraft::read)?)
}
