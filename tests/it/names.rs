//! `q` and `/suggest`: what has a name is found by it, in any script (vocabularies 4).

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{feature, post};
use crate::harness::{
    App, Client, Fixture, People, a_region, a_report, a_site, an_organization,
    an_unlisted_organization, site_ref,
};

const SITES: &str = "/collections/sites/items";

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn asking(text: &str) -> String {
    format!("{SITES}?q={}", encoded(text))
}

/// The label of what is found, which is its only name, with its tier.
fn found(client: &Client<'_>, text: &str) -> Vec<(String, u64)> {
    of_page(&client.get(&asking(text)).features())
}

fn of_page(features: &[Value]) -> Vec<(String, u64)> {
    let properties = features.iter().map(|feature| &feature["properties"]);
    properties
        .map(|of| {
            let label = of["label"].as_str().unwrap().to_owned();
            (label, of["match_tier"].as_u64().unwrap())
        })
        .collect()
}

/// What is suggested: the texts with their tiers.
fn suggested(client: &Client<'_>, parameters: &str) -> Vec<(String, u64)> {
    let answer = client
        .get(&format!("/suggest?{parameters}"))
        .expect(200)
        .json();
    let suggestions = answer["suggestions"].as_array().unwrap().iter();
    suggestions
        .map(|one| {
            let text = one["text"].as_str().unwrap().to_owned();
            (text, one["tier"].as_u64().unwrap())
        })
        .collect()
}

/// Sites with one name each, in their order.
fn named(app: &App, names: &[&str]) -> Vec<Uuid> {
    let items = names.iter().map(|name| {
        let site = Fixture::from(a_site().named(name, "en"));
        site.item(app.new_id(), app.registry_organization())
    });
    let entities = app.import(items.collect());
    entities.iter().map(|entity| entity.id).collect()
}

/// Every name of the table in vocabularies 4: those of a row are one name, and those of different rows are different
/// names or forms, which must be recorded.
const NAMES: [&[&str]; 33] = [
    &["Շուշի", "Shushi", "Šowši", "Шуши", "Chouchi"],
    &["Şuşa", "Shusha", "Шуша", "Choucha", "شوشا"],
    &["Դադիվանք", "Dadivank’", "Дадиванк", "Tativank"],
    &["Խութավանք", "Khutavank", "Xudavəng", "Khudavang"],
    &[
        "Ղազանչեցոց",
        "Ghazanchetsots",
        "Łazančʿecʿocʿ",
        "Казанчецоц",
    ],
    &["Church of the Holy Saviour"],
    &[
        "Գանձասար",
        "Gandzasar",
        "Kantsasar",
        "Гандзасар",
        "Gəncəsər",
    ],
    &["Gövhər ağa", "Govhar Agha", "Говхар-ага", "Ҝөвһәр аға"],
    &["Qarabağ", "Karabakh", "Карабах", "Ղարաբաղ"],
    &["Artsakh", "Արցախ", "Arcʿax", "Арцах"],
    &[
        "Ծիծեռնավանք",
        "Tsitsernavank",
        "Tzitzernavank",
        "Цицернаванк",
    ],
    &["Ağoğlan"],
    &["Ջրաբերդ", "Jraberd", "Джраберд"],
    &["Çiləbürt"],
    &["Xankəndi", "Khankendi", "Ханкенди", "Խանքենդի"],
    &["Ստեփանակերտ", "Stepanakert", "Степанакерт"],
    &["Ağdam", "Aghdam", "Агдам", "Ағдам", "Աղդամ"],
    &["Akna", "Ակնա"],
    &["Kəlbəcər", "Kalbajar", "Кельбаджар"],
    &["Քարվաճառ", "Karvachar", "Карвачар"],
    &["Հադրութ", "Hadrut", "Гадрут"],
    &["Azıx", "Azykh", "Азых"],
    &["Azokh", "Ազոխ", "Азох"],
    &["Cəbrayıl", "Jabrayil", "Джебраил"],
    &["Laçın"],
    &["Berdzor", "Բերձոր"],
    &["Füzuli", "Физули"],
    &["Daşaltı"],
    &["Karintak", "Քարին տակ"],
    &["Qırmızı Bazar"],
    &["Karmir Shuka", "Կարմիր շուկա"],
    &["Xudafərin", "Худаферин", "خداآفرین"],
    &["Tuğ", "Togh", "Տող", "Туг"],
];

