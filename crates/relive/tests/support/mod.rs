//! A page without a browser: the in-process transport of these tests. It asks for a page over HTTP, joins, sends
//! events, and applies what comes back to a DOM, as the client does.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate of its own and uses a part of it"
)]

pub mod log;

use std::ops::ControlFlow;

use relive::{App, Close, Connection, Frame, Outbound, Outgoing, Runtime};
use relive_protocol::{
    Around, Effect, ErrorKind, Format, FromPage, Markup, Outcome, Resume, ToPage, VERSION, Value,
};
use relive_vdom::Op;
use relive_vdom::apply::Page as Dom;

/// Starts an application of the tests.
pub fn start(app: App) -> Runtime {
    app.start("/relive.js").expect("the application starts")
}

/// A browser: a cookie jar.
pub struct Browser {
    pub runtime: Runtime,
    pub cookie: Option<String>,
    pub format: Format,
}

/// What HTTP answered.
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub html: String,
}

impl Browser {
    pub fn new(runtime: &Runtime) -> Self {
        Browser {
            runtime: runtime.clone(),
            cookie: None,
            format: Format::MessagePack,
        }
    }

    pub fn head(&self, method: &str, url: &str) -> http::request::Parts {
        let mut request = http::Request::builder()
            .method(method)
            .uri(url)
            .header("host", "localhost");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request
            .header("origin", "http://localhost")
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    pub async fn get(&mut self, url: &str) -> Answer {
        let head = self.head("GET", url);
        self.send(&head, bytes::Bytes::new()).await
    }

    /// Sends a request, and keeps the cookies that come back.
    pub async fn send(&mut self, head: &http::request::Parts, body: bytes::Bytes) -> Answer {
        let response = self.runtime.respond(head, body, None).await;
        let response = response.expect("a page or a handler");
        for cookie in response.headers().get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        let (parts, html) = response.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            html: String::from_utf8(html.to_vec()).expect("text"),
        }
    }

    /// Does with a `Set-Cookie` as browsers do.
    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap();
        let name = pair.split('=').next().unwrap();
        let jar = self.cookie.take().unwrap_or_default();
        let others = jar
            .split("; ")
            .filter(|other| !other.is_empty() && other.split('=').next() != Some(name));
        let gone = cookie.contains("Max-Age=0");
        let all: Vec<&str> = others.chain((!gone).then_some(pair)).collect();
        self.cookie = (!all.is_empty()).then(|| all.join("; "));
    }

    pub fn forget_cookies(&mut self) {
        self.cookie = None;
    }

    /// Opens a page and joins.
    pub async fn open(&mut self, url: &str) -> Page {
        let answer = self.get(url).await;
        assert_eq!(answer.status, 200, "{}", answer.html);
        let mut page = self.load(url, &answer.html);
        page.join(None).await;
        page
    }

    /// A page that has not joined yet.
    pub fn load(&self, url: &str, html: &str) -> Page {
        let root = root_of(html);
        let token = attribute(html, "dj-token").unwrap_or_default();
        let (connection, outgoing) = self.connect();
        Page {
            format: self.format,
            url: url.to_owned(),
            token,
            dom: Dom::parse(&root).expect("the root parses"),
            connection,
            outgoing,
            session: String::new(),
            seq: 0,
            reference: 0,
            outcome: None,
            title: None,
            flash: Vec::new(),
            pushed: Vec::new(),
            urls: Vec::new(),
            redirects: Vec::new(),
            meta: Default::default(),
            around: None,
            carried: Vec::new(),
            answered: Vec::new(),
            errors: Vec::new(),
            received: Vec::new(),
            ack: true,
        }
    }

    pub fn connect(&self) -> (Connection, Outgoing) {
        let head = self.head("GET", "/_relive/ws");
        match self.runtime.connect(&head, None) {
            Ok(connected) => connected,
            Err(response) => panic!("refused: {}", response.body()),
        }
    }
}

/// The live root of a page, without what the framework put into its start tag.
pub fn root_of(html: &str) -> String {
    let at = html
        .find(" dj-token=")
        .or_else(|| html.find(" dj-root"))
        .expect("a live root");
    let start = html[..at].rfind('<').unwrap();
    let name_end = start + html[start..].find([' ', '>']).unwrap();
    let close = format!("</{}>", &html[start + 1..name_end]);
    let end = html.rfind(&close).unwrap() + close.len();
    html[start..end].to_owned()
}

