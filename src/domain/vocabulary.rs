//! The controlled vocabularies (vocabularies 3): schemes of concepts with labels in five languages.
//!
//! They are read from `seed/vocabularies/`, one file a scheme, compiled in. Within a scheme, files keep the order of
//! the concepts, which for scales (certainty, condition) is their strength.

use std::fmt;
use std::iter::once;
use std::sync::LazyLock;

use serde::{Serialize, Serializer};

use super::name_key::fold;
use super::nearest::{did_you_mean, nearest};
use super::{Wrong, shortened};

macro_rules! schemes {
    ($($variant:ident $id:literal $doc:literal)*) => {
        /// A controlled vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Scheme { $(#[doc = $doc] $variant),* }

        impl Scheme {
            /// All schemes, in the order of their ids.
            pub const ALL: &'static [Scheme] = &[$(Scheme::$variant),*];

            /// The id, which is the name of its file.
            pub const fn id(self) -> &'static str {
                match self { $(Scheme::$variant => $id),* }
            }

            const fn file(self) -> &'static str {
                match self { $(Scheme::$variant => include_str!(concat!("../../seed/vocabularies/", $id, ".csv"))),* }
            }
        }
    };
}

// A macro, because `include_str!` takes literals only: the list stands once, and a file that is missing does not compile.
schemes! {
    Access "access" "How near the observer came."
    Action "action" "What is recommended."
    AssociationRole "association_role" "What a tradition had to do with a site."
    Cause "cause" "Causes of damage and of threats (3.4b)."
    Certainty "certainty" "How sure, the surest first."
    Component "component" "Parts of a site."
    Condition "condition" "Overall condition, the best first."
    ConditionTrend "condition_trend" "Where the condition is going."
    DamageExtent "damage_extent" "Share of a component, or of the site."
    DamageSeverity "damage_severity" "How severe, the lightest first."
    DamageType "damage_type" "Effects seen (3.4a)."
    DatingBasis "dating_basis" "What a date rests on."
    DatingKind "dating_kind" "What is dated."
    Designation "designation" "Kinds of registers."
    Function "function" "Current use."
    GeometryKind "geometry_kind" "What a geometry is."
    Hazard "hazard" "Dangers to visitors."
    IdentifierMatch "identifier_match" "How well an identifier fits."
    Likelihood "likelihood" "How likely a threat is."
    LocationMethod "location_method" "How coordinates came about."
    LocationSensitivity "location_sensitivity" "How openly a place is shown."
    Method "method" "How a condition was observed."
    NameKind "name_kind" "Kinds of names."
    OrgRole "org_role" "What an organization has to do with a site."
    OrganizationKind "organization_kind" "Kinds of organizations."
    Period "period" "Epochs, with conventional years."
    Priority "priority" "How soon action is needed."
    RegionKind "region_kind" "Kinds of divisions."
    RelationKind "relation_kind" "What a site has to do with another."
    RiskLevel "risk_level" "How much is at risk."
    SiteType "site_type" "What a site physically is or was (3.1)."
    SourceKind "source_kind" "Kinds of sources."
    Timeframe "timeframe" "When a threat may come true."
    Tradition "tradition" "Traditions and communities (3.2)."
    WorksKind "works_kind" "Works seen at a site."
    WorksState "works_state" "How far works are."
}

#[derive(Debug)]
struct Entry {
    id: String,
    broader: Option<String>,
    labels: Vec<(&'static str, String)>,
    /// The id and the labels, folded: by them it is known what somebody may have meant.
    spellings: Vec<String>,
    years: (Option<i64>, Option<i64>),
    scope_note: Option<String>,
    matches: Vec<Match>,
    unreviewed: Vec<&'static str>,
}

/// The same concept, or nearly the same, in a vocabulary of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its address there: of Wikidata, or of the Art & Architecture Thesaurus.
    pub uri: String,
    /// Whether it means the same, and not only nearly.
    pub is_exact: bool,
}

impl Match {
    /// Reads `Q16970` or `aat:300007486`; `~` after it says that it means nearly the same.
    fn read(written: &str) -> Match {
        let bare = written.trim_end_matches('~');
        Match {
            uri: match bare.strip_prefix("aat:") {
                Some(number) => format!("http://vocab.getty.edu/aat/{number}"),
                None => format!("http://www.wikidata.org/entity/{bare}"),
            },
            is_exact: bare == written,
        }
    }
}

