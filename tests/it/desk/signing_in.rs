//! Signing in and out, and what must not be done with somebody's session.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::Role;
use serde_json::json;

use crate::harness::contract::OUTSIDE;
use crate::harness::{BASE, TOKEN, Visitor, a_site, form, form_token, public_paths};

const HOUR: i64 = 3_600_000_000;

/// Whether somebody is signed in, as the API says.
fn is_known(browser: &Visitor<'_>) -> bool {
    let client = browser.client().with("accept", "application/json");
    client.get("/me").status == 200
}

on_each_engine!(a_token_is_exchanged_for_a_cookie_that_is_not_it, |app| {
    let mut browser = Visitor::of(app);
    let page = browser.get("/desk/sign-in").expect(200);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("set-cookie"), "");
    for part in ["type=\"password\"", "autocomplete=\"off\""] {
        assert!(page.text().contains(part), "{}", page.text());
    }
    let answer = browser
        .post("/desk/sign-in", &[("sign_in_token", TOKEN)])
        .expect(303);
    assert_eq!(answer.header("location"), "/desk");
    let said = answer.header("set-cookie").to_owned();
    let (pair, attributes) = said.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure"
    );
    let (name, secret) = pair.split_once('=').unwrap();
    assert_eq!((name, secret.len()), ("__Host-session", 43));
    let rows = app.home().rows().join("\n");
    assert!(rows.contains("sessions: ") && !rows.contains(secret) && !rows.contains(TOKEN));

    let home = browser.get("/desk").expect(200);
    assert_eq!(home.header("cache-control"), "private, no-store");
    assert!(home.text().contains("administrator"), "{}", home.text());
    // Every page says so, and everything is read as with the token.
    let hidden = app.given(a_site().restricted());
    let path = format!("/collections/sites/items/{hidden}");
    let shown = browser.get(&path).expect(200);
    assert!(shown.text().contains("Sign out"));
    assert_eq!(shown.header("cache-control"), "private, no-store");
    for member in ["authorization", "cookie"] {
        assert!(shown.header("vary").to_lowercase().contains(member));
    }
    Visitor::of(app).get(&path).expect(404);
});

