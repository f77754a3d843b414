use crate::Showcase;

const REPLY: &str = "You said: Hello & <welcome> Let me think about that for a while.";

#[tokio::test]
async fn messages_reach_every_window_and_stay() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let one = showcase.open("/chat/").await;
    let two = showcase.open("/chat/").await;
    one.type_into("#say input", "Hello & <welcome>").await;
    one.click("#say button").await;
    for page in [&one, &two] {
        page.wait_for_texts("#messages li", &["Hello & <welcome>"])
            .await;
    }
    two.type_into("#say input", "Good day").await;
    two.click("#say button").await;
    one.wait_for_texts("#messages li", &["Hello & <welcome>", "Good day"])
        .await;
    one.wait_for_text("#reply", REPLY).await;
    one.reload().await;
    one.wait_for_texts("#messages li", &["Hello & <welcome>", "Good day"])
        .await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn reply_grows_and_only_what_it_grew_by_is_sent() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/chat/").await;
    // Every text that the page is given, and whether it is still the same node.
    page.run(
        "window.texts = [];
         new MutationObserver((records) => {
             for (const { target, addedNodes } of records) texts.push([target.data, addedNodes.length]);
         }).observe(document.querySelector('#reply'), { subtree: true, childList: true, characterData: true });",
        vec![],
    )
    .await;
    page.type_into("#say input", "Hello & <welcome>").await;
    page.click("#say button").await;
    page.wait_for_text("#reply", REPLY).await;
    let grown = "texts.filter(([text]) => text !== undefined)";
    page.wait_until(&format!(
        "{grown}.length > 4 && {grown}.every(([text], at, all) => !at || text.startsWith(all[at - 1][0]))"
    ))
    .await;
    showcase.expect_quiet().await;
}