on_each_engine!(
    a_name_is_found_by_each_of_its_spellings_and_by_no_other_name,
    |app| {
        let all: Vec<&str> = NAMES.concat();
        named(app, &all);
        let public = app.anonymous();
        for spellings in NAMES {
            for spelling in spellings {
                let found = found(&public, spelling);
                let texts: BTreeSet<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
                assert_eq!(
                    texts,
                    spellings.iter().copied().collect::<BTreeSet<_>>(),
                    "{spelling}"
                );
                assert_eq!(found[0], ((*spelling).to_owned(), 1), "{spelling}");
                let worst = match *spellings {
                    ["Füzuli" | "Xudafərin", ..] => 4,
                    _ => 3,
                };
                assert!(found.iter().all(|(_, tier)| *tier <= worst), "{found:?}");
            }
        }
    }
);

on_each_engine!(
    a_translation_is_no_spelling_but_may_look_like_a_slip,
    |app| {
        named(app, &["Böyük Tağlar", "Mets Tagher"]);
        // The words for "great" say the same, and the names differ in one sound.
        for (text, other) in [
            ("Böyük Tağlar", "Mets Tagher"),
            ("Mets Tagher", "Böyük Tağlar"),
        ] {
            let expected = [(text.to_owned(), 1), (other.to_owned(), 5)];
            assert_eq!(found(&app.anonymous(), text), expected);
        }
    }
);

on_each_engine!(how_well_a_name_fits_is_told_by_its_tier, |app| {
    let public = app.anonymous();
    for (name, text, tier) in [
        // Letter by letter.
        ("Շուշի", "ՇՈՒՇԻ", Some(1)),
        ("Gandzasar", "gandzasar", Some(1)),
        ("Azıx", "AZIX", Some(1)),
        ("Ağdam", "ağdam", Some(1)),
        ("Ağdam", "Ag\u{306}dam", Some(1)),
        ("Dadivank’", "Dadivank", Some(1)),
        ("Gövhər ağa", "AĞA", Some(1)),
        ("Gövhər ağa", "ağa gövhər", Some(1)),
        ("Gövhər ağa", "gövhər, ağa", Some(1)),
        // The beginning of a word.
        ("Gandzasar", "gandz", Some(2)),
        ("Gövhər ağa", "ağ gö", Some(2)),
        ("Gandzasar", "g", Some(2)),
        ("Gandzasar", "sar", None),
        ("Amarasvəng", "Amaras", Some(2)),
        // By sounds; from four on, the beginning of a key.
        ("Amarasvəng", "Ամարաս", Some(3)),
        ("Amaras", "Amarasvəng", None),
        ("Gandzasar", "Գանձասար", Some(3)),
        ("Gandzasar", "Գանձ", Some(3)),
        ("Gandzasar", "Գան", None),
        // By consonants, of which there must be three.
        ("Füzuli", "Физули", Some(4)),
        ("Shushi", "Shusha", None),
        // One sound put in, left out, exchanged; five in both.
        ("Gandzasar", "Gandzasars", Some(5)),
        ("Gandzasar", "Gandzasa", Some(2)),
        ("Gandzasar", "Gndzasar", Some(4)),
        ("Gandzasar", "Gndzaar", None),
        ("Gandzasar", "Ganzasar", Some(5)),
        ("Gandzasar", "Gandzavar", Some(5)),
        ("Gandzasar", "Ganzavar", None),
        ("Hadrut", "Hatrun", Some(5)),
        ("Azokh", "Arokh", None),
        // Two words may be one.
        ("Dağ Tumas", "Dağtumas", Some(1)),
        ("Dağtumas", "Dağ Tumas", Some(1)),
        ("Dağtumas", "Dagh Tumas", Some(3)),
        ("Dagh Tumas", "Дагтумас", Some(3)),
        ("Dağ Tumas", "Tumas dağ", Some(1)),
        ("Dağ Tumas", "tumasdağ", None),
        ("Dağ Tumas kəndi", "Dağ Tumaskəndi", Some(1)),
        // The worst word decides.
        ("Gövhər ağa", "Gövhər agha", Some(3)),
        ("Gövhər ağa", "Gövhər xanım", None),
        // Generic words say the same in all languages, and weigh little.
        ("Gandzasar monastırı", "Монастырь Gandzasar", Some(1)),
        ("Gandzasar", "Gandzasar monastery", Some(5)),
        ("Gandzasar", "the of Gandzasar", Some(1)),
        ("Gandzasar", "monastery", None),
        ("Cümə məscidi", "Şuşa məscidi", None),
        ("Dağ Tumas", "Dakh Tumak", Some(5)),
        ("Yuxarı Gövhər ağa məscidi", "Upper Mosque", Some(1)),
        ("Yuxarı Gövhər ağa məscidi", "Lower Gövhər", None),
        ("Yuxarı Gövhər ağa", "Верхняя мечеть Gövhər ağa", Some(5)),
        ("Սուրբ Հակոբ", "St.", Some(1)),
        ("Stepanakert", "St.", Some(2)),
        ("of the", "of the", Some(1)),
    ] {
        let id = app.given(a_site().named(name, "en"));
        let expected: Vec<(String, u64)> = tier
            .map(|tier| (name.to_owned(), tier))
            .into_iter()
            .collect();
        assert_eq!(found(&public, text), expected, "{name}, {text}");
        app.withdraw(site_ref(id));
    }
});

