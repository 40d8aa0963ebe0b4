//! A registry in the test's own process, on a fresh database, with a clock of the test.

mod answer;
pub mod browser;
pub mod contract;
mod engine;
pub mod fixtures;
pub mod json_schema;
pub mod line;
mod logged;
mod people;
mod program;
pub mod vector_tile;
mod visitor;
mod world;
pub mod writing;

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::rt::task::JoinHandle;
use actix_web::rt::{System, SystemRunner, spawn};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use heritage_registry::app::Parts;
use heritage_registry::domain::{
    Account, Actor, Audience, Clock, Collection, Committed, Document, Draft, Entity, Handling, Id,
    Ids, Instant, Layer, Mark, NewToken, Organization, RecordRef, Report, Role, Seq, State,
    Version, Write,
};
use heritage_registry::http;
use heritage_registry::registry::{Item, Rules, Seed};
use heritage_registry::store::{Place, Run};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use contract::Asked;

pub use answer::Answer;
pub use engine::{Engine, Home, authority, server};
pub use fixtures::{
    Fixture, Site, a_region, a_report, a_site, an_organization, an_unlisted_organization,
};
pub use visitor::{Visitor, form, form_token};

pub use logged::logged;
pub use people::People;
pub use program::{Serving, again, ask, command, program, with};
pub use world::everything;

/// A mark of a log that is in no database.
pub fn mark(place: usize) -> Mark {
    Mark {
        seq: Seq(i64::try_from(place).unwrap()),
        command: Uuid::nil(),
    }
}

/// The administrator's token in every test.
pub const TOKEN: &str = "a-token-that-only-tests-would-ever-use";

/// The base of every link in tests.
pub const BASE: &str = "https://registry.example.org";

/// Two tests, `…::sqlite` and `…::postgres`, each on a fresh database with the registry's own organization and nothing else.
macro_rules! on_each_engine {
    ($(#[$attribute:meta])* $name:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "each test uses what it needs")]
            use super::*;

            fn test($app: &$crate::harness::App) $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                test(&$crate::harness::App::fresh($crate::harness::Engine::Sqlite));
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                test(&$crate::harness::App::fresh($crate::harness::Engine::Postgres));
            }
        }
    };
}

/// The same, over the real catalogue of `seed/`, which all such tests share and none changes.
macro_rules! over_the_seed {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "each test uses what it needs")]
            use super::*;

            fn test($app: &$crate::harness::App) $body

            #[test]
            fn sqlite() {
                test(&$crate::harness::App::seeded($crate::harness::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                test(&$crate::harness::App::seeded($crate::harness::Engine::Postgres));
            }
        }
    };
}

/// A running registry.
pub struct App {
    pub parts: Arc<Parts>,
    runtime: SystemRunner,
    clock: TestClock,
    ids: Ids,
    /// The folder of the database, kept as long as it is used.
    home: Arc<engine::Home>,
}

/// A clock that tests move: it stands at 2026-11-25 and goes on a second at a time.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn new() -> TestClock {
        TestClock(Arc::new(AtomicI64::new(1_795_564_800_000_000)))
    }

    /// Moves it by so many microseconds, back too.
    pub fn moves(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Puts it to a minute of the day.
    pub fn set(&self, minute: u128) {
        self.0.store(
            1_795_564_800_000_000 + i64::try_from(minute).unwrap() * 60_000_000,
            Ordering::SeqCst,
        );
    }

    fn clock(&self) -> Clock {
        let micros = self.0.clone();
        Clock::new(move || {
            Instant::of_micros(micros.fetch_add(1_000_000, Ordering::SeqCst)).unwrap()
        })
    }
}

/// Ids 1, 2, 3 … in the form of a version 4.
fn counted_ids() -> Ids {
    let next = AtomicU64::new(1);
    Ids::new(move || {
        let number = next.fetch_add(1, Ordering::SeqCst);
        uuid::Builder::from_u128(u128::from(number).rotate_right(32))
            .with_version(uuid::Version::Random)
            .into_uuid()
    })
}

impl App {
    /// On a fresh database, with nothing in it but the registry's own organization.
    pub fn fresh(engine: Engine) -> App {
        App::with_seed(engine, Seed::of([]))
    }

    /// On a fresh database with this seed.
    pub fn with_seed(engine: Engine, seed: Seed) -> App {
        App::of(engine, seed, Rules::default())
    }

    /// On a fresh database with nothing in it, under these rules.
    pub fn under(engine: Engine, rules: Rules) -> App {
        App::of(engine, Seed::of([]), rules)
    }