static ENTRIES: LazyLock<Vec<Vec<Entry>>> =
    LazyLock::new(|| Scheme::ALL.iter().map(|scheme| entries(*scheme)).collect());

/// The languages in which every concept has a label.
pub const LABEL_LANGUAGES: [&str; 5] = ["az", "en", "fr", "hy", "ru"];

fn entries(scheme: Scheme) -> Vec<Entry> {
    let mut file = csv::Reader::from_reader(scheme.file().as_bytes());
    let headers = file
        .headers()
        .expect("a test reads every vocabulary")
        .clone();
    let rows = file
        .records()
        .map(|row| row.expect("a test reads every vocabulary"));
    rows.map(|row| {
        let cell = |name: &str| {
            let column = headers.iter().position(|header| header == name)?;
            row.get(column)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let year =
            |name| cell(name).map(|text| text.parse().expect("a test reads every vocabulary"));
        let id = cell("id").expect("a test reads every vocabulary");
        let labels: Vec<_> = LABEL_LANGUAGES
            .iter()
            .filter_map(|lang| Some((*lang, cell(lang)?)))
            .collect();
        let shown = labels.iter().map(|(_, label)| label.as_str());
        let [matches, unreviewed] =
            ["match", "unreviewed"].map(|name| cell(name).unwrap_or_default());
        let is_unreviewed = |lang: &&str| unreviewed.split_whitespace().any(|one| one == *lang);
        Entry {
            scope_note: cell("scope_note"),
            matches: matches.split_whitespace().map(Match::read).collect(),
            unreviewed: LABEL_LANGUAGES.into_iter().filter(is_unreviewed).collect(),
            spellings: once(id.as_str()).chain(shown).map(fold).collect(),
            id,
            broader: cell("broader"),
            labels,
            years: (year("from_year"), year("to_year")),
        }
    })
    .collect()
}

impl Scheme {
    /// Its concepts, in the order of the file.
    pub fn concepts(self) -> impl Iterator<Item = Concept> {
        (0..self.entries().len()).map(move |index| Concept {
            scheme: self,
            index,
        })
    }

    /// Its concepts as a tree: each with how deep it stands, below the one that is broader. Where some are broader than others,
    /// those side by side stand in the order of their ids, so that none comes first for what it is; elsewhere in that of the
    /// file.
    ///
    /// ```
    /// use heritage_registry::domain::Scheme;
    /// let tree = Scheme::Tradition.tree();
    /// let first: Vec<_> = tree.iter().map(|(depth, one)| (*depth, one.id())).take(3).collect();
    /// assert_eq!(first, [(0, "community"), (1, "armenian"), (1, "assyrian")]);
    /// ```
    pub fn tree(self) -> Vec<(usize, Concept)> {
        fn add(
            below: Option<Concept>,
            depth: usize,
            all: &[Concept],
            tree: &mut Vec<(usize, Concept)>,
        ) {
            for one in all.iter().filter(|one| one.broader() == below) {
                tree.push((depth, *one));
                add(Some(*one), depth + 1, all, tree);
            }
        }
        let mut all: Vec<Concept> = self.concepts().collect();
        if all.iter().any(|one| one.broader().is_some()) {
            all.sort_unstable_by_key(|one| one.id());
        }
        let mut tree = Vec::with_capacity(all.len());
        add(None, 0, &all, &mut tree);
        tree
    }

    /// The concept with that id.
    ///
    /// ```
    /// use heritage_registry::domain::Scheme;
    /// let chapel = Scheme::SiteType.find("chapel").unwrap();
    /// assert!(chapel.is_within(Scheme::SiteType.find("religious_place").unwrap()));
    /// assert_eq!(chapel.label("hy"), "Մատուռ");
    /// ```
    pub fn find(self, id: &str) -> Option<Concept> {
        self.concepts().find(|concept| concept.id() == id)
    }

    /// The concept with that id; the fault of an unknown one names those that were perhaps meant, by id or by a label in
    /// any language, and then all that there are.
    pub fn parse(self, text: &str) -> Result<Concept, Wrong> {
        self.find(text).ok_or_else(|| self.unknown(text))
    }

    pub(super) fn unknown(self, text: &str) -> Wrong {
        let spellings = self.entries().iter().flat_map(|entry| {
            let spellings = entry.spellings.iter();
            spellings.map(|spelling| (spelling.as_str(), entry.id.as_str()))
        });
        let known: Vec<_> = self.concepts().map(Concept::id).collect();
        Wrong(format!(
            "\"{text}\" is not a {}: {} is one of {}",
            self.id(),
            did_you_mean(&nearest(text, spellings)),
            known.join(", "),
            text = shortened(text)
        ))
    }

    fn entries(self) -> &'static [Entry] {
        &ENTRIES[self as usize]
    }
}