on_each_engine!(
    a_name_in_any_language_is_found_and_words_may_be_in_different_names,
    |app| {
        let id = app.given(a_site());
        named(app, &["Vank"]);
        for text in [
            "Гандзасар",
            "Գանձասար monastırı",
            "monastery Gəncəsər",
            "гандз գանձ",
        ] {
            assert_eq!(app.anonymous().get(&asking(text)).ids(), [id], "{text}");
        }
    }
);

on_each_engine!(
    a_later_tier_is_looked_at_only_if_the_earlier_ones_found_little,
    |app| {
        let public = app.anonymous();
        let tiers = |text: &str| -> Vec<u64> {
            found(&public, text)
                .into_iter()
                .map(|(_, tier)| tier)
                .collect()
        };
        named(app, &["Gandzasar"; 8]);
        named(app, &["Gandzasari", "Գանձասար", "Ganzasar"]);
        // Eight, then nine, then ten: enough.
        assert_eq!(tiers("Gandzasar"), [&[1; 8][..], &[2, 3]].concat());
        // What else is asked does not alter what q means.
        let elsewhere = "&located=true&bbox=10,10,11,11";
        for more in [elsewhere, "&condition=destroyed"] {
            let page = public.get(&format!("{}{more}", asking("Gandzasar")));
            assert_eq!(page.expect(200).json()["numberMatched"], 0, "{more}");
        }
        let last = app.given(a_site().named("Ganzasar", "en").at(10.5, 10.5));
        let there = |text: &str| public.get(&format!("{}{elsewhere}", asking(text))).ids();
        assert!(there("Gandzasar").is_empty());
        assert_eq!(
            public
                .get(&format!("{}{elsewhere}", asking("Ganzasar")))
                .ids(),
            [last]
        );
        // With one record fewer, the last tier is looked at.
        let first = public.get(&asking("Gandzasar")).ids()[0];
        app.withdraw(site_ref(first));
        assert_eq!(tiers("Gandzasar"), [&[1; 7][..], &[2, 3, 5, 5]].concat());
        // The trusted count what they see.
        for _ in 0..2 {
            app.given(a_site().named("Gandzasar", "en").restricted());
        }
        assert_eq!(tiers("Gandzasar"), [&[1; 7][..], &[2, 3, 5, 5]].concat());
        let trusted = app.admin().get(&asking("Gandzasar"));
        assert_eq!(trusted.column("match_tier"), [&[1; 9][..], &[2]].concat());
    }
);

