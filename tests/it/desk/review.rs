//! The queue of reviewers and the pages on which they decide.

use heritage_registry::domain::State;
use serde_json::{Value, json};
use uuid::Uuid;

use super::filled::whole_site;
use crate::harness::writing::{address, end, feature, post, read, review};
use crate::harness::{App, People, Visitor, a_report, a_site, form_token, report_ref, site_ref};

const SITES: &str = "/collections/sites/items";
const REPORTS: &str = "/collections/condition-reports/items";

/// What somebody sends, by its id.
fn sent(app: &App, token: &str, path: &str, members: Value) -> Uuid {
    let answer = post(&app.bearer(token), path, None, &feature(members)).expect(201);
    answer.json()["id"].as_str().unwrap().parse().unwrap()
}

/// The version in the forms of a page.
fn version(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"version\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Decides on what a page shows.
fn decides(browser: &mut Visitor<'_>, at: &str, fields: &[(&str, &str)]) -> crate::harness::Answer {
    let page = browser.get(at).expect(200);
    let (token, version) = (form_token(page.text()), version(page.text()));
    let known = [
        ("form_token", token.as_str()),
        ("version", version.as_str()),
    ];
    browser.post(at, &[&known, fields].concat())
}

on_each_engine!(
    a_report_is_found_in_the_queue_claimed_and_published,
    |app| {
        let people = People::of(app);
        let site = app.given(a_site().named("Gandzasar", "en"));
        let report = a_report(site)
            .with("access", "exterior")
            .with("priority", "emergency");
        let id = sent(app, &people.contributor, REPORTS, report.0);
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        assert!(
            reviewer
                .get("/desk")
                .expect(200)
                .text()
                .contains("<span class=\"number\">1</span>")
        );
        let queue = reviewer.get("/desk/queue").expect(200);
        let at = format!("/desk/review/condition-reports/{id}");
        for part in [
            at.replace('/', "&#x2f;").as_str(),
            "Emergency",
            "Gandzasar",
            "Aragats Foundation",
            "1 submission waits",
        ] {
            assert!(queue.text().contains(part), "{part}: {}", queue.text());
        }
        let page = reviewer.get(&at).expect(200);
        assert!(
            page.text().contains("value=\"in_review\"")
                && !page.text().contains("value=\"published\"")
        );
        let claimed = decides(&mut reviewer, &at, &[("decision", "in_review")]).expect(303);
        assert_eq!(claimed.header("location"), at);
        let page = reviewer.get(&at).expect(200);
        for part in ["value=\"published\"", "value=\"sent_back\"", "Taken by"] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        let published = decides(
            &mut reviewer,
            &at,
            &[("decision", "published"), ("message", "Thank you.")],
        )
        .expect(303);
        assert_eq!(
            published.header("location"),
            format!("/desk/queue?decided=condition-reports/{id}")
        );
        let queue = reviewer.get(published.header("location")).expect(200);
        assert!(
            queue.text().contains("It is decided.") && queue.text().contains("0 submissions wait")
        );
        app.anonymous()
            .get(&address("condition-reports", id))
            .expect(200);
        // The log names the account, as with the API.
        let (_, last) = app
            .parts
            .store
            .changes(heritage_registry::domain::Seq(0), 1000)
            .map(|all| (all.len(), all.into_iter().next_back().unwrap()))
            .unwrap();
        let me = app.bearer(&people.reviewer).get("/me").json();
        assert_eq!(last.actor.to_string(), me["id"]);
    }
);

on_each_engine!(only_the_decisions_that_are_open_are_offered, |app| {
    let people = People::of(app);
    let id = sent(app, &people.contributor, SITES, a_site().0);
    let at = format!("/desk/review/sites/{id}");
    let offered = |token: &str| -> Vec<String> {
        let page = Visitor::signed_in(app, token).get(&at).expect(200);
        let pieces = page.text().split("name=\"decision\" value=\"").skip(1);
        pieces
            .map(|piece| piece.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        offered(&people.reviewer),
        ["published", "sent_back", "rejected", "merged"]
    );
    assert_eq!(
        offered(&people.colleague),
        ["withdrawn"],
        "of what her own organization sent"
    );
    for (who, status) in [(&people.contributor, 403), (&people.researcher, 403)] {
        let mut browser = Visitor::signed_in(app, who);
        assert_eq!(browser.get(&at).status, status);
        assert_eq!(browser.get("/desk/queue").status, status);
        let token = form_token(browser.get("/desk").text());
        let fields = [
            ("form_token", token.as_str()),
            ("version", "1"),
            ("decision", "published"),
        ];
        assert_eq!(browser.post(&at, &fields).status, status);
    }
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    for nothing in [
        "/desk/review/sites/nothing".to_owned(),
        format!("/desk/review/sites/{}", app.new_id()),
        format!("/desk/review/organizations/{}", people.own),
    ] {
        reviewer.get(&nothing).expect(404);
    }
});

on_each_engine!(
    faults_stand_at_their_fields_and_nothing_typed_is_lost,
    |app| {
        let people = People::of(app);
        let id = sent(app, &people.contributor, SITES, a_site().0);
        let at = format!("/desk/review/sites/{id}");
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let before = end(app);
        let typed = "Look at </textarea><script>alert(1)</script> again";
        let answer = decides(
            &mut reviewer,
            &at,
            &[
                ("decision", "merged"),
                ("reason", "duplicate"),
                ("message", typed),
                ("into", "no id"),
            ],
        )
        .expect(422);
        for part in [
            "href=\"#into\"",
            "aria-describedby=\"into-hint into-fault\"",
            "value=\"no id\"",
            "Look at &lt;&#x2f;textarea&gt;&lt;script&gt;alert(1)",
            "<option value=\"duplicate\" selected>",
            "value=\"merged\" accesskey=\"4\" checked",
        ] {
            assert!(answer.text().contains(part), "{part}: {}", answer.text());
        }
        assert!(!answer.text().contains("<script>"));
        let answer = decides(&mut reviewer, &at, &[("decision", "sent_back")]).expect(422);
        for part in ["id=\"reason-fault\"", "id=\"message-fault\""] {
            assert!(answer.text().contains(part), "{part}");
        }
        assert_eq!(end(app), before);
        let merged = app.given(a_site());
        let into = merged.to_string();
        decides(
            &mut reviewer,
            &at,
            &[("decision", "merged"), ("into", &into)],
        )
        .expect(303);
        reviewer.get(&at).expect(200);
    }
);

on_each_engine!(
    who_comes_second_is_told_and_shown_what_is_there_now,
    |app| {
        let people = People::of(app);
        let id = sent(
            app,
            &people.contributor,
            REPORTS,
            a_report(app.given(a_site())).with("access", "exterior").0,
        );
        let at = format!("/desk/review/condition-reports/{id}");
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let page = reviewer.get(&at).expect(200);
        let (token, old) = (form_token(page.text()), version(page.text()));
        let other = app.bearer(&people.colleague);
        review(
            &other,
            &address("condition-reports", id),
            "*",
            &json!({"decision": "in_review"}),
        )
        .expect(200);
        let before = end(app);
        let fields = [
            ("form_token", token.as_str()),
            ("version", old.as_str()),
            ("decision", "in_review"),
            ("message", "I look at it."),
        ];
        let answer = reviewer.post(&at, &fields).expect(412);
        assert_eq!(end(app), before);
        for part in [
            "Somebody else changed this meanwhile",
            "I look at it.",
            "value=\"rejected\"",
        ] {
            assert!(answer.text().contains(part), "{part}: {}", answer.text());
        }
        assert_ne!(version(answer.text()), old);
        // A version that is none does not do either.
        for wrong in ["", "x", "999"] {
            let fields = [
                ("form_token", token.as_str()),
                ("version", wrong),
                ("decision", "rejected"),
                ("reason", "wording"),
            ];
            reviewer.post(&at, &fields).expect(412);
        }
        assert_eq!(end(app), before);
    }
);

on_each_engine!(
    how_openly_a_place_is_shown_is_decided_of_the_version_that_was_seen,
    |app| {
        let people = People::of(app);
        let site = a_site().at(46.7512, 39.7563);
        let id = sent(app, &people.contributor, SITES, site.0);
        let at = format!("/desk/review/sites/{id}");
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let sensitivity = |value| {
            [
                ("location_sensitivity", value),
                ("location_sensitivity_reason", "A tomb"),
            ]
        };
        let missing = [
            ("location_sensitivity", "restricted"),
            ("location_sensitivity_reason", ""),
        ];
        let answer = decides(&mut reviewer, &at, &missing).expect(422);
        assert!(
            answer.text().contains("location_sensitivity_reason-fault"),
            "{}",
            answer.text()
        );
        assert!(answer.text().contains("value=\"restricted\" checked"));
        let answer = decides(&mut reviewer, &at, &sensitivity("restricted")).expect(303);
        assert_eq!(answer.header("location"), at);
        let kept = read(&app.bearer(&people.reviewer), &address("sites", id)).0;
        assert_eq!(kept["properties"]["location_sensitivity"], "restricted");
        assert_eq!(kept["properties"]["status"], "proposed");
        decides(&mut reviewer, &at, &[("decision", "published")]).expect(303);
        app.anonymous().get(&address("sites", id)).expect(404);
    }
);

on_each_engine!(what_helps_to_decide_is_shown, |app| {
    let people = People::of(app);
    let twin = app.given(a_site().named("Dadivank", "en").at(46.2881, 40.1614));
    let proposed = a_site()
        .named("Dadivank", "en")
        .at(46.2882, 40.1615)
        .with("descriptions", json!([{"text": "It stands on <b>liberated</b> land.", "lang": "en", "src": ["book"]}]))
        .with("names", json!([{"text": "Dadivank", "lang": "en", "kind": "vernacular", "src": ["me"]}]))
        .with("sources", json!([
            {"key": "me", "kind": "own_knowledge", "title": [{"text": "What the guard knows", "lang": "en"}], "statement_by": "The guard"},
            {"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "A"},
        ]));
    let id = sent(app, &people.contributor, SITES, proposed.0);
    let at = format!("/desk/review/sites/{id}");
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    let page = reviewer.get(&at).expect(200);
    for part in [
        "<mark>liberated</mark>",
        "It stands on &lt;b&gt;",
        "Names that rest on nothing but what somebody knows",
        "What publishing needs",
        &format!("&#x2f;collections&#x2f;sites&#x2f;items&#x2f;{twin}"),
        "the same name",
        " m<",
        &format!("<option value=\"{twin}\">"),
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.text().contains("<b>"));
    // What is in the way of publishing is told, and nothing is published.
    let answer = decides(&mut reviewer, &at, &[("decision", "published")]).expect(409);
    assert!(answer.text().contains("<li>Names: "), "{}", answer.text());
    // What was sent back and comes again is compared with what it was.
    decides(
        &mut reviewer,
        &at,
        &[
            ("decision", "sent_back"),
            ("reason", "wording"),
            ("message", "Say who."),
        ],
    )
    .expect(303);
    let own = app.bearer(&people.contributor);
    let (_, tag) = read(&own, &address("sites", id));
    let again = json!({"site_type": "church"});
    crate::harness::writing::patch(&own, &address("sites", id), &tag, &again).expect(200);
    let page = reviewer.get(&at).expect(200);
    for part in [
        "What differs from what was sent back",
        "Type <span class=\"tag\">altered</span>",
        "Say who.",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
});

on_each_engine!(what_was_withdrawn_is_decided_on_and_not_shown, |app| {
    let site = app.given(a_site().named("Amaras", "en"));
    app.withdraw(site_ref(site));
    let at = format!("/desk/review/sites/{site}");
    let mut admin = Visitor::signed_in(app, crate::harness::TOKEN);
    let page = admin.get(&at).expect(200);
    assert!(page.text().contains("This record was withdrawn") && !page.text().contains("Amaras"));
    decides(
        &mut admin,
        &at,
        &[("decision", "published"), ("reason", "duplicate")],
    )
    .expect(303);
    app.anonymous().get(&address("sites", site)).expect(200);
    let mut reviewer = Visitor::signed_in(
        app,
        &app.account(heritage_registry::domain::Role::Reviewer, None),
    );
    app.withdraw(site_ref(site));
    assert!(
        reviewer
            .get(&at)
            .expect(200)
            .text()
            .contains("nothing for you to decide")
    );
});

on_each_engine!(
    a_decision_that_was_typed_without_a_session_comes_back,
    |app| {
        let people = People::of(app);
        let id = app.put_as(
            State::InReview,
            a_report(app.given(a_site()))
                .with("access", "exterior")
                .with("organization_id", people.own.to_string()),
        );
        let at = format!("/desk/review/condition-reports/{id}");
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let page = reviewer.get(&at).expect(200);
        let (token, version) = (form_token(page.text()), version(page.text()));
        app.clock().moves(13 * 3_600_000_000);
        let typed = [
            ("form_token", token.as_str()),
            ("version", version.as_str()),
            ("decision", "sent_back"),
            ("reason", "wording"),
            ("message", "Say who saw it."),
        ];
        reviewer.post(&at, &typed).expect(401);
        let before = app.version(report_ref(id));
        let again = [&typed[1..], &[("sign_in_token", people.reviewer.as_str())]].concat();
        let page = reviewer.post(&at, &again).expect(200);
        for part in [
            "Say who saw it.",
            "value=\"sent_back\" accesskey=\"1\" checked",
            "<option value=\"wording\" selected>",
        ] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        assert_eq!(app.version(report_ref(id)), before);
        let token = form_token(page.text());
        let sent = [&[("form_token", token.as_str())], &typed[1..]].concat();
        reviewer.post(&at, &sent).expect(303);
        assert_ne!(app.version(report_ref(id)), before);
    }
);

on_each_engine!(the_queue_is_walked_page_by_page, |app| {
    let people = People::of(app);
    for _ in 0..3 {
        sent(app, &people.contributor, SITES, a_site().0);
    }
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    let first = reviewer.get("/desk/queue?limit=2&lang=ru").expect(200);
    assert!(first.text().contains("Ждут решения: 3 записи"));
    let (before, _) = first.text().split_once("rel=\"next\"").unwrap();
    let next = before
        .rsplit("href=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let next = next.replace("&#x2f;", "/").replace("&amp;", "&");
    let second = reviewer.get(&next).expect(200);
    let rows = |page: &str| page.matches("<tr><th scope=\"row\">").count();
    assert_eq!((rows(first.text()), rows(second.text())), (2, 1), "{next}");
    assert!(next.contains("lang=ru") && !second.text().contains("rel=\"next\""));
    for wrong in ["limit=0", "after=x", "decided=a", "nope=1"] {
        reviewer.get(&format!("/desk/queue?{wrong}")).expect(400);
    }
});

on_each_engine!(
    a_proposal_that_may_be_the_same_is_a_link_away_from_its_page_of_review,
    |app| {
        let people = People::of(app);
        let [first, second] = [(); 2].map(|()| sent(app, &people.contributor, SITES, whole_site()));
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let page = reviewer
            .get(&format!("/desk/review/sites/{second}"))
            .expect(200);
        let other = format!("/desk/review/sites/{first}");
        let link = other.replace('/', "&#x2f;");
        assert!(page.text().contains(&link), "{}", page.text());
        reviewer.get(&other).expect(200);
    }
);
