//! A real browser: Debian's Chromium without a window, driven by its own driver (W3C `WebDriver`, and what the driver has besides).

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What finds faults of pages for people who do not see, hear or point as most do.
const AXE: &str = include_str!("../browser/libraries/axe.min.js");

/// The name of the member that names an element (`WebDriver`, 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// However slow the machine is, what is waited for comes within this time.
const LONGEST: Duration = Duration::from_secs(90);

/// So that nothing is asked of others, whoever asks in the page is told of an error, and nothing needs a graphics card.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// What somebody did in a browser.
#[derive(Clone, Copy, Default)]
pub struct Effort {
    /// How often they pressed on something.
    pub presses: usize,
    /// How many characters they wrote.
    pub characters: usize,
}

/// A browser with a profile of its own; it ends when it is dropped.
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    effort: Cell<Effort>,
    /// Its folder, kept as long as it runs.
    profile: TempDir,
}

impl Browser {
    /// One whose window is so wide and high, in pixels, and who reads a language.
    pub fn open(width: u32, height: u32, lang: &str) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: tests/run installs it");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let mut browser = Browser {
            driver,
            address: SocketAddr::from(([127, 0, 0, 1], port.unwrap())),
            session: String::new(),
            effort: Cell::default(),
            profile,
        };
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--window-size={width},{height}"));
        arguments.push(format!(
            "--user-data-dir={}",
            browser.profile.path().display()
        ));
        let asked = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "intl.accept_languages": lang },
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let opened = browser.ask("POST", "/session", Some(&asked));
        let session = opened["sessionId"].as_str().expect("a session");
        browser.session = format!("/session/{session}");
        browser.post(
            "/timeouts",
            &json!({ "script": LONGEST.as_millis(), "pageLoad": LONGEST.as_millis() }),
        );
        // The window of a browser without a window has no frame, so that the page is as wide as it.
        browser.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        );
        browser
    }

    /// Goes to an address, and waits until it is loaded.
    pub fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// What a function in the page returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until a function in the page returns something that is not nothing, and gives that.
    pub fn wait(&self, script: &str) -> Value {
        let start = Instant::now();
        loop {
            let answer = self.run(script);
            let is_nothing = matches!(answer, Value::Null | Value::Bool(false)) || answer == 0;
            if !is_nothing {
                return answer;
            }
            assert!(
                start.elapsed() < LONGEST,
                "never true: {script}\nat {}\n{:?}",
                self.url(),
                self.console()
            );
            pause(Duration::from_millis(100));
        }
    }

    /// The text of what a selector finds first.
    pub fn text(&self, selector: &str) -> String {
        let found = self.run(&format!(
            "return document.querySelector({selector:?})?.innerText"
        ));
        found
            .as_str()
            .unwrap_or_else(|| panic!("no {selector} at {}", self.url()))
            .to_owned()
    }

    /// Clicks on what a selector finds first, as somebody with a mouse does: what covers it is clicked on instead, and fails.
    pub fn click(&self, selector: &str) {
        self.note(1, 0);
        let element = self.find(selector);
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    /// Clicks on a place of the page, in pixels from the left upper corner of the window.
    pub fn click_at(&self, x: f64, y: f64) {
        let mouse = |kind: &str, more: Value| {
            let mut action = json!({ "type": kind });
            action
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            action
        };
        let actions = json!({ "actions": [{
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": [
                mouse("pointerMove", json!({ "duration": 50, "x": x.round(), "y": y.round() })),
                mouse("pointerDown", json!({ "button": 0 })),
                mouse("pointerUp", json!({ "button": 0 })),
            ],
        }] });
        self.post("/actions", &actions);
    }

    /// Types into what a selector finds first.
    pub fn fill(&self, selector: &str, text: &str) {
        self.note(1, text.chars().count());
        self.write(selector, text);
    }

    /// The same of what somebody has in their clipboard: they press long, and choose to paste.
    pub fn paste(&self, selector: &str, text: &str) {
        self.note(2, 0);
        self.write(selector, text);
    }

    fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.post(
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        );
    }

    /// What was done in it so far by whoever drives it: presses, keys, and what was written.
    pub fn effort(&self) -> Effort {
        self.effort.get()
    }

    fn note(&self, presses: usize, characters: usize) {
        let before = self.effort.get();
        self.effort.set(Effort {
            presses: before.presses + presses,
            characters: before.characters + characters,
        });
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &[char]) {
        self.note(keys.len(), 0);
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.post("/actions", &actions);
    }

    /// Chooses the option of a value in a list.
    pub fn choose(&self, name: &str, value: &str) {
        self.click(&format!("select[name={name:?}] option[value={value:?}]"));
    }

    /// What the page said in the console since this was last asked: warnings of the graphics driver aside.
    pub fn console(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "browser" }));
        let said = log.as_array().unwrap().iter();
        let said = said.map(|entry| entry["message"].as_str().unwrap().to_owned());
        said.filter(|said| !said.contains("GL Driver Message"))
            .collect()
    }

    /// The addresses that were asked for since this was last asked, but for those that stand for data.
    pub fn asked(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "performance" }));
        let events = log.as_array().unwrap().iter();
        let events = events.filter_map(|entry| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let event = &event["message"];
            let is_asked = event["method"] == "Network.requestWillBeSent";
            let url = event["params"]["request"]["url"].as_str()?;
            let is_local = ["data:", "blob:", "about:", "chrome"]
                .iter()
                .any(|start| url.starts_with(start));
            (is_asked && !is_local).then(|| url.to_owned())
        });
        events.collect()
    }

    /// Each fault that axe finds in the page, with the elements that have it.
    pub fn faults(&self) -> Vec<String> {
        self.run(&format!("{AXE}; return true"));
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run().then(found => done(found.violations.map(one => \
            `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html).join(' | ')}`)))";
        let found = self.post("/execute/async", &json!({ "script": script, "args": [] }));
        let found = found.as_array().unwrap().iter();
        found
            .map(|fault| fault.as_str().unwrap().to_owned())
            .collect()
    }

    /// A picture of the window, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        use base64::Engine;
        let picture = self.get("/screenshot");
        let picture = picture.as_str().unwrap();
        base64::engine::general_purpose::STANDARD
            .decode(picture)
            .unwrap()
    }

    /// What only this browser can be told (Chrome `DevTools` Protocol).
    pub fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    fn find(&self, selector: &str) -> String {
        let by = json!({ "using": "css selector", "value": selector });
        let found = self.post("/element", &by);
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn get(&self, path: &str) -> Value {
        self.ask("GET", &format!("{}{path}", self.session), None)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{path}", self.session), Some(body))
    }

    /// What the driver answers; it says why when it cannot.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(2 * LONGEST)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        // The driver keeps the connection open, whatever it is asked.
        let mut answer = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(
                answer.read_line(&mut head).unwrap(),
                0,
                "{method} {path}: {head}"
            );
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap()];
        answer.read_exact(&mut body).unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "{method} {path}: {}",
            answer["value"]["message"]
        );
        answer["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser with the session; without an answer, with itself.
        if !self.session.is_empty() && !std::thread::panicking() {
            self.ask("DELETE", &self.session.clone(), None);
        }
        let stopped = Command::new("kill")
            .arg(self.driver.id().to_string())
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            self.driver.kill().unwrap();
        }
        self.driver.wait().unwrap();
    }
}

/// Nothing tells of what happens in a page, so it is looked at again.
#[expect(
    clippy::disallowed_methods,
    reason = "a page gives no sign when it is ready"
)]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}