/// A concept of a scheme.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Concept {
    scheme: Scheme,
    index: usize,
}

impl Concept {
    /// Its id, unique in the scheme.
    pub fn id(self) -> &'static str {
        &self.entry().id
    }

    /// The scheme it is of.
    pub fn scheme(self) -> Scheme {
        self.scheme
    }

    /// Its place in the scheme: for scales, its strength, 0 first.
    pub fn rank(self) -> usize {
        self.index
    }

    /// The next broader concept.
    pub fn broader(self) -> Option<Concept> {
        self.scheme.find(self.entry().broader.as_deref()?)
    }

    /// Whether it is `other` or narrower than it.
    pub fn is_within(self, other: Concept) -> bool {
        let mut at = Some(self);
        while let Some(concept) = at {
            if concept == other {
                return true;
            }
            at = concept.broader();
        }
        false
    }

    /// Its label in a language; English where there is none, never a neighbouring language.
    pub fn label(self, lang: &str) -> &'static str {
        self.labelled(lang)
            .unwrap_or_else(|| self.labelled("en").unwrap_or(self.id()))
    }

    /// Its label in that language, if there is one.
    pub fn labelled(self, lang: &str) -> Option<&'static str> {
        self.entry()
            .labels
            .iter()
            .find(|(known, _)| *known == lang)
            .map(|(_, label)| label.as_str())
    }

    /// What it takes in and what not, in English, where the label does not say it.
    pub fn scope_note(self) -> Option<&'static str> {
        self.entry().scope_note.as_deref()
    }

    /// What it is called in vocabularies of others.
    pub fn matches(self) -> &'static [Match] {
        &self.entry().matches
    }

    /// The languages whose label no native speaker has reviewed yet.
    pub fn unreviewed(self) -> &'static [&'static str] {
        &self.entry().unreviewed
    }

    /// First and last year (astronomical), for periods.
    pub fn years(self) -> (Option<i64>, Option<i64>) {
        self.entry().years
    }

    fn entry(self) -> &'static Entry {
        &self.scheme.entries()[self.index]
    }
}

impl fmt::Debug for Concept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme.id(), self.id())
    }
}

