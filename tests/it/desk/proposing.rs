//! The form by which a site is proposed: it makes what the API makes, after sites were shown that may be the same.

use heritage_registry::domain::Collection;
use serde_json::{Value, json};

use super::filled::{Fields, fields, fill, fill_all, form_at, press, send, value, whole_site};
use super::reporting::{all_evil, as_by_api, kept, nothing_is_lost, sent, texts};
use crate::harness::writing::{end, feature, post};
use crate::harness::{Answer, People, Visitor, a_region, a_site};
use crate::pages::safe;

const NEW: &str = "/desk/sites/new";
const SITES: &str = "/collections/sites/items";

on_each_engine!(a_site_by_form_is_the_one_by_api, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, NEW);
    assert_eq!(value(&form, "sources.0.kind"), Some("own_knowledge"));
    form.retain(|(name, _)| !name.starts_with("sources."));
    fill_all(&mut form, &whole_site());
    let answer = press(&mut browser, NEW, &form, ("do", "send")).expect(303);
    let by_form = sent(&answer);
    let contributor = app.bearer(&people.contributor);
    let answer = post(&contributor, SITES, None, &feature(whole_site())).expect(201);
    let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(kept(app, by_form), kept(app, Collection::Sites.record(id)));
});

on_each_engine!(a_name_and_a_type_are_enough_for_a_site, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, &format!("{NEW}?lang=az"));
    fill(&mut form, "names.0.text", "Gəncəsər");
    fill(&mut form, "site_type", "kurgan");
    fill(&mut form, "geometry.lat", "40°03′26″ N");
    fill(&mut form, "geometry.lon", "46,5318");
    fill(&mut form, "location_method", "gnss_phone");
    fill(&mut form, "location_accuracy_m", "10");
    let answer = send(&mut browser, NEW, &form).expect(303);
    let site = Value::Object(kept(app, sent(&answer)));
    let name = json!({"text": "Gəncəsər", "lang": "az", "script": "Latn", "kind": "vernacular", "src": ["s1"]});
    assert_eq!(site["names"], json!([name]));
    assert_eq!(site["sources"][0]["kind"], "own_knowledge");
    assert_eq!(site["sources"][0]["title"][0]["lang"], "az");
    assert_eq!(site["location_sensitivity"], "restricted");
    let [lon, lat] = [0, 1].map(|place| site["geometry"]["coordinates"][place].as_f64().unwrap());
    assert!(
        (lat - 40.057_222).abs() < 1e-5 && (lon - 46.5318).abs() < 1e-9,
        "{lon} {lat}"
    );
});

on_each_engine!(faults_of_a_site_are_at_their_fields, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, NEW);
    form.retain(|(name, _)| !name.starts_with("sources."));
    fill_all(&mut form, &whole_site());
    let page = press(&mut browser, NEW, &form, ("add", "names")).expect(200);
    let html = safe("a full form", &page);
    let evil = all_evil(&fields(&html), &texts(&html));
    let before = end(app);
    let answer = send(&mut browser, NEW, &evil).expect(422);
    assert_eq!(end(app), before);
    nothing_is_lost("all wrong", &answer, &evil);
    let contributor = app.bearer(&people.contributor);
    as_by_api(&mut browser, NEW, &form, whole_site(), |wrong| {
        post(&contributor, SITES, None, &feature(wrong))
    });
});

/// What a contributor is about to propose.
fn typed(browser: &mut Visitor<'_>, lon: &str) -> Fields {
    let mut form = form_at(browser, NEW);
    for (name, value) in [
        ("names.0.text", "Gandzasar Monastery"),
        ("names.0.lang", "en"),
        ("site_type", "monastery"),
        ("geometry.lat", "40.0573"),
        ("geometry.lon", lon),
        ("location_method", "gnss_phone"),
        ("location_accuracy_m", "10"),
    ] {
        fill(&mut form, name, value);
    }
    form
}

