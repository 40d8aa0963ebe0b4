//! Problems (RFC 9457): what each error is to a client; `kind.rs` has the status of each kind.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use super::kind::Kind;
use crate::domain::{Fault, FaultKind, Faults, MOST_FAULTS, Refused, Wrong};
use crate::{registry, store};

/// What a client is told when it does not get what it asked for.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    /// Each fault, with the name of the member that says where: `parameter`, `pointer`, `header`.
    faults: Vec<(&'static str, Fault)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// How a token is shown.
const CHALLENGE: &str =
    r#"Bearer realm="heritage-registry", Basic realm="heritage-registry", charset="UTF-8""#;

impl Problem {
    /// What kind it is.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is that there is nothing, or nothing any more.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self.kind, Kind::NotFound | Kind::Gone)
    }

    /// A problem of a kind.
    pub(super) fn of(kind: Kind, detail: impl fmt::Display) -> Problem {
        Problem {
            kind,
            detail: detail.to_string(),
            faults: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Faults of the parameters of a request.
    pub(super) fn parameters(faults: Faults) -> Problem {
        Problem::faults(Kind::BadRequest, "parameter", faults)
    }

    /// Faults of a question that is the body of a request.
    pub(super) fn question(faults: Faults) -> Problem {
        Problem::faults(Kind::BadRequest, "pointer", faults)
    }

    /// What is wrong with the system that a body is said to be in.
    pub(super) fn content_crs(Wrong(detail): Wrong) -> Problem {
        let fault = Fault {
            place: "Content-Crs".to_owned(),
            kind: FaultKind::Other,
            detail,
        };
        Problem::faults(Kind::BadRequest, "header", Faults(vec![fault]))
    }

    /// Faults of the body of a request.
    pub(super) fn body(faults: Faults) -> Problem {
        Problem::faults(Kind::Invalid, "pointer", faults)
    }

    /// What is wrong in the body of the request.
    pub(super) fn in_body(&self) -> Vec<Fault> {
        let faults = self.faults.iter();
        let in_body = faults.filter(|(member, _)| *member == "pointer");
        in_body.map(|(_, fault)| fault.clone()).collect()
    }

    fn faults(kind: Kind, member: &'static str, Faults(faults): Faults) -> Problem {
        let detail = match faults.as_slice() {
            [one] => one.to_string(),
            // Those who look for faults stop there, and do not count further.
            several if several.len() >= MOST_FAULTS => {
                format!(
                    "{MOST_FAULTS} things or more are wrong; errors lists the first {MOST_FAULTS}"
                )
            }
            several => format!("{} things are wrong; errors lists them", several.len()),
        };
        let listed = faults.into_iter().take(MOST_FAULTS);
        let faults = listed.map(|fault| (member, fault)).collect();
        Problem {
            faults,
            ..Problem::of(kind, detail)
        }
    }

    /// Nothing there. One wording for what never was, what is hidden, and what is not public yet.
    pub(super) fn not_found() -> Problem {
        Problem::of(
            Kind::NotFound,
            "there is nothing here; the links of / lead to everything there is",
        )
    }

    /// It was there. One wording for every cause.
    pub(super) fn gone() -> Problem {
        Problem::of(
            Kind::Gone,
            "this record was in the catalogue, and is no longer",
        )
    }

    /// The program is on its way out.
    pub(super) fn stopping() -> Problem {
        Problem::of(Kind::Busy, "the registry is stopping; try again").with(RETRY_AFTER, "5")
    }

    /// The program is wrong somewhere; its log says where.
    pub(super) fn failed() -> Problem {
        Problem::of(Kind::Failed, "the registry failed; nothing was changed")
    }

    /// Others who asked for as much are before it.
    pub(super) fn crowded() -> Problem {
        Problem::of(
            Kind::Busy,
            "many ask for as much at this moment; try again, or ask for smaller pages",
        )
        .with(RETRY_AFTER, "10")
    }

    /// A filter was given up.
    pub(super) fn too_slow() -> Problem {
        Problem::of(
            Kind::Busy,
            "this filter takes too long here; ask for less: a smaller area, fewer conditions, or conditions on one property each",
        )
        .with(RETRY_AFTER, "60")
    }

    /// Another past state is being put together.
    pub(super) fn past_in_the_making() -> Problem {
        Problem::of(
            Kind::Busy,
            "another past state is being put together; try again, or ask for one record, which is answered at once",
        )
        .with(RETRY_AFTER, "5")
    }

    /// The snapshots are behind the log.
    pub(super) fn catching_up() -> Problem {
        Problem::of(
            Kind::Busy,
            "the catalogue is catching up with the log; try again",
        )
        .with(RETRY_AFTER, "1")
    }

    /// What was asked for was done, and the snapshots are behind the log.
    pub(super) fn not_shown_yet() -> Problem {
        let detail =
            "the change was made, and is not shown yet; read the record before you repeat it";
        Problem::of(Kind::Busy, detail).with(RETRY_AFTER, "5")
    }

    /// The same, after a change was made: it was made, whatever kept its maker from reading it.
    pub(super) fn after_a_change(self) -> Problem {
        match self.kind {
            Kind::Busy | Kind::Failed => Problem::not_shown_yet(),
            _ => self,
        }
    }

    /// The database does not answer.
    pub(super) fn unreachable() -> Problem {
        let detail = "the database cannot be reached; if you sent a change, read the record before you repeat it";
        Problem::of(Kind::Busy, detail).with(RETRY_AFTER, "5")
    }

    /// No such token, or none any more.
    pub(super) fn bad_credential() -> Problem {
        let detail =
            "this token is unknown, expired or revoked; without one, you read what is public";
        Problem::of(Kind::BadCredential, detail).with(WWW_AUTHENTICATE, CHALLENGE)
    }

    /// A credential that is shown in another way.
    pub(super) fn no_scheme() -> Problem {
        let detail = "show the token as Authorization: Bearer TOKEN, or as the password of Basic";
        Problem::of(Kind::BadCredential, detail).with(WWW_AUTHENTICATE, CHALLENGE)
    }

    /// Too many tokens that are not valid; valid ones are taken meanwhile.
    pub(super) fn too_many(seconds: u64) -> Problem {
        let detail = "too many tokens that are not valid came from this address; wait before you show another";
        Problem::of(Kind::TooMany, detail).with(RETRY_AFTER, &seconds.to_string())
    }

    /// The role does not allow it.
    pub(super) fn refused(refused: Refused) -> Problem {
        Problem::of(Kind::NotAllowed, refused)
    }

    /// No token, where there is nothing for the public.
    pub(super) fn no_credential() -> Problem {
        let detail = "this is for those who show a token, as Authorization: Bearer TOKEN";
        Problem::of(Kind::BadCredential, detail).with(WWW_AUTHENTICATE, CHALLENGE)
    }

    /// What a client reads of it.
    pub(super) fn told(&self) -> Value {
        let (status, id, title) = self.kind.about();
        let errors: Vec<_> = self
            .faults
            .iter()
            .map(|(member, fault)| json!({ *member: fault.place, "detail": fault.detail }))
            .collect();
        let mut body = json!({
            "type": format!("urn:problem:heritage-registry:{id}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.detail,
            // The exception of Features Part 1, for older clients.
            "code": id,
            "description": self.detail,
        });
        if !errors.is_empty() {
            body["errors"] = errors.into();
        }
        body
    }

    /// With a header.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Problem {
        let value = HeaderValue::from_str(value).expect("it is made of this program's words");
        self.headers.push((name, value));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.about().0
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response
            .content_type("application/problem+json")
            .insert_header((CACHE_CONTROL, "no-store"));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(self.told().to_string())
    }
}

impl From<registry::Error> for Problem {
    fn from(error: registry::Error) -> Self {
        match error {
            registry::Error::Refused(refused) => Problem::refused(refused),
            registry::Error::NoRecord(_)
            | registry::Error::NoAccount(_)
            | registry::Error::NoToken(_) => Problem::not_found(),
            registry::Error::Stale(_) => Problem::of(Kind::ChangedSince, error),
            registry::Error::Faults(faults) => Problem::body(faults),
            registry::Error::Ended => Problem::bad_credential(),
            registry::Error::NoTransition(_) => Problem::of(Kind::NoTransition, error),
            registry::Error::NotReady(faults) => Problem::faults(Kind::NotReady, "pointer", faults),
            registry::Error::OtherRequest => Problem::of(Kind::OtherRequest, error),
            registry::Error::Named(_) => Problem::of(Kind::Clash, error),
            registry::Error::Clash(error) => Problem::of(Kind::Clash, error),
            registry::Error::Store(error) => error.into(),
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        // The one place where a failure of the database is logged; the client learns only that it happened.
        if matches!(error, store::Error::Busy) {
            tracing::warn!("the database is busy");
        } else {
            tracing::error!(%error, "the database failed");
        }
        match error {
            store::Error::Busy => Problem::of(
                Kind::Busy,
                "the database is busy; nothing was changed, try again",
            )
            .with(RETRY_AFTER, "1"),
            // Whether a command whose connection broke was carried out, only the log can tell.
            store::Error::Unreachable(_) => Problem::unreachable(),
            // What somebody has to do first takes longer than what the database may get over by itself.
            store::Error::Full(_) => Problem::of(
                Kind::Busy,
                "the database has no room left; nothing was changed, try again later",
            )
            .with(RETRY_AFTER, "60"),
            store::Error::ReadOnly => Problem::of(
                Kind::Busy,
                "the database takes no changes; nothing was changed, try again later",
            )
            .with(RETRY_AFTER, "60"),
            store::Error::Database(_) => Problem::of(
                Kind::Busy,
                "the database failed; nothing was changed, try again",
            )
            .with(RETRY_AFTER, "5"),
            store::Error::Newer { .. }
            | store::Error::Exists
            | store::Error::Done(_)
            | store::Error::Ended
            | store::Error::Moved
            | store::Error::Named
            | store::Error::OtherRequest
            | store::Error::Stale(_)
            | store::Error::NoRecord
            | store::Error::Taken(_)
            | store::Error::Dangling
            | store::Error::Corrupt(_)
            | store::Error::Unsound(_) => Problem::failed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_change_nobody_is_told_that_nothing_was_changed() {
        for error in [
            store::Error::Busy,
            store::Error::Full(String::new()),
            store::Error::Done(crate::domain::Id::new(uuid::Uuid::nil())),
        ] {
            let problem = Problem::from(error).after_a_change();
            assert_eq!(problem.kind(), Kind::Busy);
            assert!(problem.detail.starts_with("the change was made"));
        }
        let gone = Problem::gone().after_a_change();
        assert!(gone.is_absence());
    }
}
