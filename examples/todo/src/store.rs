//! The list in its database, an SQLite file.
//!
//! SQLite blocks while it reads and writes, so each call runs on a thread where that may be.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

/// The tables, one step for each version of them. A step that was released is not changed: the next one is added.
const STEPS: &[&str] = &[
    // AUTOINCREMENT: a number is not used again, so a row that is open in some window never becomes another one.
    "CREATE TABLE todos (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         title TEXT NOT NULL,
         done INTEGER NOT NULL DEFAULT 0,
         place INTEGER NOT NULL
     );
     CREATE INDEX todos_place ON todos (place);",
];

/// The list. Its clones share one connection.
#[derive(Clone)]
pub(crate) struct Store(Arc<Mutex<Connection>>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Todo {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) done: bool,
}

/// Which part of the list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    #[default]
    All,
    Open,
    Done,
}

impl Show {
    /// What the column `done` has to be; `None`: anything.
    fn done(self) -> Option<bool> {
        match self {
            Show::All => None,
            Show::Open => Some(false),
            Show::Done => Some(true),
        }
    }
}

/// Where a row goes among those that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Up,
    Down,
}

/// A part of the list, and how long the whole is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) todos: Vec<Todo>,
    pub(crate) open: u32,
    pub(crate) done: u32,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database `{}` cannot be opened", file.display())]
    Open {
        file: PathBuf,
        source: rusqlite::Error,
    },
    #[error("the database `{}` was made by a newer version of this program", file.display())]
    Newer { file: PathBuf },
    #[error("the database does not answer: {0}")]
    Query(#[from] rusqlite::Error),
}

type Result<T, E = StoreError> = std::result::Result<T, E>;

impl Store {
    /// Opens the file, or makes it, and brings its tables up to date.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let failed = |source| StoreError::Open {
            file: file.to_owned(),
            source,
        };
        let mut connection = Connection::open(file).map_err(failed)?;
        if !migrate(&mut connection).map_err(failed)? {
            return Err(StoreError::Newer {
                file: file.to_owned(),
            });
        }
        Ok(Store(Arc::new(Mutex::new(connection))))
    }

    /// The rows to show. The row `also` is among them, whatever its state.
    pub(crate) async fn page(&self, show: Show, also: Option<i64>) -> Result<Page> {
        self.run(move |db| {
            let mut rows = db.prepare_cached(
                "SELECT id, title, done FROM todos WHERE ?1 IS NULL OR done = ?1 OR id = ?2 ORDER BY place",
            )?;
            let todos = rows
                .query_map(params![show.done(), also], |row| {
                    Ok(Todo { id: row.get(0)?, title: row.get(1)?, done: row.get(2)? })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let (all, done): (u32, u32) =
                db.query_row("SELECT COUNT(*), COALESCE(SUM(done), 0) FROM todos", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            Ok(Page { todos, open: all - done, done })
        })
        .await
    }

    /// Adds a row at the end.
    pub(crate) async fn add(&self, title: String) -> Result<i64> {
        self.run(move |db| {
            db.query_row(
                "INSERT INTO todos (title, place) SELECT ?1, COALESCE(MAX(place), 0) + 1 FROM todos RETURNING id",
                [title],
                |row| row.get(0),
            )
        })
        .await
    }

    /// Gives a row another title. `false`: it is gone.
    pub(crate) async fn rename(&self, id: i64, title: String) -> Result<bool> {
        self.run(move |db| {
            let changed = db.execute(
                "UPDATE todos SET title = ?2 WHERE id = ?1",
                params![id, title],
            )?;
            Ok(changed > 0)
        })
        .await
    }

    pub(crate) async fn set_done(&self, id: i64, done: bool) -> Result<()> {
        self.run(move |db| {
            db.execute(
                "UPDATE todos SET done = ?2 WHERE id = ?1",
                params![id, done],
            )?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn set_all_done(&self, done: bool) -> Result<()> {
        self.run(move |db| {
            db.execute("UPDATE todos SET done = ?1", [done])?;
            Ok(())
        })
        .await
    }

    /// Lets a row trade places with the next one of those that are shown.
    pub(crate) async fn shift(&self, id: i64, to: Direction, show: Show) -> Result<()> {
        // The row itself is found, too, so that its place need not be asked for before.
        let neighbours = match to {
            Direction::Up => {
                "SELECT id, place FROM todos
                 WHERE id = ?1 OR (?2 IS NULL OR done = ?2) AND place < (SELECT place FROM todos WHERE id = ?1)
                 ORDER BY place DESC LIMIT 2"
            }
            Direction::Down => {
                "SELECT id, place FROM todos
                 WHERE id = ?1 OR (?2 IS NULL OR done = ?2) AND place > (SELECT place FROM todos WHERE id = ?1)
                 ORDER BY place LIMIT 2"
            }
        };
        self.run(move |db| {
            let pair = db
                .prepare_cached(neighbours)?
                .query_map(params![id, show.done()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
            if let [(id, place), (other, other_place)] = pair[..] {
                let mut put = db.prepare_cached("UPDATE todos SET place = ?2 WHERE id = ?1")?;
                put.execute([id, other_place])?;
                put.execute([other, place])?;
            }
            Ok(())
        })
        .await
    }

    /// Deletes a row and says what it was; `None`: it was gone already.
    pub(crate) async fn delete(&self, id: i64) -> Result<Option<String>> {
        self.run(move |db| {
            db.query_row(
                "DELETE FROM todos WHERE id = ?1 RETURNING title",
                [id],
                |row| row.get(0),
            )
            .optional()
        })
        .await
    }

    /// Deletes what is done, and says how many rows that were.
    pub(crate) async fn clear_done(&self) -> Result<usize> {
        self.run(|db| db.execute("DELETE FROM todos WHERE done", []))
            .await
    }

    /// Runs `work` in a transaction of its own: all of it happens, or nothing.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = Arc::clone(&self.0);
        let outcome = tokio::task::spawn_blocking(move || {
            // Who panicked while holding the lock left a transaction that was rolled back: nothing is half done.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await;
        match outcome {
            Ok(outcome) => outcome,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }
}

/// Takes the steps that the file has not seen. `false`: it has seen more than this program knows.
fn migrate(connection: &mut Connection) -> rusqlite::Result<bool> {
    let transaction = connection.transaction()?;
    let version: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(steps) = STEPS.get(version as usize..) else {
        return Ok(false);
    };
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as u32)?;
    transaction.commit()?;
    Ok(true)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
