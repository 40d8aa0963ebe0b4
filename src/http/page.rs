//! A page of features, for the reader who asked for it.

use std::sync::Arc;

use crate::catalogue::{Page, Snapshot};
use crate::domain::{Crs, Languages};
use crate::formats::geojson::Around;
use crate::formats::{self, Form, Link, Showing};
use crate::query::Selection;

/// A page of a snapshot, and all that its text depends on.
pub(super) struct ShownPage {
    pub(super) form: Form,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) page: Page,
    pub(super) languages: Languages,
    pub(super) selection: Option<Selection>,
    pub(super) crs: Crs,
    pub(super) links: Vec<Link>,
}

impl ShownPage {
    /// The whole text.
    pub(super) fn text(&self) -> Vec<u8> {
        let showing = self.showing();
        let features = self.snapshot.features(&self.page);
        formats::page(self.form, features, &showing, &self.around())
    }

    /// How features are written.
    pub(super) fn showing(&self) -> Showing<'_> {
        Showing::new(
            self.page.layer(),
            self.snapshot.audience(),
            &self.languages,
            self.selection.as_ref(),
        )
        .in_crs(self.crs)
    }

    /// What stands beside them.
    pub(super) fn around(&self) -> Around<'_> {
        Around {
            links: &self.links,
            changed_at: self.snapshot.changed_at(),
            matched: self.page.matched,
            returned: self.page.len(),
        }
    }
}
