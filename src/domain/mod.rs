//! What the registry is about: sites, condition reports, organizations and regions; who may see what of them; roles,
//! workflow and the log. Text and JSON become these types at the door, with all faults listed.
//!
//! Pure: nothing here is async, reads a file or a database, or knows HTTP; a clock and randomness only in
//! `Clock::system` and `Ids::random`, which the command line hands in. Start at [`Site`], then
//! [`Location::seen_by`], then the table in `properties/`, then [`Holdings`].

mod base_map;
mod change;
mod claim;
mod crs;
mod current;
mod damage;
mod dating;
mod day;
mod described;
mod document;
mod draft;
mod edit;
mod edtf;
mod ellipsoid;
mod entity;
mod entries;
mod erasure;
mod extra;
mod fault;
mod feature;
mod geometry;
mod handling;
mod holdings;
mod id;
mod instant;
mod json;
mod language;
mod layer;
mod likeness;
mod location;
mod merging;
mod name;
mod name_key;
mod name_word;
mod nearest;
mod organization;
mod past;
mod people;
mod phone_position;
mod properties;
mod reading;
mod record;
mod region;
mod report;
mod rights;
mod scalar;
mod schema;
mod seen;
mod sensitivity_reset;
mod site;
mod source;
mod strict;
mod submitted;
mod unseen;
mod verdict;
mod vocabulary;
mod wording;
mod workflow;

pub use base_map::{BaseMap, Ground, Landmark};
pub use change::{
    Change, Collection, Command, Committed, Mark, Moment, PublicSeq, Seq, State, Version, Write,
};
pub use claim::{Association, Description, Designation, Identifier, Relation, SiteOrganization};
pub use crs::{Crs, Outline, Projected, Window};
pub use current::{Current, current, observed_end};
pub use damage::{Attribution, Damage, Threat, Works};
pub use dating::DatedPeriod;
pub use day::{Bounds, Day};
pub use described::{For, feature_schema, geojson_schema, queryables, sortables};
pub use draft::{Draft, Takes};
pub use edit::{Edit, Laid};
pub use edtf::{Edtf, EdtfDate, EdtfEnd, EdtfMeaning, EdtfPart};
pub use ellipsoid::metres_per_degree;
pub use entity::Entity;
pub use entries::citations;
pub use erasure::Erasure;
pub use extra::{Extra, LayerDraft, RowDraft, ShownId};
pub use fault::{Fault, FaultKind, Faults, MOST_FAULTS, Wrong, shortened};
pub use feature::{Feature, Span, Title, Value};
pub use geometry::{
    Area, Bbox, Cell, Centre, Crs84, Effort, Geometry, LonLat, Looks, Metres, Side,
    distance_between, distance_while, edges, read_geojson, read_wkb, read_wkt, validated,
    write_wkt,
};
pub use handling::{AS_SENT, Handling, REASONS, Review, receipt};
pub use holdings::{Difference, Holdings, News};
pub use id::{Id, Ids};
pub use instant::{Clock, Instant};
pub use json::Json;
pub use language::{Lang, LangText, Languages, Script};
pub use layer::Layer;
pub use likeness::{Candidate, Likeness, Reason, Traits};
pub use location::{GeometryKind, Location, LocationDraft, Place, Sensitivity};
pub use name::{NameHead, NameOrder, ShownName, SiteName, heads, label, label_of_others};
pub use name_key::NameKey;
pub use name_word::{GENERIC_KINDS, NameWord, Tier, Weight};
pub use nearest::{known_are, not_one_of, perhaps_meant};
pub use organization::{Organization, OrganizationDraft};
pub use past::{Action, Happened, Past, Sighting, bears_on_past};
pub use people::{
    Account, AccountDraft, Actor, Attachment, Audience, Deed, ListedAccount, ListedToken, NAME_MAX,
    NewToken, Reader, Refused, Role, ShownToken, Token, TokenDraft,
};
pub use phone_position::{POSITION_DAYS, Positioned, has_position, position_is_due};
pub use properties::{Kind, Property, numbered, properties, returned};
use reading::{Fields, Spelling};
pub use reading::{Node, read};
pub use record::{Corrupt, Document, Links, RecordRef};
pub use region::{Region, RegionDraft};
pub use report::{NONE_SEEN, Published, Report, ReportDraft};
pub use rights::Rights;
pub use scalar::{MaybeRead, Scalar};
pub use schema::Body;
pub use sensitivity_reset::SensitivityReset;
pub use site::{RELEASABLE, Site, SiteDetails, SiteDraft};
pub use source::Source;
use source::Sources;
pub use strict::parse_strictly;
pub use submitted::{incomplete_report, observed_too_late};
pub use unseen::{laid_over, with_the_unseen};
pub use verdict::{MESSAGE_MAX, Verdict};
pub use vocabulary::{Concept, LABEL_LANGUAGES, Match, Scheme};
pub use wording::{LoadedWord, loaded_texts, loaded_words};
pub use workflow::{By, CLAIM_DAYS, Denied, How, Origin, SYSTEM, Says, TRANSITIONS, Transition};
