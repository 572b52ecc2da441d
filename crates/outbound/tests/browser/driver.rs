//! A headless Chromium, driven by `WebDriver` (<https://www.w3.org/TR/webdriver2/>) through Debian's
//! `chromedriver`. Some ten calls over HTTP: no library is needed for them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

const TIMEOUT: Duration = Duration::from_secs(20);
/// The JSON key of an element's id, defined by the specification of `WebDriver`.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The impact levels that count as faults.
const SERIOUS_IMPACTS: [&str; 2] = ["serious", "critical"];

/// A browser with one window; ended when dropped.
pub(crate) struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// Starts `chromedriver` on a free port, and a browser with it.
    pub(crate) fn start() -> Self {
        let mut driver = Command::new("chromedriver");
        let driver = driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = driver.expect("chromedriver is missing: apt-get install chromium chromium-driver");
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.filter_map(|line| line.split_once("on port ").map(|(_, port)| port.to_owned()));
        let port = port.map(|port| port.trim_end_matches('.').to_owned()).find(|port| port != "0");
        let base = format!("http://127.0.0.1:{}/session", port.expect("chromedriver says its port"));
        // In containers the user is root, which Chromium's sandbox does not support.
        let arguments = ["--headless=new", "--no-sandbox", "--window-size=1400,1000", "--disable-gpu"];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let opened = call("POST", &base, Some(&wanted));
        let session = format!("{base}/{}", opened["sessionId"].as_str().unwrap());
        Self { driver, session }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        call("POST", &format!("{}/{path}", self.session), Some(body))
    }

    pub(crate) fn goto(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// The browser's Back button; waits for the page.
    pub(crate) fn back(&self) {
        self.post("back", &json!({}));
        let is_loaded = "return document.readyState === 'complete'";
        self.wait_until("the previous page has loaded", |browser| browser.script(is_loaded, &[]) == true);
    }

    /// The path of the page.
    pub(crate) fn path(&self) -> String {
        self.script("return location.pathname", &[]).as_str().unwrap().to_owned()
    }

    pub(crate) fn script(&self, script: &str, arguments: &[&str]) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs until the script calls its last argument.
    fn script_until_done(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    fn element(&self, css: &str) -> String {
        let found = self.post("element", &json!({ "using": "css selector", "value": css }));
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("no {css} on {}: {found}", self.path())).to_owned()
    }

    pub(crate) fn has(&self, css: &str) -> bool {
        self.script("return document.querySelector(arguments[0]) !== null", &[css]).as_bool().unwrap()
    }

    /// Clicks an element after scrolling it to where no bar covers it.
    pub(crate) fn click(&self, css: &str) {
        self.script("document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })", &[css]);
        self.post(&format!("element/{}/click", self.element(css)), &json!({}));
    }

    /// Clicks, and waits for the page that it leads to.
    #[track_caller]
    pub(crate) fn click_and_wait(&self, css: &str) {
        self.script("window.before = true", &[]);
        self.click(css);
        let is_loaded = "return window.before === undefined && document.readyState === 'complete'";
        self.wait_until("the next page has loaded", |browser| browser.script(is_loaded, &[]) == true);
    }

    /// Replaces the content of a field.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.post(&format!("element/{element}/clear"), &json!({}));
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Presses the tab key.
    pub(crate) fn press_tab(&self) {
        let tab = "\u{e004}";
        let keys = json!([{ "type": "keyDown", "value": tab }, { "type": "keyUp", "value": tab }]);
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] }));
    }

    /// The text of an element.
    pub(crate) fn text(&self, css: &str) -> String {
        let text = self.script("return document.querySelector(arguments[0])?.textContent ?? ''", &[css]);
        text.as_str().unwrap().to_owned()
    }

    /// Waits until `condition` is true.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !condition(self) {
            assert!(started.elapsed() < TIMEOUT, "{what}, on {}: {}", self.path(), self.text("main"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Emulates a device of this width, light or dark.
    pub(crate) fn emulate_device(&self, width: u32, dark: bool) {
        let command = |name: &str, parameters: Value| {
            self.post("goog/cdp/execute", &json!({ "cmd": name, "params": parameters }));
        };
        let size = json!({ "width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600 });
        command("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        command("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Saves a screenshot of the page under `target/screenshots`.
    pub(crate) fn save_screenshot(&self, name: &str) {
        let size = "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]";
        let size = self.script(size, &[]);
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken =
            self.post("goog/cdp/execute", &json!({ "cmd": "Page.captureScreenshot", "params": parameters }));
        let screenshot = BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        let folder = screenshots();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), screenshot).unwrap();
    }

    /// Accessibility faults of the page according to the checkable rules of WCAG 2.2 AA.
    pub(crate) fn accessibility_violations(&self) -> Vec<String> {
        let axe =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&axe)
            .expect("axe-core is missing: npm ci --prefix crates/outbound/tests/browser");
        // At nearly every scroll position, a sticky bar covers a part of some element. Axe reports such an element as a
        // target that is too small, although users can scroll.
        let run = "const done = arguments[arguments.length - 1];
            const sticky = [...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).position === 'sticky');
            sticky.forEach((element) => { element.style.position = 'static'; });
            axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
               .then((result) => result.violations, (error) => [{ impact: 'critical', id: String(error) }])
               .then((violations) => {
                   sticky.forEach((element) => { element.style.position = ''; });
                   done(violations);
               });";
        let found = self.script_until_done(&format!("{axe};{run}"));
        let serious = found
            .as_array()
            .unwrap()
            .iter()
            .filter(|fault| SERIOUS_IMPACTS.iter().any(|impact| fault["impact"] == *impact));
        serious
            .map(|fault| format!("{}: {} {}", self.path(), fault["id"], fault["nodes"][0]["html"]))
            .collect()
    }

    /// Errors that the browser has logged since the last call: policy violations, script errors, missing files.
    pub(crate) fn console_errors(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        let severe = log.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let ended = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
    }
}

/// Beside the binary's folder.
fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_outbound")).ancestors().nth(2).unwrap().join("screenshots")
}

/// Sends a command and returns the `value` of its response. A missing element is an error object.
fn call(method: &str, url: &str, body: Option<&Value>) -> Value {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)));
    let agent: ureq::Agent = config.build().into();
    let request =
        ureq::http::Request::builder().method(method).uri(url).header("content-type", "application/json");
    let body = body.map(ToString::to_string).unwrap_or_default();
    let mut response = agent.run(request.body(body).unwrap()).unwrap();
    let text = response.body_mut().with_config().limit(100 << 20).read_to_string().unwrap();
    let mut response: Value = serde_json::from_str(&text).unwrap();
    let value = response["value"].take();
    assert!(value["error"].is_null() || value["error"] == "no such element", "{url}: {value}");
    value
}