    fn of(engine: Engine, seed: Seed, rules: Rules) -> App {
        let home = engine.home();
        let (clock, ids) = (TestClock::new(), counted_ids());
        let parts = Parts::open(
            &home.place(),
            None,
            clock.clock(),
            ids.clone(),
            seed,
            Some(TOKEN.to_owned()),
            rules,
        )
        .unwrap();
        App::around(Arc::new(parts), clock, ids, Arc::new(home), follows)
    }

    /// Another instance on the same database, with what it does by itself.
    pub fn another(&self, does: impl FnOnce(&Parts)) -> App {
        let parts = Parts::open(
            &self.place(),
            None,
            self.clock.clock(),
            self.ids.clone(),
            Seed::of([]),
            None,
            Rules::default(),
        )
        .unwrap();
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        App::around(Arc::new(parts), clock, ids, self.home.clone(), does)
    }

    /// Over the real catalogue, shared by all tests that only read.
    pub fn seeded(engine: Engine) -> App {
        let (parts, home) = engine.seeded();
        App::around(parts, TestClock::new(), counted_ids(), home, follows)
    }

    fn around(
        parts: Arc<Parts>,
        clock: TestClock,
        ids: Ids,
        home: Arc<engine::Home>,
        does: impl FnOnce(&Parts),
    ) -> App {
        logged::listen();
        let runtime = System::new();
        runtime.block_on(async { does(&parts) });
        App {
            parts,
            runtime,
            clock,
            ids,
            home,
        }
    }

    /// Where its database is.
    pub fn place(&self) -> Place {
        self.home.place()
    }

    /// Its database, behind its back.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Stops it, and gives its database, for another program.
    pub fn left(self) -> Arc<Home> {
        self.home.clone()
    }