on_each_engine!(
    a_hidden_name_is_found_by_nobody_who_may_not_read_it,
    |app| {
        let listed = a_site()
            .named("Wren", "en")
            .restricted()
            .with("public_listing", true);
        let listed = app.given(listed);
        let cell = a_site()
            .named("Wren", "en")
            .generalised()
            .with("public_label", "A ruin");
        let cell = app.given(cell);
        let hidden = app.given(a_site().named("Wren", "en").restricted());
        app.given(an_unlisted_organization("Wren"));
        for text in ["Wren", "wre", "Врен", "wrens"] {
            let page = app.anonymous().get(&asking(text)).expect(200);
            assert_eq!(
                (page.ids(), &page.json()["numberMatched"]),
                (vec![], &json!(0)),
                "{text}"
            );
            let q = format!("q={}", encoded(text));
            assert_eq!(suggested(&app.anonymous(), &q), [], "{text}");
            let organizations = app
                .anonymous()
                .get(&format!("/collections/organizations/items?{q}"));
            assert!(organizations.ids().is_empty());
        }
        assert_eq!(found(&app.anonymous(), "ruin"), [("A ruin".to_owned(), 1)]);
        let ruin = app.anonymous().get("/suggest?q=rui").json();
        let ruin = &ruin["suggestions"][0];
        assert_eq!(
            (&ruin["id"], &ruin["lang"]),
            (&json!(cell.to_string()), &Value::Null)
        );
        let mut all = [listed, cell, hidden];
        all.sort_unstable();
        assert_eq!(app.admin().get(&asking("Wren")).ids(), all);
        assert_eq!(suggested(&app.admin(), "q=wre&collection=sites").len(), 3);
    }
);

on_each_engine!(
    pages_of_what_has_a_name_give_each_once_in_the_order_of_tiers,
    |app| {
        // The best come last by their ids.
        for name in [
            "Shushi",
            "Gandza",
            "Gandzasari",
            "Gandzasar tower",
            "Gandzasar",
        ] {
            named(app, &[name; 4]);
        }
        let public = app.anonymous();
        for (text, more, count) in [
            ("gandz", "", 16),
            ("Gandzasar", "", 12),
            ("Gandzasar", "&located=true", 12),
            ("Gandzasar", "&sortby=-updated_at", 12),
            ("Gandzasar", "&near=46,40", 12),
        ] {
            let asked = format!("{}{more}&limit=5", asking(text));
            let whole = public.get(&format!("{}{more}", asking(text)));
            let (mut walked, mut tiers) = (vec![], vec![]);
            let mut next = Some(asked);
            let mut last = None;
            while let Some(path) = next {
                let page = public.get(&path).expect(200);
                assert_eq!(page.json()["numberMatched"], count, "{path}");
                tiers.extend(page.column("match_tier"));
                walked.extend(page.ids());
                next = page.link("next");
                last = page.link("prev");
            }
            assert_eq!(walked, whole.ids(), "{text}{more}");
            assert_eq!(walked.len(), count, "{text}{more}");
            let keys = tiers.iter().map(|tier| tier.as_u64().unwrap()).zip(&walked);
            let is_led = !more.contains("by=") && !more.contains("near");
            assert!(!is_led || keys.is_sorted(), "{more}");
            let back = public.get(&last.unwrap()).ids();
            assert!(
                walked.ends_with(
                    &[&back[..], &walked[walked.len() - (count - 1) % 5 - 1..]].concat()
                )
            );
        }
        // A cursor belongs to its order.
        let next = public
            .get(&format!("{}&limit=5", asking("gandz")))
            .link("next")
            .unwrap();
        let cursor = next.split("cursor=").nth(1).unwrap();
        assert_eq!(
            public.get(&format!("{SITES}?cursor={cursor}")).faults(),
            ["cursor: belongs to another order: keep sortby, near and q as they are in the link"]
        );
    }
);