/// The value of the first attribute of this name.
pub fn attribute(html: &str, name: &str) -> Option<String> {
    let at = html.find(&format!("{name}=\""))? + name.len() + 2;
    Some(html[at..at + html[at..].find('"')?].to_owned())
}

/// A page that is, or was, connected.
pub struct Page {
    pub format: Format,
    pub url: String,
    pub token: String,
    pub dom: Dom,
    pub connection: Connection,
    pub outgoing: Outgoing,
    pub session: String,
    pub seq: u32,
    pub reference: u32,
    pub outcome: Option<Outcome>,
    pub title: Option<String>,
    pub flash: Vec<(String, String)>,
    pub pushed: Vec<(String, Value)>,
    pub urls: Vec<(String, bool)>,
    /// Where it was sent: address, mode, whether the history entry is replaced.
    pub redirects: Vec<(String, String, bool)>,
    /// `<meta>` values; `None`: taken out.
    pub meta: std::collections::BTreeMap<String, Option<String>>,
    /// What came with a new session besides the content.
    pub around: Option<Around>,
    /// Messages that go along to the next view.
    carried: Vec<(String, String)>,
    /// Every reference that was answered, in order.
    pub answered: Vec<u32>,
    pub errors: Vec<(Option<u32>, ErrorKind, String)>,
    pub received: Vec<ToPage>,
    /// Whether updates are acknowledged.
    pub ack: bool,
}

impl Page {
    pub async fn join(&mut self, resume: Option<Resume>) -> &ToPage {
        let message = self.join_message(resume);
        assert!(self.send(&message).await.is_continue());
        self.settle().await;
        self.received
            .iter()
            .rev()
            .find(|message| matches!(message, ToPage::Joined { .. } | ToPage::Refused { .. }))
            .expect("an answer to the join")
    }

    pub fn join_message(&self, resume: Option<Resume>) -> FromPage {
        FromPage::Join {
            version: VERSION,
            region: 0,
            token: self.token.clone(),
            url: self.url.clone(),
            nodes: self.dom.numbers().len() as u32,
            checksum: self.dom.checksum(),
            resume,
        }
    }

    /// Comes back over a new connection.
    pub async fn resume(&mut self, browser: &Browser) -> Outcome {
        let resume = Resume {
            session: self.session.clone(),
            seq: self.seq,
            reference: self.reference,
        };
        (self.connection, self.outgoing) = browser.connect();
        self.outcome = None;
        self.join(Some(resume)).await;
        self.outcome.expect("the page joined")
    }

    pub async fn send(&mut self, message: &FromPage) -> ControlFlow<Close> {
        let bytes = message.encode(self.format).into();
        let frame = match self.format {
            Format::Json => Frame::Text(bytes),
            Format::MessagePack => Frame::Binary(bytes),
        };
        self.connection.receive(frame).await
    }

    /// Sends an event, and takes all that follows from it.
    pub async fn event(&mut self, name: &str, payload: Value) -> u32 {
        self.reference += 1;
        let message = event(self.reference, name, payload);
        assert!(self.send(&message).await.is_continue());
        self.settle().await;
        self.reference
    }

    pub async fn visit(&mut self, url: &str) {
        self.go(url, false).await;
    }

    /// Follows a `dj-navigate` link.
    pub async fn navigate(&mut self, url: &str) {
        self.go(url, true).await;
    }

    async fn go(&mut self, url: &str, navigate: bool) {
        self.reference += 1;
        let message = FromPage::Visit {
            region: 0,
            reference: self.reference,
            url: url.to_owned(),
            navigate,
        };
        assert!(self.send(&message).await.is_continue());
        self.settle().await;
    }

    /// Follows the last redirect over the connection, as the client does: it leaves, and joins with the new token.
    pub async fn follow(&mut self) -> &ToPage {
        let (url, mode, _) = self.redirects.last().expect("a redirect").clone();
        assert_eq!(mode, "live");
        let leave = FromPage::Leave {
            region: 0,
            reason: "left".to_owned(),
        };
        assert!(self.send(&leave).await.is_continue());
        self.url = url.split('#').next().unwrap().to_owned();
        self.flash = std::mem::take(&mut self.carried);
        (self.reference, self.seq) = (0, 0);
        self.join(None).await
    }

