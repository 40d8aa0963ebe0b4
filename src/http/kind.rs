//! The kinds of problems, with the one status that each has.

use actix_web::http::StatusCode;

/// The kinds of problems; each has one status, one `type` and one title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something in the request is wrong.
    BadRequest,
    /// The credential is not valid.
    BadCredential,
    /// The role does not allow it.
    NotAllowed,
    /// There is nothing there, or nothing for this reader.
    NotFound,
    /// The path does not take this method.
    NoMethod,
    /// None of the formats asked for is there.
    NoFormat,
    /// The address is longer than any question.
    TooLong,
    /// Too many tokens that are not valid came from one address.
    TooMany,
    /// Which version the change follows has to be said.
    NoPrecondition,
    /// The body did not come in time.
    TooSlow,
    /// How long the body is has to be said.
    NoLength,
    /// The body is longer than what is taken.
    TooLarge,
    /// The body is in a form that is not taken.
    NoMediaType,
    /// The key of a request stands for another one.
    OtherRequest,
    /// The body is well-formed, and something in it is wrong.
    Invalid,
    /// It was public, and is no more.
    Gone,
    /// Somebody else changed it first.
    ChangedSince,
    /// It is not in a state in which this can be done.
    NoTransition,
    /// It cannot be published as it is.
    NotReady,
    /// It clashes with another record.
    Clash,
    /// The program failed.
    Failed,
    /// Not now: the database is busy, out of reach, full or failed, or the program is behind the log or stopping.
    Busy,
}

impl Kind {
    /// All of them, for tests that walk them.
    #[cfg(test)]
    pub(super) const ALL: [Kind; 22] = [
        Kind::BadRequest,
        Kind::BadCredential,
        Kind::NotAllowed,
        Kind::NotFound,
        Kind::NoMethod,
        Kind::NoFormat,
        Kind::TooLong,
        Kind::TooMany,
        Kind::NoPrecondition,
        Kind::TooSlow,
        Kind::NoLength,
        Kind::TooLarge,
        Kind::NoMediaType,
        Kind::OtherRequest,
        Kind::Invalid,
        Kind::Gone,
        Kind::ChangedSince,
        Kind::NoTransition,
        Kind::NotReady,
        Kind::Clash,
        Kind::Failed,
        Kind::Busy,
    ];

    /// Its status, the end of its `type`, and its title.
    pub(super) const fn about(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Kind::BadRequest => (
                StatusCode::BAD_REQUEST,
                "bad-request",
                "Something in the request is wrong",
            ),
            Kind::BadCredential => (
                StatusCode::UNAUTHORIZED,
                "bad-credential",
                "The credential is not valid",
            ),
            Kind::NotAllowed => (
                StatusCode::FORBIDDEN,
                "not-allowed",
                "Your role does not allow this",
            ),
            Kind::NotFound => (
                StatusCode::NOT_FOUND,
                "not-found",
                "There is nothing at this address",
            ),
            Kind::NoMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "no-method",
                "This address does not take that method",
            ),
            Kind::NoFormat => (
                StatusCode::NOT_ACCEPTABLE,
                "no-format",
                "None of the formats asked for is there",
            ),
            Kind::TooLong => (
                StatusCode::URI_TOO_LONG,
                "too-long",
                "The address is too long",
            ),
            Kind::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many",
                "Too many tokens that are not valid",
            ),
            Kind::NoPrecondition => (
                StatusCode::PRECONDITION_REQUIRED,
                "no-precondition",
                "Which version the change follows has to be said",
            ),
            Kind::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                "The body did not come in time",
            ),
            Kind::NoLength => (
                StatusCode::LENGTH_REQUIRED,
                "no-length",
                "How long the body is has to be said",
            ),
            Kind::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "The body is too large",
            ),
            Kind::NoMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "no-media-type",
                "The body is in a form that is not taken here",
            ),
            Kind::OtherRequest => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "other-request",
                "The key stands for another request",
            ),
            Kind::Invalid => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "Something in the body is wrong",
            ),
            Kind::Gone => (
                StatusCode::GONE,
                "gone",
                "This is no longer in the catalogue",
            ),
            Kind::NoTransition => (
                StatusCode::CONFLICT,
                "no-transition",
                "This is not in a state in which that can be done",
            ),
            Kind::NotReady => (
                StatusCode::CONFLICT,
                "not-ready",
                "This cannot be published as it is",
            ),
            Kind::Clash => (
                StatusCode::CONFLICT,
                "clash",
                "This clashes with another record",
            ),
            Kind::ChangedSince => (
                StatusCode::PRECONDITION_FAILED,
                "changed-since",
                "Somebody changed this first",
            ),
            Kind::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "failed",
                "The registry failed",
            ),
            Kind::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The registry is busy",
            ),
        }
    }
}