impl Serialize for Concept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_vocabulary_reads_and_has_every_label() {
        for scheme in Scheme::ALL {
            let ids: HashSet<_> = scheme.concepts().map(Concept::id).collect();
            assert_eq!(
                ids.len(),
                scheme.concepts().count(),
                "{}: an id stands twice",
                scheme.id()
            );
            assert!(ids.len() > 1, "{}", scheme.id());
            for concept in scheme.concepts() {
                for lang in LABEL_LANGUAGES {
                    assert!(
                        concept.labelled(lang).is_some(),
                        "{concept:?} has no label in {lang}"
                    );
                }
                let broader = concept.entry().broader.as_deref();
                assert_eq!(
                    concept.broader().map(Concept::id),
                    broader,
                    "{concept:?}: its broader concept"
                );
                assert!(
                    concept
                        .broader()
                        .is_none_or(|broader| !broader.is_within(concept)),
                    "{concept:?}: a circle"
                );
            }
        }
    }

    #[test]
    fn schemes_are_listed_by_id() {
        let ids: Vec<_> = Scheme::ALL.iter().map(|scheme| scheme.id()).collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }

    #[test]
    fn an_unknown_concept_is_answered_with_those_there_are() {
        let wrong = Scheme::Certainty.parse("sure").unwrap_err();
        assert_eq!(
            wrong.0,
            "\"sure\" is not a certainty: it is one of certain, probable, possible, uncertain"
        );
    }

    #[test]
    fn an_unknown_concept_is_answered_first_with_those_that_were_perhaps_meant() {
        for (text, meant) in [
            ("churc", "church"),
            ("Church", "church"),
            ("Kilsə", "church"),
            ("Եկեղեցի", "church"),
            ("ЦЕРКОВЬ", "church"),
            ("eglise", "church"),
            ("mescid", "mosque"),
            ("prayer house", "prayer_house"),
        ] {
            let wrong = Scheme::SiteType.parse(text).unwrap_err().0;
            let start = format!(
                "\"{text}\" is not a site_type: did you mean {meant}? It is one of religious_place, church,"
            );
            assert!(wrong.starts_with(&start), "{wrong}");
        }
    }

    #[test]
    fn the_label_of_a_concept_in_any_language_says_which_was_meant() {
        for concept in Scheme::ALL.iter().flat_map(|scheme| scheme.concepts()) {
            for lang in LABEL_LANGUAGES {
                let label = concept.label(lang);
                let wrong = concept.scheme().unknown(label).0;
                let (_, meant) = wrong.split_once(": did you mean ").expect(&wrong);
                let (meant, _) = meant.split_once('?').expect(&wrong);
                let mut meant = meant.split(", ").flat_map(|part| part.split(" or "));
                assert!(meant.any(|id| id == concept.id()), "{concept:?}: {wrong}");
            }
        }
    }

    #[test]
    fn a_broader_concept_holds_its_narrower_ones_and_not_the_other_way_round() {
        let find = |id| Scheme::Tradition.find(id).unwrap();
        assert!(find("islam_sufi").is_within(find("religion")));
        assert!(find("armenian_apostolic").is_within(find("christianity")));
        assert!(!find("christianity").is_within(find("armenian_apostolic")));
    }

    #[test]
    fn concepts_know_what_they_are_called_elsewhere_and_how_well_that_fits() {
        let church = Scheme::SiteType.find("church").unwrap();
        let uris: Vec<_> = church
            .matches()
            .iter()
            .map(|one| one.uri.as_str())
            .collect();
        assert_eq!(
            uris,
            [
                "http://www.wikidata.org/entity/Q16970",
                "http://vocab.getty.edu/aat/300007486"
            ]
        );
        assert!(
            church
                .scope_note()
                .unwrap()
                .starts_with("any Christian confession")
        );
        let mausoleum = Scheme::SiteType.find("mausoleum").unwrap().matches();
        let exact: Vec<_> = mausoleum.iter().map(|one| one.is_exact).collect();
        assert_eq!(exact, [true, false]);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let all = || Scheme::ALL.iter().flat_map(|scheme| scheme.concepts());
        for one in all().flat_map(Concept::matches) {
            let (_, id) = one.uri.rsplit_once('/').unwrap();
            assert!(is_number(id.trim_start_matches('Q')), "{}", one.uri);
        }
        let unreviewed: usize = all().map(|one| one.unreviewed().len()).sum();
        assert!(unreviewed > 0);
        assert_eq!(
            Scheme::SiteType.find("hermitage").unwrap().unreviewed(),
            ["az"]
        );
    }

    #[test]
    fn a_tree_has_every_concept_once_below_the_one_that_is_broader() {
        for scheme in Scheme::ALL {
            let tree = scheme.tree();
            let ids: HashSet<_> = tree.iter().map(|(_, one)| one.id()).collect();
            assert_eq!(
                (tree.len(), ids.len()),
                (scheme.concepts().count(), tree.len())
            );
            let mut above: Vec<Concept> = vec![];
            for (depth, one) in tree {
                above.truncate(depth);
                assert_eq!(one.broader(), above.last().copied(), "{one:?}");
                above.push(one);
            }
        }
        let scale: Vec<_> = Scheme::Condition
            .tree()
            .iter()
            .map(|(_, one)| one.rank())
            .collect();
        assert!(scale.is_sorted());
    }

    #[test]
    fn periods_know_their_years() {
        let years = |id| Scheme::Period.find(id).unwrap().years();
        assert_eq!(years("achaemenid_hellenistic"), (Some(-549), Some(0)));
        assert_eq!(years("since_1991"), (Some(1991), None));
    }
}