on_each_engine!(
    sites_that_may_be_the_same_are_shown_before_one_is_sent,
    |app| {
        let people = People::of(app);
        let site = app.given(a_site());
        let hidden = app.given(
            a_site()
                .named("Hidden name", "en")
                .at(46.5319, 40.0573)
                .restricted(),
        );
        let mut browser = Visitor::signed_in(app, &people.contributor);
        let form = typed(&mut browser, "46.5318");
        let before = end(app);
        for button in ["look", "send"] {
            let answer = press(&mut browser, NEW, &form, ("do", button)).expect(200);
            nothing_is_lost(button, &answer, &form);
            assert!(
                answer.text().contains(&format!("site_id={site}")),
                "{button}"
            );
            // Below the place, and before what is asked besides.
            let at = |part: &str| answer.text().find(part).unwrap();
            let order = [
                "name=\"location_accuracy_m\"",
                "id=\"likely\"",
                "name=\"descriptions.0.text\"",
            ];
            assert!(order.map(at).is_sorted(), "{button}");
            // What they do not see may be the same without their learning of it.
            assert!(!answer.text().contains(&hidden.to_string()), "{button}");
            assert!(!answer.text().contains("Hidden name"), "{button}");
        }
        assert_eq!(end(app), before);
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let theirs = typed(&mut reviewer, "46.5318");
        let answer = press(&mut reviewer, NEW, &theirs, ("do", "look")).expect(200);
        assert!(answer.text().contains(&hidden.to_string()));
        press(&mut browser, NEW, &form, ("do", "send_anyway")).expect(303);
        let far = typed(&mut browser, "46.9");
        let answer = press(&mut browser, NEW, &far, ("do", "look")).expect(200);
        assert!(!answer.text().contains("site_id="));
        press(&mut browser, NEW, &far, ("do", "send")).expect(303);
    }
);

on_each_engine!(
    a_name_alone_shows_the_sites_that_have_it_within_what_one_sees,
    |app| {
        let people = People::of(app);
        app.given(a_region("here", 46.53, 40.05));
        app.given(a_region("elsewhere", 47.53, 39.05));
        let site = app.given(a_site());
        let hidden = app.given(
            a_site()
                .named("Hidden name", "en")
                .at(46.6, 40.1)
                .restricted()
                .with("public_listing", false),
        );
        let mut browser = Visitor::signed_in(app, &people.contributor);
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let look = |browser: &mut Visitor<'_>, more: &[(&str, &str)]| {
            let mut form = form_at(browser, NEW);
            for (name, value) in more {
                fill(&mut form, name, value);
            }
            let answer = press(browser, NEW, &form, ("do", "look")).expect(200);
            [site, hidden].map(|site| answer.text().contains(&format!("site_id={site}")))
        };
        for (more, expected) in [
            (&[("names.0.text", "Гандзасар")][..], true),
            (
                &[
                    ("names.0.text", "Gandzasar vank"),
                    ("site_type", "monastery"),
                ],
                true,
            ),
            (
                &[("names.0.text", "Gandzasar"), ("site_type", "bridge")],
                false,
            ),
            (
                &[
                    ("names.0.text", "Gandzasar"),
                    ("public_region_code", "here"),
                ],
                true,
            ),
            (
                &[
                    ("names.0.text", "Gandzasar"),
                    ("public_region_code", "elsewhere"),
                ],
                false,
            ),
            (&[("names.0.text", "Monastery")], false),
            (&[("names.0.text", "Gand")], false),
        ] {
            assert_eq!(look(&mut browser, more), [expected, false], "{more:?}");
        }
        let name = [("names.0.text", "Hidden name")];
        assert_eq!(look(&mut browser, &name), [false, false]);
        assert_eq!(look(&mut reviewer, &name), [false, true]);
    }
);

on_each_engine!(
    what_is_wrong_is_told_together_with_the_sites_that_may_be_the_same,
    |app| {
        let people = People::of(app);
        let site = app.given(a_site());
        let mut browser = Visitor::signed_in(app, &people.contributor);
        let mut form = typed(&mut browser, "46.5318");
        fill(&mut form, "site_type", "");
        fill(&mut form, "location_method", "");
        let before = end(app);
        let is_beside = |answer: &Answer| {
            let html = safe(NEW, answer);
            for id in ["site_type-fault", "location_method-fault"] {
                assert!(html.values("id").contains(&id), "{id}: {}", html.text);
            }
            let link = format!("site_id={site}");
            assert!(answer.text().contains(&link), "{}", html.text);
            assert!(answer.text().contains("value=\"send_anyway\""));
        };
        let answer = press(&mut browser, NEW, &form, ("do", "send")).expect(422);
        is_beside(&answer);
        // Nor are they asked for again of somebody who has looked at them.
        let answer = press(&mut browser, NEW, &form, ("do", "send_anyway")).expect(422);
        is_beside(&answer);
        assert_eq!(end(app), before);
        let form = typed(&mut browser, "46.5318");
        press(&mut browser, NEW, &form, ("do", "send_anyway")).expect(303);
    }
);
