//! The list, in a database in memory or in a file that goes away.

use super::*;

async fn store(titles: &[&str]) -> Store {
    let store = Store::open(Path::new(":memory:")).unwrap();
    for title in titles {
        store.add((*title).to_owned()).await.unwrap();
    }
    store
}

async fn titles(store: &Store, show: Show) -> String {
    let todos = store.page(show, None).await.unwrap().todos;
    todos
        .iter()
        .map(|todo| todo.title.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn rows_come_in_order_with_the_counts_of_the_whole_list() {
    let store = store(&["a", "b", "c"]).await;
    store.set_done(2, true).await.unwrap();
    let todo = |id, title: &str, done| Todo {
        id,
        title: title.to_owned(),
        done,
    };
    let (a, b, c) = (todo(1, "a", false), todo(2, "b", true), todo(3, "c", false));
    let table = [
        (Show::All, None, vec![&a, &b, &c]),
        (Show::Open, None, vec![&a, &c]),
        (Show::Done, None, vec![&b]),
        (Show::Open, Some(2), vec![&a, &b, &c]),
        (Show::Done, Some(9), vec![&b]),
    ];
    for (show, also, expected) in table {
        let page = store.page(show, also).await.unwrap();
        assert_eq!(
            page.todos.iter().collect::<Vec<_>>(),
            expected,
            "{show:?} {also:?}"
        );
        assert_eq!((page.open, page.done), (2, 1));
    }
}

#[tokio::test]
async fn a_row_trades_places_with_its_neighbour_among_those_shown() {
    use Direction::{Down, Up};
    // b and d are done.
    let table = [
        (3, Up, Show::All, "a c b d"),
        (3, Down, Show::All, "a b d c"),
        (3, Up, Show::Open, "c b a d"),
        (2, Down, Show::Done, "a d c b"),
        (1, Up, Show::All, "a b c d"),
        (4, Down, Show::All, "a b c d"),
        (9, Up, Show::All, "a b c d"),
    ];
    for (id, to, show, expected) in table {
        let store = store(&["a", "b", "c", "d"]).await;
        store.set_done(2, true).await.unwrap();
        store.set_done(4, true).await.unwrap();
        store.shift(id, to, show).await.unwrap();
        assert_eq!(
            titles(&store, Show::All).await,
            expected,
            "{id} {to:?} {show:?}"
        );
    }
}

#[tokio::test]
async fn rows_change_and_go() {
    let store = store(&["a", "b", "c"]).await;
    assert!(store.rename(1, "z".to_owned()).await.unwrap());
    assert_eq!(store.delete(2).await.unwrap().as_deref(), Some("b"));
    assert_eq!(titles(&store, Show::All).await, "z c");
    // Gone.
    assert!(!store.rename(2, "y".to_owned()).await.unwrap());
    assert_eq!(store.delete(2).await.unwrap(), None);

    store.set_all_done(true).await.unwrap();
    assert_eq!(titles(&store, Show::Open).await, "");
    store.set_done(1, false).await.unwrap();
    assert_eq!(store.clear_done().await.unwrap(), 1);
    assert_eq!(titles(&store, Show::All).await, "z");
    // A number is not used again.
    assert_eq!(store.add("d".to_owned()).await.unwrap(), 4);
}

/// A file in the folder for temporary files, which goes away with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = std::env::temp_dir().join(format!("relive-todo-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&file);
        File(file)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn the_list_is_there_again_after_a_restart() {
    let file = File::new("restart.db");
    Store::open(&file.0)
        .unwrap()
        .add("a".to_owned())
        .await
        .unwrap();
    assert_eq!(titles(&Store::open(&file.0).unwrap(), Show::All).await, "a");
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let file = File::new("text.db");
    std::fs::write(
        &file.0,
        "This is a text that is long enough not to be taken for an empty file.".repeat(20),
    )
    .unwrap();
    let error = Store::open(&file.0).err().unwrap();
    assert!(
        error.to_string().contains("text.db` cannot be opened"),
        "{error}"
    );
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let file = File::new("newer.db");
    let connection = Connection::open(&file.0).unwrap();
    connection
        .pragma_update(None, "user_version", STEPS.len() as u32 + 1)
        .unwrap();
    drop(connection);
    assert!(matches!(
        Store::open(&file.0),
        Err(StoreError::Newer { .. })
    ));
}
