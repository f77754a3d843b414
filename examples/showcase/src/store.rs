//! What outlives a page, in SQLite.
//!
//! SQLite blocks while it reads and writes, so each call runs on a thread where that may be.

use std::sync::{Arc, Mutex, PoisonError};

use relive::Result;
use relive::prelude::*;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS goodbyes (id INTEGER PRIMARY KEY, reason TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS answers (text TEXT PRIMARY KEY, votes INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS bookings (email TEXT PRIMARY KEY, seats INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, staff INTEGER NOT NULL);
    INSERT OR IGNORE INTO accounts VALUES (1, 'Ada', 1), (2, 'Ben', 0);
    INSERT OR IGNORE INTO answers (text) VALUES ('The code'), ('The text'), ('The last page');
";

/// The database. Its clones share one connection.
#[derive(Clone)]
pub(crate) struct Store(Arc<Mutex<Connection>>);

/// An answer of the poll.
#[derive(Serialize)]
pub(crate) struct Answer {
    text: String,
    votes: u32,
}

/// A message of the chat.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) text: String,
}

/// Who has booked with the form, and how many seats.
#[derive(Serialize)]
pub(crate) struct Booked {
    email: String,
    seats: u8,
}

/// Somebody who can log in.
#[derive(Clone, Serialize)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) staff: bool,
}

impl Account {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Account {
            id: row.get(0)?,
            name: row.get(1)?,
            staff: row.get(2)?,
        })
    }
}

impl Store {
    pub(crate) fn open(file: &str) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(TABLES)?;
        Ok(Store(Arc::new(Mutex::new(connection))))
    }

    /// Why the last views of the lifecycle page ended, the newest first.
    pub(crate) async fn goodbyes(&self) -> Result<Vec<String>> {
        self.run(|db| {
            db.prepare_cached("SELECT reason FROM goodbyes ORDER BY id DESC LIMIT 5")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
        .await
    }

    pub(crate) async fn say_goodbye(&self, reason: String) -> Result {
        self.run(move |db| {
            db.execute("INSERT INTO goodbyes (reason) VALUES (?1)", [reason])?;
            db.execute(
                "DELETE FROM goodbyes WHERE id <= (SELECT MAX(id) FROM goodbyes) - 100",
                [],
            )?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn answers(&self) -> Result<Vec<Answer>> {
        self.run(|db| {
            db.prepare_cached("SELECT text, votes FROM answers ORDER BY rowid")?
                .query_map([], |row| {
                    Ok(Answer {
                        text: row.get(0)?,
                        votes: row.get(1)?,
                    })
                })?
                .collect()
        })
        .await
    }

    /// Counts a vote. An answer that is not there is nobody's.
    pub(crate) async fn vote(&self, answer: String) -> Result {
        self.run(move |db| {
            db.execute(
                "UPDATE answers SET votes = votes + 1 WHERE text = ?1",
                [answer],
            )?;
            Ok(())
        })
        .await
    }

    /// The last messages of the chat, the oldest first.
    pub(crate) async fn messages(&self) -> Result<Vec<Message>> {
        self.run(|db| {
            db.prepare_cached(
                "SELECT id, text FROM (SELECT id, text FROM messages ORDER BY id DESC LIMIT 50) ORDER BY id",
            )?
            .query_map([], |row| Ok(Message { id: row.get(0)?, text: row.get(1)? }))?
            .collect()
        })
        .await
    }

    pub(crate) async fn say(&self, text: String) -> Result<Message> {
        self.run(move |db| {
            db.execute(
                "DELETE FROM messages WHERE id <= (SELECT MAX(id) FROM messages) - 500",
                [],
            )?;
            let id = db.query_row(
                "INSERT INTO messages (text) VALUES (?1) RETURNING id",
                [&text],
                |row| row.get(0),
            )?;
            Ok(Message { id, text })
        })
        .await
    }

    /// The last bookings, the newest first.
    pub(crate) async fn bookings(&self) -> Result<Vec<Booked>> {
        self.run(|db| {
            db.prepare_cached("SELECT email, seats FROM bookings ORDER BY rowid DESC LIMIT 20")?
                .query_map([], |row| {
                    Ok(Booked {
                        email: row.get(0)?,
                        seats: row.get(1)?,
                    })
                })?
                .collect()
        })
        .await
    }

    /// Keeps a booking. `false`: there is one with this address.
    pub(crate) async fn book(&self, email: String, seats: u8) -> Result<bool> {
        self.run(move |db| {
            let added = db.execute(
                "INSERT OR IGNORE INTO bookings (email, seats) VALUES (?1, ?2)",
                params![email, seats],
            )?;
            Ok(added > 0)
        })
        .await
    }

    pub(crate) async fn accounts(&self) -> Result<Vec<Account>> {
        self.run(|db| {
            db.prepare_cached("SELECT id, name, staff FROM accounts ORDER BY id")?
                .query_map([], Account::read)?
                .collect()
        })
        .await
    }

    pub(crate) async fn account(&self, id: i64) -> Result<Option<Account>> {
        self.run(move |db| {
            db.query_row(
                "SELECT id, name, staff FROM accounts WHERE id = ?1",
                [id],
                Account::read,
            )
            .optional()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = Arc::clone(&self.0);
        let outcome = tokio::task::spawn_blocking(move || {
            // Each piece of work is one statement or can be repeated: a lock that was poisoned is as good as another.
            work(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await?;
        Ok(outcome?)
    }
}
