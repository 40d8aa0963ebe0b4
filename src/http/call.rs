//! A request, with what every answer to it needs: who reads, what can be reached, and the base of its links.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use tokio::time::timeout;

use super::base::base_url;
use super::negotiate::HTML;
use super::reader::CATCH_UP;
use super::{Problem, State};
use crate::catalogue::Snapshot;
use crate::domain::{Actor, Committed, Reader};
use crate::formats::{Format, Link};

/// A request that is answered from the catalogue.
pub(super) struct Call {
    pub(super) request: HttpRequest,
    pub(super) state: Data<State>,
    pub(super) reader: Reader,
    /// The base of every link, without a slash at its end.
    pub(super) base_url: String,
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Call, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reader = Reader::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let reader = reader.await?;
            let state = request
                .app_data::<Data<State>>()
                .expect("every server is given its state")
                .clone();
            Ok(Call {
                base_url: base_url(&request, &state),
                request,
                state,
                reader,
            })
        })
    }
}

impl Call {
    /// Who acts; a problem for the public.
    pub(super) fn actor(&self) -> Result<Actor, Problem> {
        let actor = self.reader.actor().cloned();
        actor.ok_or_else(Problem::no_credential)
    }

    /// What was committed, once it is shown: whoever writes reads it then.
    pub(super) async fn shown<T>(&self, committed: Committed<T>) -> Result<T, Problem> {
        let shown = self.state.catalogue.caught_up(committed);
        timeout(CATCH_UP, shown)
            .await
            .map_err(|_| Problem::not_shown_yet())
    }

    /// The newest snapshot for who asks: one request takes one, and answers everything from it.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.state.snapshot(self.reader.audience())
    }

    /// The links of a document to itself and to each of its forms.
    pub(super) fn forms(&self, path: &str, format: Format, title: &str) -> Vec<Link> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut links = vec![self.link(path, "self", format, title)];
        links.extend([(format, "json"), (HTML, "html")].map(|(form, name)| {
            let title = format!("{title} as {}", form.title);
            self.link(&format!("{path}{mark}f={name}"), "alternate", form, &title)
        }));
        links
    }

    /// A link within the registry.
    pub(super) fn link(&self, path: &str, rel: &'static str, format: Format, title: &str) -> Link {
        Link {
            href: format!("{}{path}", self.base_url),
            rel,
            media_type: format.media_type,
            title: title.to_owned(),
            posted: None,
        }
    }
}
