//! Somebody with a browser: it keeps the cookie, follows what it is led to, and sends the forms of pages.

use actix_web::test::TestRequest;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Answer, App, BASE, Client};

/// A browser, with the cookie that it was given.
pub struct Visitor<'a> {
    app: &'a App,
    cookie: Option<String>,
}

impl<'a> Visitor<'a> {
    pub fn of(app: &'a App) -> Visitor<'a> {
        Visitor { app, cookie: None }
    }

    /// One in which somebody signed in.
    pub fn signed_in(app: &'a App, token: &str) -> Visitor<'a> {
        let mut browser = Visitor::of(app);
        let fields = [("sign_in_token", token)];
        browser.post("/desk/sign-in", &fields).expect(303);
        assert!(browser.cookie.is_some());
        browser
    }

    /// What it shows of itself: `name=value`.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// What it asks with.
    pub fn client(&self) -> Client<'a> {
        let client = self.app.anonymous().with("accept", "text/html,*/*;q=0.8");
        match &self.cookie {
            Some(cookie) => client.with("cookie", cookie),
            None => client,
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let answer = self.client().get(path);
        self.kept(answer)
    }

    /// Sends a form, as from a page of the registry.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let client = self.client().with("origin", BASE);
        let answer = client.send(form(fields), path);
        self.kept(answer)
    }

    /// The same with the form token that a page has.
    pub fn submit(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = form_token(self.get(page).expect(200).text());
        let fields: Vec<_> = [("form_token", token.as_str())]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        self.post(path, &fields)
    }

    fn kept(&mut self, answer: Answer) -> Answer {
        let said = answer.header("set-cookie");
        if !said.is_empty() {
            let pair = said.split(';').next().unwrap();
            let is_over = said.contains("Max-Age=0");
            self.cookie = (!is_over).then(|| pair.to_owned());
        }
        answer
    }
}

/// A form as browsers write it.
pub fn form(fields: &[(&str, &str)]) -> TestRequest {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            let [name, value] =
                [name, value].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
            format!("{name}={value}")
        })
        .collect();
    TestRequest::post()
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(pairs.join("&"))
}

/// The form token in a page.
pub fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