on_each_engine!(q_stands_beside_every_other_parameter, |app| {
    let near = app.given(a_site().named("Vankasar", "en").at(46.5, 40.0));
    let far = app.given(a_site().named("Vankasar", "en").at(46.9, 40.0));
    app.given(a_site().named("Other", "en").at(46.5, 40.0));
    let public = app.anonymous();
    for (more, ids) in [
        ("&near=46.4,40", vec![near, far]),
        ("&near=47,40", vec![far, near]),
        ("&near=46.4,40&radius=20000", vec![near]),
        ("&bbox=46.8,39.9,47,40.1", vec![far]),
        ("&site_type=mosque", vec![]),
        (
            "&name=Vankasar&site_type=monastery&bbox=46.4,39.9,46.6,40.1",
            vec![near],
        ),
        ("&resultType=hits", vec![]),
    ] {
        let page = public
            .get(&format!("{}{more}", asking("Վանքասար")))
            .expect(200);
        assert_eq!(page.ids(), ids, "{more}");
        let matched = if more.contains("hits") { 2 } else { ids.len() };
        assert_eq!(page.json()["numberMatched"], matched, "{more}");
        for feature in page.features() {
            let properties = &feature["properties"];
            assert_eq!(properties["match_tier"], 3, "{more}");
            assert_eq!(
                properties["distance_m"].is_number(),
                more.contains("near"),
                "{more}"
            );
        }
    }
    let page = public.get(&format!("{}&properties=condition", asking("Vankasar")));
    assert_eq!(
        page.features()[0]["properties"],
        json!({"condition": null, "match_tier": 1})
    );
    assert_eq!(
        public.get(SITES).column("match_tier"),
        [Value::Null, Value::Null, Value::Null]
    );
    // A name is looked for among those that there were.
    let then = app
        .parts
        .catalogue
        .snapshot(heritage_registry::domain::Audience::Public);
    let then = then.changed_at().unwrap();
    app.clock().set(100);
    app.edit(near, a_site().named("Elsewhere", "en").at(46.5, 40.0));
    assert_eq!(public.get(&asking("Vankasar")).ids(), [far]);
    let past = public
        .get(&format!("{}&as_of={then}", asking("Vankasar")))
        .expect(200);
    assert_eq!(past.ids().len(), 2);
});

on_each_engine!(
    organizations_and_regions_have_names_and_reports_have_none,
    |app| {
        let site = app.given(a_site());
        app.given(a_report(site));
        let shield = app.given(an_organization("Blue Shield"));
        let region = app.given(a_region("hist-khachen", 46.5, 40.0));
        let public = app.anonymous();
        let found = public.get("/collections/organizations/items?q=blue+shild");
        assert_eq!(found.ids(), [shield]);
        assert_eq!(
            public.get("/collections/regions/items?q=karabakh").ids(),
            [region]
        );
        let refused = public
            .get("/collections/condition-reports/items?q=Gandzasar")
            .expect(400);
        assert!(
            refused.faults()[0].starts_with("q: is not a parameter"),
            "{:?}",
            refused.faults()
        );
    }
);

on_each_engine!(what_is_no_name_is_refused, |app| {
    let none = "q is a name or some words of one, not";
    for (asked, fault) in [
        ("q=", format!("{none} \"\"")),
        ("q=%20-%20", format!("{none} \" - \"")),
        (
            "q=a%0Ab",
            "q is a name on one line, without tabs and other control characters".to_owned(),
        ),
        (
            "q=a+b+c+d+e+f+g+h+i+j+k",
            "q has at most 200 characters and 10 words, not 21 and 11".to_owned(),
        ),
    ] {
        for path in [SITES, "/suggest"] {
            let faults = app
                .anonymous()
                .get(&format!("{path}?{asked}"))
                .expect(400)
                .faults();
            assert_eq!(faults, [format!("q: {fault}")], "{path}?{asked}");
        }
    }
    let faults = app
        .anonymous()
        .get("/suggest?collection=condition-reports&limit=51&lang=?")
        .faults();
    assert_eq!(
        faults,
        [
            "lang: \"?\" is not a language tag: write for example hy, az, az-Cyrl, ru, en, xcl, or und where it is not known",
            "q: is required: the beginning of a name",
            "collection: \"condition-reports\" is no collection with names: it is one of organizations, regions, sites",
            "limit: is a whole number from 1 to 50, not \"51\"",
        ]
    );
});

