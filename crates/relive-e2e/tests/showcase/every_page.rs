//! What holds for every page: a heading, a sentence, sources, and a place for all of it on small and large screens.

use serde_json::json;

use crate::Showcase;

/// The pages that the index leads to.
async fn paths(page: &relive_e2e::browser::Window) -> Vec<String> {
    let links = page
        .eval("[...document.querySelectorAll('.cards a')].map((a) => a.pathname)")
        .await;
    let links = links.as_array().expect("a list").iter();
    links
        .map(|path| path.as_str().expect("a path").to_owned())
        .collect()
}

#[tokio::test]
async fn index_and_menu_lead_to_every_page() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/").await;
    let paths = paths(&page).await;
    assert!(paths.len() >= 7, "{paths:?}");
    let menu = page
        .eval("[...document.querySelectorAll('nav a')].map((a) => a.pathname)")
        .await;
    assert_eq!(menu, json!(paths));

    for path in &paths {
        page.click(&format!("nav a[href='{path}']")).await;
        page.wait_until(&format!("location.pathname === '{path}'"))
            .await;
        page.wait_for("html.dj-connected").await;
        page.wait_for(&format!("nav a[href='{path}'][aria-current]"))
            .await;
        page.wait_for_count("nav [aria-current]", 1).await;
        let texts = page.texts("h1, .about, .source h2, .source pre").await;
        assert!(
            texts.len() == 6 && texts.iter().all(|text| !text.is_empty()),
            "{path}: {texts:?}"
        );
        // The sources are those of this page.
        let title = page.eval("document.title").await;
        assert!(
            title
                .as_str()
                .is_some_and(|title| title.ends_with("relive")),
            "{title}"
        );
        assert!(texts[3].contains("#[live_view"), "{path}: {}", texts[3]);
        assert!(texts[5].starts_with("{% extends"), "{path}: {}", texts[5]);
    }
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn pages_have_room_on_small_and_large_screens() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/").await;
    let mut paths = paths(&page).await;
    paths.push("/".to_owned());
    for width in [360, 1280] {
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600 }),
        )
        .await;
        for path in &paths {
            page.goto(&showcase.server.url(path)).await;
            page.wait_for("html.dj-connected").await;
            let wide = page
                .eval(
                    "document.documentElement.scrollWidth <= innerWidth ? [] :
                     [...document.querySelectorAll('main *')]
                         .filter((element) => element.getBoundingClientRect().right > innerWidth)
                         .map((element) => element.outerHTML.slice(0, 80))",
                )
                .await;
            assert_eq!(wide, json!([]), "{path} is wider than {width}");
        }
    }
    showcase.expect_quiet().await;
}
