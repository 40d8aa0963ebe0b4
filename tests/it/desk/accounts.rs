//! Accounts and tokens on pages, for administrators.

use actix_web::test::TestRequest;
use heritage_registry::domain::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, App, People, TOKEN, Visitor, an_organization, form_token};

const ACCOUNTS: &str = "/desk/accounts";

/// Adds an account by its form; gives where it is.
fn added(app: &App, admin: &mut Visitor<'_>, name: &str) -> String {
    let organization = app.given(an_organization("Blue Shield")).to_string();
    let fields = [
        ("name", name),
        ("organization_id", organization.as_str()),
        ("role", "reviewer"),
    ];
    let answer = admin.submit(ACCOUNTS, ACCOUNTS, &fields).expect(303);
    answer.header("location").to_owned()
}

/// The token that a page shows.
fn shown(page: &Answer) -> String {
    let (_, rest) = page.text().split_once("<code>hr_").unwrap();
    format!("hr_{}", rest.split('<').next().unwrap())
}

fn tokens(app: &App, at: &str) -> Value {
    let id = at.rsplit('/').next().unwrap();
    app.admin().get(&format!("/accounts/{id}/tokens")).json()["tokens"].clone()
}

on_each_engine!(an_account_is_added_and_its_token_is_shown_once, |app| {
    let mut admin = Visitor::signed_in(app, TOKEN);
    let at = added(app, &mut admin, "Leyla & <b>Anna</b>");
    let list = admin.get(ACCOUNTS).expect(200);
    for part in ["Leyla &amp; &lt;b&gt;Anna", "Blue Shield", "reviewer"] {
        assert!(list.text().contains(part), "{part}: {}", list.text());
    }
    let fields = [
        ("do", "issue"),
        ("expires_on", "2027-06-30"),
        ("desktop", "true"),
    ];
    let issued = admin.submit(&at, &at, &fields).expect(200);
    assert_eq!(issued.header("cache-control"), "private, no-store");
    let token = shown(&issued);
    assert_eq!(
        app.bearer(&token).get("/me").expect(200).json()["name"],
        "Leyla & <b>Anna</b>"
    );
    let page = admin.get(&at).expect(200);
    assert!(!page.text().contains(&token));
    for part in ["1 July 2027", "for a desktop program"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let kept = tokens(app, &at);
    assert_eq!(kept[0]["desktop"], true);
    let id = kept[0]["id"].as_str().unwrap();
    let revoked = admin
        .submit(&at, &at, &[("do", "revoke"), ("token", id)])
        .expect(303);
    assert_eq!(revoked.header("location"), at);
    app.bearer(&token).get("/me").expect(401);
    assert!(
        admin
            .get(&at)
            .expect(200)
            .text()
            .contains("revoked on 25 November 2026")
    );
});

on_each_engine!(an_account_is_disabled_by_whoever_means_it, |app| {
    let mut admin = Visitor::signed_in(app, TOKEN);
    let at = added(app, &mut admin, "Leyla");
    let token = shown(&admin.submit(&at, &at, &[("do", "issue")]).expect(200));
    let answer = admin.submit(&at, &at, &[("do", "disable")]).expect(422);
    assert!(
        answer.text().contains("href=\"#sure\""),
        "{}",
        answer.text()
    );
    app.bearer(&token).get("/me").expect(200);
    admin
        .submit(&at, &at, &[("do", "disable"), ("sure", "true")])
        .expect(303);
    app.bearer(&token).get("/me").expect(401);
    let page = admin.get(&at).expect(200);
    assert!(page.text().contains("disabled") && !page.text().contains("value=\"issue\""));
    // Nobody acts as it any more: the form of an old page is told so.
    let answer = admin.submit("/desk", &at, &[("do", "issue")]).expect(422);
    assert!(answer.text().contains("is disabled"), "{}", answer.text());
});

on_each_engine!(faults_of_accounts_stand_at_their_fields, |app| {
    let mut admin = Visitor::signed_in(app, TOKEN);
    let count = || {
        app.admin().get("/accounts").json()["accounts"]
            .as_array()
            .unwrap()
            .len()
    };
    let before = count();
    let nowhere = app.new_id().to_string();
    let answer = admin
        .submit(
            ACCOUNTS,
            ACCOUNTS,
            &[("name", "Leyla \"2\""), ("organization_id", &nowhere)],
        )
        .expect(422);
    for part in [
        "id=\"role-fault\"",
        "value=\"Leyla &quot;2&quot;\"",
        "href=\"#role\"",
    ] {
        assert!(answer.text().contains(part), "{part}: {}", answer.text());
    }
    let fields = [
        ("name", "Leyla"),
        ("organization_id", nowhere.as_str()),
        ("role", "admin"),
    ];
    let answer = admin.submit(ACCOUNTS, ACCOUNTS, &fields).expect(422);
    for part in ["id=\"organization_id-fault\"", "value=\"admin\" checked"] {
        assert!(answer.text().contains(part), "{part}: {}", answer.text());
    }
    assert_eq!(count(), before);
    let at = added(app, &mut admin, "Anna");
    let answer = admin
        .submit(&at, &at, &[("do", "issue"), ("expires_on", "2020-01-01")])
        .expect(422);
    assert!(
        answer.text().contains("id=\"expires_on-fault\"")
            && answer.text().contains("value=\"2020-01-01\"")
    );
    assert_eq!(tokens(app, &at), json!([]));
    for wrong in ["issue", "revoke", "nothing"] {
        let nobody = format!("{ACCOUNTS}/{nowhere}");
        admin
            .submit(ACCOUNTS, &nobody, &[("do", wrong), ("token", &nowhere)])
            .expect(404);
    }
});

on_each_engine!(administrators_alone_keep_accounts, |app| {
    let people = People::of(app);
    let mut admin = Visitor::signed_in(app, TOKEN);
    let at = added(app, &mut admin, "Leyla");
    for (who, token) in people.all() {
        if who == "admin" {
            continue;
        }
        let mut browser = Visitor::signed_in(app, token);
        let form = form_token(browser.get("/desk").expect(200).text());
        assert!(
            !browser
                .get("/desk")
                .text()
                .contains("&#x2f;desk&#x2f;accounts"),
            "{who}"
        );
        for path in [ACCOUNTS, at.as_str()] {
            browser.get(path).expect(403);
            let fields = [
                ("form_token", form.as_str()),
                ("do", "issue"),
                ("name", "a"),
            ];
            browser.post(path, &fields).expect(403);
        }
    }
    assert_eq!(tokens(app, &at), json!([]));
    // Whose token is ended does nothing more by a page that is still open.
    let account = app.account(Role::Admin, None);
    let mut other = Visitor::signed_in(app, &account);
    let form = form_token(other.get(&at).expect(200).text());
    let me = app.bearer(&account).get("/me").json();
    let path = format!("/accounts/{}", me["id"].as_str().unwrap());
    app.admin().send(TestRequest::delete(), &path).expect(204);
    other
        .post(&at, &[("form_token", &form), ("do", "issue")])
        .expect(401);
    assert_eq!(tokens(app, &at), json!([]));
});