    /// Takes messages until there are none for a while (of virtual time).
    pub async fn settle(&mut self) {
        let wait = std::time::Duration::from_millis(50);
        while let Ok(Some(outbound)) = tokio::time::timeout(wait, self.outgoing.next()).await {
            if let Outbound::Frame(frame) = outbound {
                self.take(&frame).await;
            }
        }
    }

    pub async fn take(&mut self, frame: &Frame) {
        let message = match frame {
            Frame::Text(bytes) => ToPage::decode(Format::Json, bytes),
            Frame::Binary(bytes) => ToPage::decode(Format::MessagePack, bytes),
        };
        let message = message.expect("a message");
        self.received.push(message.clone());
        match message {
            ToPage::Joined {
                outcome,
                session,
                seq,
                first,
                html,
                page,
                ..
            } => {
                if let Some(around) = &page {
                    self.title = Some(around.title.clone());
                }
                self.around = page;
                self.outcome = Some(outcome);
                self.session = session;
                self.seq = seq;
                if matches!(outcome, Outcome::Mounted) {
                    self.reference = 0;
                }
                if let Some(html) = html {
                    self.content(html, first);
                }
            }
            ToPage::Update {
                seq,
                answers,
                effects,
                ops,
                ..
            } => {
                self.answered.extend(answers);
                if seq > 0 {
                    assert_eq!(seq, self.seq + 1, "updates come in order, each once");
                    self.seq = seq;
                }
                let ops: Vec<_> = ops.into_iter().map(|op| op.0).collect();
                self.dom.apply(&ops).expect("the patch fits the page");
                effects.into_iter().for_each(|effect| self.effect(effect));
                if seq > 0 && self.ack {
                    let _ = self.send(&FromPage::Ack { region: 0, seq }).await;
                }
            }
            ToPage::Html {
                seq,
                node: 0,
                first,
                html,
                ..
            } => {
                self.seq = seq;
                self.content(html, first);
            }
            ToPage::Html {
                seq,
                node,
                first,
                html: Markup::Html(html),
                ..
            } => {
                self.seq = seq;
                let replace = Op::Replace { node, first, html };
                self.dom.apply(&[replace]).expect("the node is there");
            }
            ToPage::Error {
                reference,
                kind,
                message,
                ..
            } => {
                self.answered.extend(reference);
                self.errors.push((reference, kind, message));
            }
            _ => {}
        }
    }

    fn content(&mut self, html: Markup, first: u32) {
        match html {
            Markup::Html(html) => self.dom.set_root_content(&html, first).expect("HTML"),
            Markup::Tree(nodes) => panic!(
                "a tree of {} nodes, which these tests never make",
                nodes.len()
            ),
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Title { title } => self.title = Some(title),
            Effect::Flash { level, message } => self.flash.push((level, message)),
            Effect::ClearFlash { .. } => self.flash.clear(),
            Effect::Url { url, replace } => self.urls.push((url, replace)),
            Effect::Push { name, payload } => self.pushed.push((name, payload)),
            Effect::Meta { meta } => {
                for (name, content) in meta {
                    let content = content.as_str().map(str::to_owned);
                    self.meta.insert(name, content);
                }
            }
            Effect::Redirect {
                url,
                mode,
                replace,
                token,
                flash,
            } => {
                self.token = token.unwrap_or_default();
                self.carried = flash;
                self.redirects.push((url, mode, replace));
            }
        }
    }

    /// The last error's kind and message.
    pub fn error(&self) -> (ErrorKind, &str) {
        let (_, kind, message) = self.errors.last().expect("an error");
        (*kind, message)
    }

    /// The page's DOM, to compare.
    pub fn shows(&self) -> String {
        self.dom.dump(false)
    }

    /// Whether the DOM has this text somewhere.
    pub fn has(&self, text: &str) -> bool {
        self.shows().contains(text)
    }
}

pub fn event(reference: u32, name: &str, payload: Value) -> FromPage {
    let Value::Object(payload) = payload else {
        panic!("a payload is a map")
    };
    FromPage::Event {
        region: 0,
        reference,
        name: name.to_owned(),
        payload,
        seen: 0,
    }
}