    /// Changes its database behind its back.
    pub fn execute(&self, statement: &str) {
        self.home.execute(statement);
    }

    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Somebody without a credential.
    pub fn anonymous(&self) -> Client<'_> {
        Client {
            app: self,
            headers: vec![],
        }
    }

    /// Somebody with the administrator's token.
    pub fn admin(&self) -> Client<'_> {
        self.bearer(TOKEN)
    }

    pub fn bearer(&self, token: &str) -> Client<'_> {
        self.anonymous()
            .with(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// A new account of the registry's own organization with that role, and its token.
    pub fn account(&self, role: Role, expires_at: Option<Instant>) -> String {
        self.account_of(self.registry_organization(), role, expires_at)
    }

    /// The token of a new account of an organization.
    pub fn member(&self, organization: Uuid, role: Role) -> String {
        self.account_of(Id::new(organization), role, None)
    }

    fn account_of(
        &self,
        organization: Id<Organization>,
        role: Role,
        expires_at: Option<Instant>,
    ) -> String {
        let admin = self.actor().account;
        let account = Account {
            id: self.ids.next(),
            name: role.id().to_owned(),
            organization,
            role,
        };
        let token = format!("a-token-of-a-{}-that-only-tests-use", account.id);
        let kept = NewToken {
            id: self.ids.next(),
            account: account.id,
            hash: Sha256::digest(&token).into(),
            expires_at,
            is_desktop: false,
        };
        let (now, command) = (self.clock.clock().now(), self.ids.next());
        let run = Run {
            command,
            now,
            actor: admin.id,
            token: None,
            at: None,
            unnamed: None,
            rests_on: vec![],
            accounts: vec![account],
            tokens: vec![kept],
            writes: vec![],
            request: None,
            erased: None,
            begins: false,
        };
        self.shown(self.parts.store.put(run).unwrap());
        token
    }

    /// The administrator.
    pub fn actor(&self) -> Actor {
        self.parts.registry.whose(TOKEN).unwrap().unwrap()
    }

    /// The registry's own organization, which is not listed.
    pub fn registry_organization(&self) -> Id<Organization> {
        self.actor().account.organization
    }

    /// An id that nothing has yet.
    pub fn new_id(&self) -> Uuid {
        self.ids.next::<()>().uuid()
    }

    /// Brings in what a fixture describes, as published; gives its id.
    pub fn given(&self, fixture: impl Into<fixtures::Fixture>) -> Uuid {
        let item = fixture
            .into()
            .item(self.new_id(), self.registry_organization());
        let id = item.id;
        self.import(vec![item]);
        id
    }

    /// The same, under a given id.
    pub fn import_as(&self, id: Uuid, fixture: impl Into<fixtures::Fixture>) {
        self.import(vec![fixture.into().item(id, self.registry_organization())]);
    }

    pub fn import(&self, items: Vec<Item>) -> Vec<Entity> {
        self.shown(self.parts.registry.import(&self.actor(), items).unwrap())
    }

    /// Writes a report in any state, past its workflow.
    pub fn put_as(&self, state: State, report: fixtures::Report) -> Uuid {
        let item =
            fixtures::Fixture::Report(report).item(self.new_id(), self.registry_organization());
        let Draft::Report(details) = item.draft else {
            unreachable!("a report's draft is one")
        };
        let document = Report {
            id: Id::new(item.id),
            details: *details,
            handling: Handling::default(),
        }
        .document();
        self.put_document(Collection::ConditionReports, item.id, state, &document);
        item.id
    }

    /// Writes a site that an organization proposed, in any state, past its workflow.
    pub fn put_site_as(&self, state: State, organization: Uuid, site: fixtures::Site) -> Uuid {
        let id = self.new_id();
        let mut accepted = heritage_registry::domain::Site::accept(Id::new(id), site.draft(), None);
        accepted.proposed_by = Some(Id::new(organization));
        self.put_document(Collection::Sites, id, state, &accepted.document());
        id
    }

    fn put_document(
        &self,
        collection: Collection,
        id: Uuid,
        state: State,
        document: &serde_json::Value,
    ) {
        self.put_version(collection.record(id), None, state, document);
    }

    /// Writes another version of a record, past its workflow.
    pub fn put_again(&self, record: RecordRef, state: State, document: &serde_json::Value) {
        self.put_version(record, Some(self.version(record)), state, document);
    }

    fn put_version(
        &self,
        record: RecordRef,
        follows: Option<Version>,
        state: State,
        document: &serde_json::Value,
    ) {
        let document = serde_json::value::to_raw_value(document).unwrap();
        let write = Write {
            collection: record.collection,
            id: record.id,
            follows,
            state,
            document,
        };
        let run = Run {
            command: self.ids.next(),
            now: self.clock.clock().now(),
            actor: self.actor().account.id,
            token: None,
            at: None,
            unnamed: None,
            rests_on: vec![],
            accounts: vec![],
            tokens: vec![],
            writes: vec![write],
            request: None,
            erased: None,
            begins: false,
        };
        self.shown(self.parts.store.put(run).unwrap());
    }

    /// Makes another version of a published site, past its workflow.
    pub fn edit(&self, id: Uuid, site: fixtures::Site) {
        let record = site_ref(id);
        let before = self.parts.store.find(record).unwrap().unwrap();
        let before = Document::read(&before).unwrap();
        let after = Document::accept(id, Draft::Site(Box::new(site.draft())), Some(&before));
        self.put_again(record, State::Published, &after.value());
    }

    /// Takes a published record out of the catalogue.
    pub fn withdraw(&self, record: RecordRef) {
        self.shown(
            self.parts
                .registry
                .withdraw(&self.actor(), record, self.version(record))
                .unwrap(),
        );
    }

    pub fn version(&self, record: RecordRef) -> Version {
        self.parts.store.find(record).unwrap().unwrap().version
    }

    /// Waits until the catalogue shows it.
    pub fn shown<T>(&self, committed: Committed<T>) -> T {
        self.runtime
            .block_on(self.parts.catalogue.caught_up(committed))
    }

    /// Lets it do for a moment what it does by itself: without this and without requests, it sleeps.
    pub fn goes_on(&self) {
        self.runtime.block_on(async {
            let moment = tokio::time::Instant::now() + Duration::from_millis(10);
            tokio::time::sleep_until(moment).await;
        });
    }

    /// The same until something has come about, which takes a minute at most.
    pub fn goes_on_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let began = std::time::Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_mins(1), "{what}");
            self.goes_on();
        }
    }

    fn call(&self, request: TestRequest) -> Answer {
        self.call_with(self.parts.state(BASE.to_owned()), request)
    }

    /// A request to a server that has this state.
    pub fn call_with(&self, state: http::State, request: TestRequest) -> Answer {
        self.answering(state, async |send| send(request).await.unwrap())
    }

    /// Sends requests, of which several may be under way at once.
    pub fn concurrently<T>(&self, work: impl AsyncFnOnce(&Sending) -> T) -> T {
        self.answering(self.parts.state(BASE.to_owned()), work)
    }

    fn answering<T>(&self, state: http::State, work: impl AsyncFnOnce(&Sending) -> T) -> T {
        let state = Data::new(state);
        let layers: Vec<Layer> = self
            .parts
            .catalogue
            .snapshot(Audience::Public)
            .layers()
            .collect();
        self.runtime.block_on(async {
            let app = init_service(
                actix_web::App::new()
                    .app_data(state)
                    .configure(http::configure),
            )
            .await;
            let app = Rc::new(app);
            let send = move |request: TestRequest| {
                let (app, layers) = (app.clone(), layers.clone());
                spawn(async move {
                    let (asked, request) = Asked::of(request.to_request()).await;
                    let response: ServiceResponse<_> = call_service(&*app, request).await;
                    let (status, headers) =
                        (response.status().as_u16(), response.headers().clone());
                    let has_length =
                        matches!(response.response().body().size(), BodySize::Sized(_));
                    let body = read_body(response).await.to_vec();
                    let answer = Answer::new(status, headers, has_length, body);
                    asked.held_against(&answer, &layers);
                    answer
                })
            };
            work(&send).await
        })
    }

    /// Sends requests all at once; gives their answers in the order of the requests.
    pub fn at_once(&self, requests: impl IntoIterator<Item = TestRequest>) -> Vec<Answer> {
        // Before anything is under way: to make a request, a test may have to read something.
        let requests: Vec<_> = requests.into_iter().collect();
        self.concurrently(async |send| {
            let sent: Vec<_> = requests.into_iter().map(send).collect();
            let mut answers = Vec::new();
            for answer in sent {
                answers.push(answer.await.unwrap());
            }
            answers
        })
    }
}