on_each_engine!(
    a_session_ends_with_its_hours_its_token_and_its_account,
    |app| {
        let token = app.account(Role::Reviewer, None);
        let browser = Visitor::signed_in(app, &token);
        app.clock().moves(11 * HOUR);
        assert!(is_known(&browser));
        app.clock().moves(HOUR);
        assert!(!app.anonymous().get("/").text().is_empty());
        let mut late = browser;
        let answer = late
            .client()
            .with(OUTSIDE, "the cookie may be cleared by any answer")
            .get("/collections/sites/items");
        // Nobody fails who only reads.
        assert_eq!(answer.status, 200);
        assert!(answer.header("set-cookie").contains("=; Path=/; Max-Age=0"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(
            late.get("/desk").expect(303).header("location"),
            "/desk/sign-in?next=/desk"
        );

        for end in ["tokens", "accounts"] {
            let token = app.account(Role::Reviewer, None);
            let browser = Visitor::signed_in(app, &token);
            let account = browser
                .client()
                .with("accept", "application/json")
                .get("/me")
                .json();
            let account = account["id"].as_str().unwrap();
            let path = match end {
                "tokens" => {
                    let listed = app
                        .admin()
                        .get(&format!("/accounts/{account}/tokens"))
                        .json();
                    format!("/tokens/{}", listed["tokens"][0]["id"].as_str().unwrap())
                }
                _ => format!("/accounts/{account}"),
            };
            app.admin().send(TestRequest::delete(), &path).expect(204);
            let after = browser.client().with(OUTSIDE, "the cookie is cleared");
            assert_eq!(
                after
                    .get("/collections/sites/items")
                    .header("set-cookie")
                    .split(';')
                    .next(),
                Some("__Host-session="),
                "{end}"
            );
        }
    }
);

on_each_engine!(who_signs_out_is_out_here_or_everywhere, |app| {
    let token = app.account(Role::Reviewer, None);
    let [mut one, mut two, mut three] = [(); 3].map(|()| Visitor::signed_in(app, &token));
    let other = Visitor::signed_in(app, TOKEN);
    let kept = one.client();
    assert_eq!(
        one.submit("/desk", "/desk/sign-out", &[])
            .expect(303)
            .header("location"),
        "/"
    );
    assert_eq!(one.cookie(), None);
    kept.with(OUTSIDE, "the cookie is cleared")
        .get("/desk")
        .expect(303);
    assert!(is_known(&two) && is_known(&three));
    let old = three.client();
    two.submit("/desk", "/desk/sign-out", &[("everywhere", "true")])
        .expect(303);
    let answer = old
        .with(OUTSIDE, "the cookie is cleared")
        .get("/collections/sites/items");
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    three.get("/desk").expect(303);
    assert!(is_known(&other), "of another account");
    app.bearer(&token).get("/me").expect(200);
});

on_each_engine!(
    a_wrong_token_is_said_to_be_one_and_guessing_is_ended,
    |app| {
        let peer = "192.0.2.7:1234".parse().unwrap();
        let send = |token: &str| {
            let request = form(&[("sign_in_token", token), ("next", "/desk/queue")]);
            app.anonymous()
                .with("origin", BASE)
                .send(request.peer_addr(peer), "/desk/sign-in")
        };
        let answer = send("hr_guessed").expect(401);
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="heritage-registry""#
        );
        for part in [
            "aria-invalid=\"true\"",
            "&#x2f;desk&#x2f;queue",
            "role=\"alert\"",
        ] {
            assert!(answer.text().contains(part), "{}", answer.text());
        }
        assert!(!answer.text().contains("hr_guessed"));
        let statuses: Vec<_> = (0..12)
            .map(|number| send(&format!("hr_{number}")).status)
            .collect();
        assert!(statuses.contains(&429), "{statuses:?}");
        send(TOKEN).expect(303);
    }
);

on_each_engine!(one_is_led_back_and_never_elsewhere, |app| {
    let mut browser = Visitor::of(app);
    let led = browser.get("/desk?lang=hy").expect(303);
    let at = led.header("location").to_owned();
    assert_eq!(at, "/desk/sign-in?next=/desk%3Flang%3Dhy&lang=hy");
    let page = browser.get(&at).expect(200);
    assert!(
        page.text()
            .contains("name=\"next\" value=\"&#x2f;desk?lang=hy\""),
        "{}",
        page.text()
    );
    for (next, expected) in [
        ("/desk?lang=hy", "/desk?lang=hy"),
        (
            "/collections/sites/items?q=a",
            "/collections/sites/items?q=a",
        ),
        ("", "/desk"),
        ("https://evil.example/", "/desk"),
        ("//evil.example/", "/desk"),
        ("/\\evil.example/", "/desk"),
        ("/\t/evil.example/", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/a\r\nset-cookie: a=b", "/desk"),
    ] {
        let fields = [("sign_in_token", TOKEN), ("next", next)];
        let answer = browser.post("/desk/sign-in", &fields).expect(303);
        assert_eq!(answer.header("location"), expected, "{next:?}");
        let address =
            percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
        let page = app
            .anonymous()
            .get(&format!("/desk/sign-in?next={address}"))
            .expect(200);
        let is_kept = page.text().contains("name=\"next\"");
        assert_eq!(
            is_kept,
            next.starts_with(expected) && !next.contains("evil"),
            "{next:?}"
        );
    }
});

on_each_engine!(
    a_form_is_taken_from_our_own_pages_of_the_same_session_alone,
    |app| {
        let mut browser = Visitor::signed_in(app, TOKEN);
        let token = form_token(browser.get("/desk").expect(200).text());
        let right = [("form_token", token.as_str()), ("everywhere", "true")];
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("x-nothing", "said"),
        ] {
            let client = browser.client().with(name, value);
            let answer = client.send(form(&right), "/desk/sign-out").expect(403);
            assert!(!answer.text().contains(&token), "{name}: {value}");
            let sign_in = form(&[("sign_in_token", TOKEN)]);
            let answer = app
                .anonymous()
                .with(name, value)
                .send(sign_in, "/desk/sign-in");
            assert_eq!(
                (answer.status, answer.header("set-cookie")),
                (403, ""),
                "{name}: {value}"
            );
        }
        let other = Visitor::signed_in(app, TOKEN);
        let others = form_token(other.client().get("/desk").text());
        for wrong in [
            vec![],
            vec![("form_token", "")],
            vec![("form_token", others.as_str())],
        ] {
            let answer = browser.post("/desk/sign-out", &wrong).expect(403);
            // It is offered anew, with the right one.
            assert_eq!(form_token(answer.text()), token);
        }
        assert!(is_known(&browser));
        // What is not a form is not read.
        let request = TestRequest::post()
            .set_payload("{}")
            .insert_header(("content-type", "application/json"));
        browser
            .client()
            .with("origin", BASE)
            .send(request, "/desk/sign-out")
            .expect(415);
        browser.post("/desk/sign-out", &right).expect(303);
    }
);

on_each_engine!(a_cookie_alone_changes_nothing_by_the_api, |app| {
    let browser = Visitor::signed_in(app, TOKEN);
    let site = app.given(a_site());
    let path = format!("/collections/sites/items/{site}");
    let before = app.parts.store.last_seq().unwrap();
    for (method, path) in [
        (Method::POST, "/accounts"),
        (Method::POST, "/collections/sites/items"),
        (Method::PATCH, path.as_str()),
        (Method::PUT, path.as_str()),
        (Method::DELETE, path.as_str()),
    ] {
        for origin in [BASE, "https://evil.example"] {
            let request = TestRequest::default()
                .method(method.clone())
                .insert_header(("content-type", "application/json"))
                .insert_header(("if-match", "*"))
                .set_payload(json!({}).to_string());
            let client = browser
                .client()
                .with("origin", origin)
                .with("accept", "application/json");
            let answer = client.send(request, path);
            assert_eq!(answer.problem(), "401 bad-credential", "{method} {path}");
        }
    }
    assert_eq!(app.parts.store.last_seq().unwrap(), before);
    // Pages of others read what is public, and are never told that they may send cookies.
    let answer = browser
        .client()
        .with("origin", "https://evil.example")
        .get(&path);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
});

on_each_engine!(authorization_counts_before_a_cookie, |app| {
    let browser = Visitor::signed_in(app, TOKEN);
    let token = app.account(Role::Contributor, None);
    let both = browser.client().with("accept", "application/json");
    assert_eq!(both.clone().get("/me").json()["role"], "admin");
    let both = both.with("authorization", &format!("Bearer {token}"));
    assert_eq!(both.get("/me").json()["role"], "contributor");
    // The pages for work are for those who are signed in.
    both.get("/desk").expect(303);
    let page = form_token(browser.client().get("/desk").text());
    let request = form(&[("form_token", &page)]);
    both.with("origin", BASE)
        .send(request, "/desk/sign-out")
        .expect(401);
    assert!(is_known(&browser));
});

on_each_engine!(
    what_was_typed_is_kept_by_whoever_has_to_sign_in_again,
    |app| {
        let mut browser = Visitor::signed_in(app, TOKEN);
        let token = form_token(browser.get("/desk").expect(200).text());
        app.clock().moves(13 * HOUR);
        let typed = [
            ("form_token", token.as_str()),
            ("note", "A <b>wall\r\nfell \"here\""),
            ("kind", "a"),
            ("kind", "b"),
        ];
        let answer = browser.post("/desk/sign-out", &typed).expect(401);
        for part in [
            "action=\"&#x2f;desk&#x2f;sign-out\"",
            "name=\"note\" value=\"A &lt;b&gt;wall\nfell &quot;here&quot;\"",
            "name=\"kind\" value=\"a\"",
            "name=\"kind\" value=\"b\"",
        ] {
            assert!(answer.text().contains(part), "{part}: {}", answer.text());
        }
        assert!(
            !answer.text().contains(&token),
            "that of a session that is over"
        );
        // A wrong token loses nothing either.
        let again = [&typed[1..], &[("sign_in_token", "hr_wrong")]].concat();
        let answer = browser.post("/desk/sign-out", &again).expect(401);
        assert!(answer.text().contains("name=\"kind\" value=\"b\""));
        // With the right one it is shown again, and not carried out: there, this leads to the pages.
        let again = [&typed[1..], &[("sign_in_token", TOKEN)]].concat();
        let answer = browser.post("/desk/sign-out", &again).expect(303);
        assert_eq!(answer.header("location"), "/desk");
        assert!(is_known(&browser));
        let token = form_token(browser.get("/desk").expect(200).text());
        let again = [("form_token", token.as_str()), ("show_again", "true")];
        browser.post("/desk/sign-out", &again).expect(303);
        assert!(is_known(&browser));
    }
);

over_the_seed!(who_only_reads_is_given_no_cookie, |app| {
    let site = app
        .anonymous()
        .get("/collections/sites/items?limit=1")
        .ids()[0];
    for path in public_paths() {
        let path = path
            .replace("{collection}", "sites")
            .replace("{id}", &site.to_string());
        for client in [app.anonymous(), Visitor::of(app).client()] {
            let answer = client.get(&path);
            assert!(answer.status < 300, "{path}");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
            assert_ne!(
                answer.header("cache-control"),
                "private, no-store",
                "{path}"
            );
        }
    }
});

on_each_engine!(what_an_account_is_called_is_not_taken_for_html, |app| {
    let organization = app.registry_organization();
    let name = "<script>alert(1)</script>";
    let body = json!({"name": name, "organization_id": organization, "role": "reviewer"});
    let admin = app.admin();
    let request = TestRequest::post().set_json(&body);
    let added = admin.send(request, "/accounts").expect(201).json();
    let path = format!("/accounts/{}/tokens", added["id"].as_str().unwrap());
    let issued = admin
        .send(TestRequest::post().set_json(json!({})), &path)
        .expect(201)
        .json();
    let mut browser = Visitor::signed_in(app, issued["token"].as_str().unwrap());
    for path in ["/desk", "/", "/collections/sites/items", "/accounts"] {
        let page = browser.get(path);
        assert!(!page.text().contains("<script>"), "{path}");
        assert!(page.text().contains("&lt;script&gt;alert(1)"), "{path}");
    }
});

on_each_engine!(
    whoever_signs_in_anew_ends_the_session_that_was_there,
    |app| {
        let mut browser = Visitor::signed_in(app, TOKEN);
        let former = browser.cookie().unwrap().to_owned();
        let fields = [("sign_in_token", TOKEN)];
        browser.post("/desk/sign-in", &fields).expect(303);
        assert!(is_known(&browser));
        let asked = app
            .anonymous()
            .with("cookie", &former)
            .with(OUTSIDE, "the cookie may be cleared by any answer");
        asked
            .with("accept", "application/json")
            .get("/me")
            .expect(401);
    }
);

on_each_engine!(
    a_form_of_very_many_fields_is_refused_before_anything_is_shown,
    |app| {
        let mut browser = Visitor::of(app);
        let many: Vec<(&str, &str)> = vec![("a", ""); 4001];
        for path in ["/desk/reports/new", "/desk/sign-out", "/desk/sign-in"] {
            let answer = browser.post(path, &many).expect(413);
            assert!(answer.body.len() < 20_000, "{path}: {}", answer.body.len());
        }
    }
);
