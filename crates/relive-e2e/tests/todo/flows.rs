//! Adding, checking, editing, moving and deleting, with the mouse and from the keyboard.

use relive_e2e::browser::Key;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Todo, add, wait_for_rows};

#[tokio::test]
async fn list_is_complete_without_javascript() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea & <b>honey</b>", "Milk"]).await;
    page.click("#toggle-2").await;
    page.wait_for("#todo-2.done").await;

    let mut connection = TcpStream::connect(todo.server.address()).await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        todo.server.address()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    for expected in [
        "Tea &amp; &lt;b&gt;honey&lt;/b&gt;</label>",
        "Milk</label>",
        r#"class="todo done""#,
        "<title>1 open · To-do</title>",
        "1 open</p>",
    ] {
        assert!(answer.contains(expected), "{expected} is not in\n{answer}");
    }
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn rows_are_added_checked_and_deleted() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    page.wait_for_text("#nothing", "Nothing to do.").await;

    // With the mouse.
    page.type_into("#new-todo", "Tea").await;
    page.click("#add button").await;
    wait_for_rows(&page, &["Tea"]).await;
    page.wait_for_text(".dj-flash-success", "Added “Tea”").await;
    page.wait_for_property("#new-todo", "value", "").await;
    // From the keyboard: the field has kept, or takes back, the focus.
    add(&page, &["Milk", "Honey"]).await;
    page.wait_for_text("#count", "3 open").await;
    page.wait_until("document.title === '3 open · To-do'").await;

    page.click("#todo-2 label").await;
    page.wait_for("#todo-2.done #toggle-2:checked").await;
    page.wait_for_text("#count", "2 open").await;
    page.wait_until("document.title === '2 open · To-do'").await;
    page.click("#toggle-2").await;
    page.wait_for_count(".todo.done", 0).await;
    assert_eq!(page.property("#toggle-2", "checked").await, false);

    page.click("#todo-1 .delete").await;
    wait_for_rows(&page, &["Milk", "Honey"]).await;
    page.wait_for_text(".dj-flash-info", "Deleted “Tea”").await;

    page.click("#toggle-all").await;
    page.wait_for_count(".todo.done", 2).await;
    page.wait_for_text("#toggle-all", "Open all again").await;
    page.click("#clear-done").await;
    page.wait_for_text("#nothing", "Nothing to do.").await;
    page.wait_for_none("footer").await;
    page.wait_for_none(".todo").await;

    // It was kept: the page as it is loaded anew says the same.
    add(&page, &["Bread"]).await;
    page.reload().await;
    wait_for_rows(&page, &["Bread"]).await;
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn wrong_titles_are_refused_with_a_reason_and_kept_in_the_field() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    page.click("#add button").await;
    page.wait_for_text("#new-todo-error", "Write what is to be done.")
        .await;
    page.wait_for("#new-todo[aria-invalid=true]").await;

    page.type_into("#new-todo", "x").await;
    page.wait_for_none("#new-todo-error").await;
    page.wait_for_none("#new-todo[aria-invalid]").await;

    let long = "y".repeat(200);
    page.type_into("#new-todo", &long).await;
    let message = "At most 200 characters, please: this has 201.";
    page.wait_for_text("#new-todo-error", message).await;
    page.press(Key::Enter).await;
    page.wait_for_text("#new-todo-error", message).await;
    assert_eq!(
        page.property("#new-todo", "value").await,
        format!("x{long}")
    );
    page.wait_for_none(".todo").await;

    page.press(Key::Backspace).await;
    page.wait_for_none("#new-todo-error").await;
    page.press(Key::Enter).await;
    wait_for_rows(&page, &[&format!("x{}", "y".repeat(199))]).await;
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn title_is_edited_in_place() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea", "Milk"]).await;

    page.click("#todo-1 .edit").await;
    page.wait_until("document.activeElement?.id === 'edit-1'")
        .await;
    assert_eq!(page.property("#edit-1", "value").await, "Tea");
    page.press(Key::End).await;
    page.type_text(" and cake").await;
    page.press(Key::Enter).await;
    wait_for_rows(&page, &["Tea and cake", "Milk"]).await;
    // Whoever works from the keyboard goes on where they were.
    page.wait_until("document.activeElement?.matches('#todo-1 .edit')")
        .await;

    page.press(Key::Enter).await;
    page.wait_until("document.activeElement?.id === 'edit-1'")
        .await;
    page.fill("#edit-1", "Coffee").await;
    page.press(Key::Escape).await;
    page.wait_for_none("#edit-1").await;
    wait_for_rows(&page, &["Tea and cake", "Milk"]).await;

    // An empty title is refused; the field stays open.
    page.click("#todo-2 .edit").await;
    page.fill("#edit-2", " ").await;
    page.click("#todo-2 .save").await;
    page.wait_for_text("#edit-error", "Write what is to be done.")
        .await;
    page.click("#todo-2 .cancel").await;
    wait_for_rows(&page, &["Tea and cake", "Milk"]).await;
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn rows_move_and_stay_the_same_elements() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["One", "Two", "Three"]).await;
    page.run(
        "window.rows = [1, 2, 3].map((id) => document.getElementById('todo-' + id))",
        vec![],
    )
    .await;

    page.click("#todo-3 .up").await;
    wait_for_rows(&page, &["One", "Three", "Two"]).await;
    page.click("#todo-1 .down").await;
    wait_for_rows(&page, &["Three", "One", "Two"]).await;
    // From the keyboard, again and again with the same button: the focus moves along.
    page.run("document.querySelector('#todo-2 .up').focus()", vec![])
        .await;
    page.press(Key::Enter).await;
    wait_for_rows(&page, &["Three", "Two", "One"]).await;
    page.press(Key::Enter).await;
    wait_for_rows(&page, &["Two", "Three", "One"]).await;
    assert_eq!(
        page.eval("document.activeElement.matches('#todo-2 .up')")
            .await,
        true
    );
    // At the top it goes no further.
    page.press(Key::Enter).await;
    page.click("#todo-1 .down").await;
    add(&page, &["Four"]).await;
    wait_for_rows(&page, &["Two", "Three", "One", "Four"]).await;
    let same = "rows.every((row, at) => row === document.getElementById('todo-' + (at + 1)))";
    assert_eq!(page.eval(same).await, true);
    todo.browser.expect_quiet(&[]).await;
}