/// What every instance does by itself.
pub fn follows(parts: &Parts) {
    spawn(parts.follow());
}

/// Puts a request on its way, and gives what becomes its answer.
pub type Sending = dyn Fn(TestRequest) -> JoinHandle<Answer>;

/// Whether an address is there for those alone who show a token or sign in.
pub fn is_for_accounts(path: &str) -> bool {
    [
        "/accounts",
        "/me",
        "/queue",
        "/submissions",
        "/tokens",
        "/desk",
    ]
    .iter()
    .any(|start| path.starts_with(start))
}

/// The paths that everybody may read, with the parameters without which they are not answered.
pub fn public_paths() -> impl Iterator<Item = String> {
    let read = http::paths().filter(|(_, methods)| methods.contains(&Method::GET));
    let public = read
        .map(|(path, _)| path)
        // Stylesheets and scripts are at the addresses that pages name.
        .filter(|path| !is_for_accounts(path) && !path.starts_with("/assets/"));
    public.map(|path| {
        let needed = match path.rsplit('/').next() {
            Some("suggest") => "?q=a",
            Some("clusters") => "?zoom=8",
            Some("differences") => "?from=2020-01-01T00:00:00Z",
            _ => "",
        };
        format!("{}{needed}", of_the_world(path))
    })
}

/// Whether there is a tile at a path, which is no document.
pub fn is_tile(path: &str) -> bool {
    path.ends_with("/0/0/0")
}

/// The path of a tile as that of the one with everything in it.
pub fn of_the_world(path: &str) -> String {
    path.replace("{tileMatrixSetId}", "WebMercatorQuad")
        .replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0")
        .replace("{z}/{x}/{y}", "0/0/0")
        .replace("{scheme}", "site_type")
        .replace("{fontstack}/{range}", "DejaVu%20Sans%20Book/0-255.pbf")
        .replace("{sprite}", "signs.json")
        .replace("{styleId}", "sites")
}

pub fn site_ref(id: Uuid) -> RecordRef {
    Collection::Sites.record(id)
}

pub fn report_ref(id: Uuid) -> RecordRef {
    Collection::ConditionReports.record(id)
}

/// The layers that are ours.
pub fn ours() -> [Layer; 4] {
    Collection::ALL.map(Layer::Ours)
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Client<'a> {
    app: &'a App,
    headers: Vec<(String, String)>,
}

impl Client<'_> {
    /// With a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get(), path)
    }

    /// Any request to a path, or to a link within the registry.
    pub fn send(&self, request: TestRequest, path: &str) -> Answer {
        self.app.call(self.request(request, path))
    }

    /// A request as this client sends it.
    pub fn request(&self, request: TestRequest, path: &str) -> TestRequest {
        let path = path.strip_prefix(BASE).unwrap_or(path);
        self.headers
            .iter()
            .fold(request.uri(path), |request, (name, value)| {
                request.insert_header((name.as_str(), value.as_str()))
            })
    }
}
