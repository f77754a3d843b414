//! Several windows: each shows the others' changes, and disturbs nobody.

use relive_e2e::browser::Key;

use crate::{Todo, add, wait_for_rows};

#[tokio::test]
async fn windows_show_each_others_changes() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let one = todo.open().await;
    let two = todo.open().await;
    // Another user, on another machine.
    let three = todo
        .browser
        .open_apart(todo.server.url("/?show=open"))
        .await;
    three.wait_for("html.dj-connected").await;

    add(&one, &["Tea", "Milk"]).await;
    wait_for_rows(&two, &["Tea", "Milk"]).await;
    wait_for_rows(&three, &["Tea", "Milk"]).await;
    two.wait_until("document.title === '2 open · To-do'").await;

    two.click("#toggle-1").await;
    one.wait_for("#todo-1.done #toggle-1:checked").await;
    wait_for_rows(&three, &["Milk"]).await;
    one.wait_for_text("#count", "1 open").await;

    add(&three, &["Honey"]).await;
    three.click("#todo-3 .up").await;
    // Before the next one that is shown there: Milk.
    wait_for_rows(&one, &["Tea", "Honey", "Milk"]).await;
    wait_for_rows(&two, &["Tea", "Honey", "Milk"]).await;

    one.click("#todo-2 .delete").await;
    wait_for_rows(&two, &["Tea", "Honey"]).await;
    wait_for_rows(&three, &["Honey"]).await;
    // A message is for who caused it.
    two.wait_for_none(".dj-flash").await;
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn typing_in_a_row_is_not_disturbed_when_another_window_moves_it() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let one = todo.open().await;
    add(&one, &["One", "Two", "Three"]).await;
    let two = todo.open().await;

    one.click("#todo-2 .edit").await;
    one.wait_until("document.activeElement?.id === 'edit-2'")
        .await;
    one.fill("#edit-2", "Milk and honey").await;
    for _ in 0..6 {
        one.press(Key::Left).await;
    }
    one.run("window.field = document.activeElement", vec![])
        .await;
    let undisturbed = |value: &str, caret: usize| {
        format!(
            "document.activeElement === field && field.isConnected && field.value === '{value}' && \
             field.selectionStart === {caret} && field.selectionEnd === {caret}"
        )
    };
    assert_eq!(one.eval(&undisturbed("Milk and honey", 8)).await, true);

    let order = |ids: &str| {
        format!(
            "[...document.querySelectorAll('.todo')].map((row) => row.dataset.id).join() === '{ids}'"
        )
    };
    // The row itself moves, others move past it, and rows come and go around it.
    for (button, ids) in [
        ("#todo-2 .down", "1,3,2"),
        ("#todo-3 .up", "3,1,2"),
        ("#todo-2 .up", "3,2,1"),
        ("#todo-2 .up", "2,3,1"),
        ("#todo-3 .delete", "2,1"),
    ] {
        two.click(button).await;
        one.wait_until(&order(ids)).await;
        assert_eq!(
            one.eval(&undisturbed("Milk and honey", 8)).await,
            true,
            "after {button}"
        );
    }
    two.click("#toggle-2").await;
    one.wait_for("#todo-2.done").await;
    assert_eq!(one.eval(&undisturbed("Milk and honey", 8)).await, true);

    // Between the keys of someone who types, too.
    for (key, button, ids) in [
        ("!", "#todo-2 .down", "1,2"),
        ("?", "#todo-2 .up", "2,1"),
        (".", "#todo-1 .up", "1,2"),
    ] {
        one.type_text(key).await;
        two.click(button).await;
        one.wait_until(&order(ids)).await;
    }
    assert_eq!(one.eval(&undisturbed("Milk and!?. honey", 11)).await, true);
    one.press(Key::Enter).await;
    wait_for_rows(&two, &["One", "Milk and!?. honey"]).await;
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn row_that_is_deleted_while_it_is_edited_is_said_to_be_gone() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let one = todo.open().await;
    add(&one, &["Tea"]).await;
    let two = todo.open().await;
    one.click("#todo-1 .edit").await;
    one.wait_for("#edit-1").await;
    two.click("#todo-1 .delete").await;
    one.wait_for_text(".dj-flash-warning", "“Tea” was deleted while you edited it")
        .await;
    one.wait_for_none("#edit-1").await;
    add(&one, &["Milk"]).await;
    wait_for_rows(&two, &["Milk"]).await;
    todo.browser.expect_quiet(&[]).await;
}
