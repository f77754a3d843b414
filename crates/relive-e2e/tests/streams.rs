//! Streams in a browser: every operation, and what the user is doing in a row survives them.

use std::net::SocketAddr;

use relive::hyper::Server;
use relive::prelude::*;
use relive_e2e::browser::{Browser, Window};

#[derive(Serialize)]
struct Line {
    id: u32,
    text: String,
}

fn line(id: u32) -> Line {
    let text = format!("line {id}");
    Line { id, text }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>
  <p id="count">{{ count }}</p>
  {% for do in ["insert", "prepend", "insert_at", "extend", "update", "delete", "reset", "clear", "first", "last", "all"] %}
    <button id="{{ do }}" dj-click="change" dj-value-what="{{ do }}">{{ do }}</button>
  {% endfor %}
  <ul id="lines" dj-update="stream">
    {% for line in lines %}
    <li dj-key="{{ line.id }}"><b>{{ line.text }}</b> <input></li>
    {% endfor %}
  </ul>
</main>"#)]
struct Log {
    count: u32,
    lines: Stream<Line>,
}

#[live_view]
impl Log {
    fn mount() -> Self {
        Log {
            count: 0,
            lines: Stream::of((1..=3).map(line)),
        }
    }

    #[event_handler]
    fn change(&mut self, what: String) -> Result {
        self.count += 1;
        let id = 10 * self.count;
        match what.as_str() {
            "insert" => self.lines.insert(line(id)),
            "prepend" => self.lines.prepend(line(id)),
            "insert_at" => self.lines.insert_at(1, line(id)),
            "extend" => self.lines.extend((id..id + 2).map(line)),
            "update" => self.lines.update(Line {
                id: 2,
                text: format!("changed {id}"),
            }),
            "delete" => self.lines.delete(2),
            "reset" => self.lines.reset((id..id + 2).map(line)),
            "clear" => self.lines.clear(),
            "first" => self.lines.limit(2),
            "last" => self.lines.limit(-2),
            "all" => self.lines.limit(0),
            other => return Err(Error::msg(format_args!("no change `{other}`"))),
        }
        Ok(())
    }
}

async fn start() -> Option<(Browser, SocketAddr)> {
    let browser = Browser::start().await?;
    let app = App::new(()).live::<Log>("/", "log");
    let server = Server::bind(app, "127.0.0.1:0")
        .await
        .expect("the application starts");
    let address = server.local_addr();
    tokio::spawn(server.run_until(std::future::pending()));
    Some((browser, address))
}

async fn open(browser: &Browser, address: SocketAddr) -> Window {
    let page = browser.open(format!("http://{address}/")).await;
    page.wait_for("html.dj-connected").await;
    page
}

async fn shows(page: &Window, rows: &[&str]) {
    page.wait_for_texts("#lines > li > b", rows).await;
}

#[tokio::test]
async fn every_operation_reaches_the_page() {
    let Some((browser, address)) = start().await else {
        return;
    };
    let page = open(&browser, address).await;
    for (clicks, expected) in [
        (
            &["insert"][..],
            &["line 1", "line 2", "line 3", "line 10"][..],
        ),
        (&["prepend"], &["line 10", "line 1", "line 2", "line 3"]),
        (&["insert_at"], &["line 1", "line 10", "line 2", "line 3"]),
        (
            &["extend"],
            &["line 1", "line 2", "line 3", "line 10", "line 11"],
        ),
        (&["update"], &["line 1", "changed 10", "line 3"]),
        (&["delete", "update"], &["line 1", "line 3"]),
        (&["reset"], &["line 10", "line 11"]),
        (&["clear", "prepend"], &["line 20"]),
        (&["first"], &["line 1", "line 2"]),
        (&["last", "insert"], &["line 3", "line 20"]),
        (&["last", "all", "insert"], &["line 2", "line 3", "line 30"]),
    ] {
        page.reload().await;
        page.wait_for("html.dj-connected").await;
        shows(&page, &["line 1", "line 2", "line 3"]).await;
        for id in clicks {
            page.click(&format!("#{id}")).await;
        }
        page.wait_for_text("#count", &clicks.len().to_string())
            .await;
        shows(&page, expected).await;
    }
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn rows_stay_what_they_are_with_what_is_typed_in_them() {
    let Some((browser, address)) = start().await else {
        return;
    };
    let page = open(&browser, address).await;
    page.run(
        "window.rows = [...document.querySelectorAll('#lines > li')];
         window.added = 0;
         new MutationObserver((records) => records.forEach((record) => added += record.addedNodes.length))
             .observe(document.querySelector('#lines'), { childList: true });",
        vec![],
    )
    .await;
    page.type_into("li[dj-key='2'] input", "typed").await;
    for id in ["prepend", "insert_at", "update", "insert"] {
        // Without the mouse, so that the focus stays where it is.
        page.run(
            "document.getElementById(arguments[0]).click()",
            vec![id.into()],
        )
        .await;
    }
    page.wait_for_text("#count", "4").await;
    shows(
        &page,
        &[
            "line 10",
            "line 20",
            "line 1",
            "changed 30",
            "line 3",
            "line 40",
        ],
    )
    .await;
    let same = "rows.every((row) => row.isConnected) && document.activeElement === rows[1].querySelector('input')";
    assert_eq!(page.eval(same).await, true);
    assert_eq!(
        page.property("li[dj-key='2'] input", "value").await,
        "typed"
    );
    assert_eq!(
        page.eval("added").await,
        6,
        "three rows, each with the space after it"
    );
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn rows_survive_a_repair_of_everything_and_none_is_lost_in_it() {
    let Some((browser, address)) = start().await else {
        return;
    };
    let page = open(&browser, address).await;
    page.run(
        "window.rows = [...document.querySelectorAll('#lines > li')];
         document.getElementById('count').remove();
         for (const id of ['insert', 'prepend', 'delete', 'insert']) document.getElementById(id).click();",
        vec![],
    )
    .await;
    page.wait_for_text("#count", "4").await;
    shows(
        &page,
        &["line 20", "line 1", "line 3", "line 10", "line 40"],
    )
    .await;
    assert_eq!(
        page.eval("rows[0].isConnected && rows[2].isConnected")
            .await,
        true
    );
    assert_eq!(page.eval("relive.counters.resyncs").await, 1);
}

#[tokio::test]
async fn a_page_whose_session_is_gone_has_the_rows_of_its_new_one() {
    let Some((browser, address)) = start().await else {
        return;
    };
    let page = open(&browser, address).await;
    page.click("#insert").await;
    page.click("#delete").await;
    shows(&page, &["line 1", "line 3", "line 10"]).await;
    page.reload().await;
    page.wait_for("html.dj-connected").await;
    shows(&page, &["line 1", "line 2", "line 3"]).await;
}