on_each_engine!(no_script_is_suggested_before_another, |app| {
    for number in 0..30 {
        // One word each, which all fit a text in a fourth script equally well.
        let name = |text: &str, lang| json!({"text": text, "lang": lang, "kind": "vernacular", "src": ["book"]});
        let names = [
            name("Shushi", "en"),
            name("Шуши", "ru"),
            name("Շուշի", "hy"),
        ];
        let names = match number % 2 {
            0 => json!([names[number / 2 % 3]]),
            _ => json!(names),
        };
        app.given(a_site().with("names", names));
    }
    let suggested = suggested(&app.anonymous(), &format!("q={}", encoded("شوشی")));
    for text in ["Shushi", "Шуши", "Շուշի"] {
        let count = suggested
            .iter()
            .filter(|one| *one == &(text.to_owned(), 3))
            .count();
        assert!(count > 1, "{text}: {suggested:?}");
    }
});

on_each_engine!(a_name_is_suggested_while_it_is_typed, |app| {
    named(
        app,
        &[
            "Shushi",
            "Shusha",
            "Shushi museum",
            "Stepanakert",
            "Church of Shushi",
        ],
    );
    let both = a_site().with(
        "names",
        json!([
            {"text": "Dadivank", "lang": "en", "kind": "vernacular", "src": ["book"]},
            {"text": "Dadivank", "lang": "az", "kind": "vernacular", "src": ["book"]},
            {"text": "Դադիվանք", "lang": "hy", "kind": "vernacular", "src": ["book"]},
        ]),
    );
    let id = app.given(both);
    app.given(an_organization("Shusha Reserve"));
    let public = app.anonymous();
    for (asked, expected) in [
        // Few words first, then as the ids are: an organization of these is the last.
        (
            "s",
            vec![
                ("Shushi", 2),
                ("Shusha", 2),
                ("Stepanakert", 2),
                ("Shushi museum", 2),
                ("Shusha Reserve", 2),
                ("Church of Shushi", 2),
            ],
        ),
        ("s&limit=2", vec![("Shushi", 2), ("Shusha", 2)]),
        ("sh&collection=organizations", vec![("Shusha Reserve", 2)]),
        (
            "shushi",
            vec![("Shushi", 1), ("Shushi museum", 1), ("Church of Shushi", 1)],
        ),
        ("shushi+m", vec![("Shushi museum", 2)]),
        ("m+shushi", vec![("Shushi museum", 2)]),
        // A generic word is one only when it is whole.
        ("st&collection=sites", vec![("Stepanakert", 2)]),
        (
            "%D5%B7%D5%B8%D6%82%D5%B7",
            vec![
                ("Shushi", 3),
                ("Shusha", 3),
                ("Shushi museum", 3),
                ("Shusha Reserve", 3),
                ("Church of Shushi", 3),
            ],
        ),
        (
            "%D1%88%D1%83%D1%88%D0%B8",
            vec![("Shushi", 3), ("Shushi museum", 3), ("Church of Shushi", 3)],
        ),
        ("stebanag", vec![("Stepanakert", 3)]),
        ("stpnkr", vec![("Stepanakert", 4)]),
        ("stefanak", vec![("Stepanakert", 5)]),
        // One letter is too little for sounds.
        ("%D5%B7", vec![]),
        ("%D4%B4", vec![("Դադիվանք", 2)]),
        ("dad", vec![("Dadivank", 2)]),
    ] {
        let expected: Vec<_> = expected
            .iter()
            .map(|(text, tier)| ((*text).to_owned(), *tier))
            .collect();
        assert_eq!(
            suggested(&public, &format!("q={asked}")),
            expected,
            "{asked}"
        );
    }
    let at = format!("{}/suggest?q=dad&limit=10", crate::harness::BASE);
    let link = |href: String, rel: &str, media_type: &str, title: &str| json!({ "href": href, "rel": rel, "type": media_type, "title": title });
    let json_type = "application/json";
    let links = [
        link(at.clone(), "self", json_type, "These suggestions"),
        link(
            format!("{at}&f=json"),
            "alternate",
            json_type,
            "These suggestions as JSON",
        ),
        link(
            format!("{at}&f=html"),
            "alternate",
            "text/html",
            "These suggestions as HTML",
        ),
    ];
    let answer = public.get("/suggest?q=dad&lang=hy").expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "suggestions": [{
                "text": "Dadivank",
                "lang": "en",
                "collection": "sites",
                "id": id.to_string(),
                "label": "Դադիվանք",
                "tier": 2,
                "href": format!("{}{SITES}/{id}", crate::harness::BASE),
            }],
            "links": links,
        })
    );
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let again = public.with("if-none-match", answer.header("etag"));
    again.get("/suggest?q=dad&lang=hy").expect(304);
    let trusted = app.admin().get("/suggest?q=dad");
    assert_eq!(trusted.header("cache-control"), "private, no-store");
});

