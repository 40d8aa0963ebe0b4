//! Letting a sensitivity that was a mistake no longer count in the past of a site.

use std::sync::Arc;

use super::{Current, Error, Registry};
use crate::domain::{
    Actor, Committed, Deed, Document, Entity, RecordRef, SensitivityReset, Site, Version,
};
use crate::store::Run;

impl Registry {
    /// From this version of a site on its past is shown as openly as it is today, or was in its day if that was stricter.
    /// What it is today does not change; so whatever was a mistake is loosened first.
    pub fn reset_sensitivity(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        reason: String,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::ResetSensitivity)?;
        let before = self.current(record, follows)?;
        let site = before.document.site().ok_or(Error::NoRecord(record))?;
        let past = self.store.past_of(record)?;
        if !past.is_some_and(|past| past.is_stricter_than_today()) {
            return Err(SensitivityReset::nothing().into());
        }
        let Current { entity, .. } = &before;
        let site = Site {
            sensitivity_reset: Some(SensitivityReset {
                version: Version(entity.version.0 + 1),
                reason,
            }),
            ..site.clone()
        };
        self.run(Run {
            writes: vec![before.next(entity.state, &Document::Site(Arc::new(site)))],
            ..self.command_of(actor)
        })
    }
}