over_the_seed!(names_of_the_real_catalogue_are_found, |app| {
    let public = app.anonymous();
    for (text, name) in [
        ("Գանձասար", "Gandzasar Monastery"),
        ("gəncəsər", "Gandzasar Monastery"),
        ("Ղազանչեցոց", "Ghazanchetsots"),
    ] {
        let page = public.get(&asking(text)).expect(200);
        let names = page.column("names");
        let has = |names: &Value| names.to_string().contains(name);
        assert!(names.iter().any(has), "{text}: {names:?}");
    }
    // Churches in whatever language they are named.
    let one = public
        .get(&format!("{}&limit=10000", asking("church")))
        .ids();
    let other = public
        .get(&format!("{}&limit=10000", asking("kilsə")))
        .ids();
    let all = |ids: &[Uuid]| ids.iter().copied().collect::<BTreeSet<_>>();
    assert!(one.len() > 30 && all(&one) == all(&other));
});

on_each_engine!(
    names_that_look_alike_are_one_name_or_one_of_them_is_refused,
    |app| {
        let people = People::of(app);
        let anna = app.bearer(&people.contributor);
        for (text, code) in [
            ("Şuşa\u{202e}", "U+202E"),
            ("Şu\u{200b}şa", "U+200B"),
            ("Şu\u{200c}şa", "U+200C"),
            ("\u{feff}Şuşa", "U+FEFF"),
            ("Şuşa\u{e0041}", "U+E0041"),
        ] {
            let site = feature(a_site().named(text, "az").0);
            let faults = post(&anna, SITES, None, &site).expect(422).faults();
            let start = format!("/properties/names/0/text: holds the character {code}, which ");
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].starts_with(&start), "{faults:?}");
        }
        // In Persian a word is written with it, and looked for without.
        let written = "پناه\u{200c}آباد";
        let site = feature(a_site().named(written, "fa").0);
        let sent = post(&anna, SITES, None, &site).expect(201);
        assert_eq!(sent.json()["properties"]["names"][0]["text"], written);
        named(app, &[written]);
        for text in [written, "پناهآباد"] {
            assert_eq!(
                found(&app.anonymous(), text),
                [(written.to_owned(), 1)],
                "{text}"
            );
        }
        let again = feature(a_site().named("پناهآباد", "fa").0);
        let sent = post(&anna, SITES, None, &again).expect(201);
        let because = sent.json()["duplicates"][0]["because"].clone();
        assert!(
            because.as_array().unwrap().contains(&"name".into()),
            "{because}"
        );
    }
);
