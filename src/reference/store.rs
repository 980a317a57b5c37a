//! Where the reference target keeps its conversations and messages: SQLite, in memory or in a file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior, params};

use super::first_conversations;

/// The mark that a file of ours bears (`PRAGMA application_id`): the letters `cfrm`.
const APPLICATION_ID: i32 = 0x6366_726d;

/// The version of [`SCHEMA`] (`PRAGMA user_version`).
const SCHEMA_VERSION: i32 = 1;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS conversation (
        provider   TEXT NOT NULL,
        id         TEXT NOT NULL,
        PRIMARY KEY (provider, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS message (
        provider     TEXT NOT NULL,
        id           TEXT NOT NULL,
        conversation TEXT NOT NULL,
        created_at   TEXT NOT NULL,
        request      TEXT NOT NULL,
        UNIQUE (provider, id),
        FOREIGN KEY (provider, conversation) REFERENCES conversation (provider, id)
    ) STRICT;
";

/// Up to how many bytes of request are read and stored on the thread that serves connections.
///
/// That takes some tens of microseconds, less than to hand them to another thread.
const PROMPT: usize = 64 * 1024;

/// Why the store cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened, or not for writing.
    #[error("cannot open the message store {}: {source}; give a path in a directory that exists and can be written", path.display())]
    Open {
        /// The path that was asked for.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is not a SQLite database.
    #[error("{} is not a SQLite database; give the path of a message store, or of a file that does not exist yet", path.display())]
    NotADatabase {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is a SQLite database, but not a message store of this version.
    #[error("{} is a SQLite database of another program or version; give another path", path.display())]
    Foreign {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// A statement failed.
    #[error("the message store failed: {0}")]
    Sql(#[from] rusqlite::Error),
}

/// The conversations and messages of all five providers. A clone is the same store.
#[derive(Clone, Debug)]
pub struct Store {
    // One connection behind a mutex: a statement takes microseconds, and SQLite has only one writer anyway.
    connection: Arc<Mutex<Connection>>,
    on_disk: bool,
}

/// A message to be stored.
pub(super) struct NewMessage<'a> {
    pub provider: &'static str,
    pub id: &'a str,
    pub conversation: &'a str,
    pub created_at: &'a str,
    /// The request body as the client sent it.
    pub request: &'a str,
}

impl Store {
    /// A store that lasts as long as the value, with each provider's first conversation in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`], where SQLite has no memory.
    pub fn in_memory() -> Result<Store, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        prepare(&mut connection, State::Empty)?;
        Ok(Store { connection: Arc::new(Mutex::new(connection)), on_disk: false })
    }

    /// The store in the file at `path`, which is made if it is not there; what was stored in it before is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`], [`StoreError::NotADatabase`] and [`StoreError::Foreign`]; a file that is refused as
    /// not a database or as foreign is left as it was.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let failed = |error| from_sqlite(path, error);
        // Without SQLITE_OPEN_URI, which is on by default: `file:x?mode=memory` is a file of that name.
        let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_URI);
        let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        let state = State::of(&connection).map_err(failed)?;
        if state == State::Foreign {
            let path = path.to_owned();
            return Err(StoreError::Foreign { path });
        }
        // WAL with NORMAL keeps every committed message when the process ends, and may lose the last ones only when the
        // machine does: the right bargain for a test target.
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
            .map_err(failed)?;
        prepare(&mut connection, state).map_err(failed)?;
        Ok(Store { connection: Arc::new(Mutex::new(connection)), on_disk: true })
    }

    /// Does `work`, which answers a request of `bytes` with this store: at once if it is short, and otherwise where it
    /// holds up no connection, since it may have to wait for a disk or for another process.
    pub(super) async fn run<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        if !self.on_disk && bytes <= PROMPT {
            return work();
        }
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => std::future::pending().await, // the runtime is shutting down, and this task with it
            },
        }
    }

    /// Whether `provider` has the conversation `id`.
    pub(super) fn has_conversation(&self, provider: &str, id: &str) -> Result<bool, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached("SELECT 1 FROM conversation WHERE provider = ?1 AND id = ?2")?;
        Ok(statement.exists(params![provider, id])?)
    }

    /// Adds an empty conversation.
    pub(super) fn add_conversation(&self, provider: &str, id: &str) -> Result<(), StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached("INSERT INTO conversation (provider, id) VALUES (?1, ?2)")?;
        statement.execute(params![provider, id])?;
        Ok(())
    }

    /// Adds a message to a conversation, which must be there.
    pub(super) fn add_message(&self, message: &NewMessage<'_>) -> Result<(), StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(
            "INSERT INTO message (provider, id, conversation, created_at, request) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        statement.execute(params![
            message.provider,
            message.id,
            message.conversation,
            message.created_at,
            message.request,
        ])?;
        Ok(())
    }

    /// A handler that panicked with the lock leaves no statement half done, so its poison means nothing.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a database file is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Empty,
    Ours,
    Foreign,
}

impl State {
    fn of(connection: &Connection) -> Result<State, rusqlite::Error> {
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let table: Option<i64> =
            connection.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |row| row.get(0)).optional()?;
        Ok(match (id, version, table) {
            (APPLICATION_ID, SCHEMA_VERSION, Some(_)) => State::Ours,
            (0, 0, None) => State::Empty,
            _ => State::Foreign,
        })
    }
}

/// Makes the tables of an empty database, and the first conversations where they are missing.
fn prepare(connection: &mut Connection, state: State) -> Result<(), rusqlite::Error> {
    // Immediate: of two processes that open one new file, the second waits for the first.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if state == State::Empty {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    for (provider, id) in first_conversations::all() {
        transaction
            .execute("INSERT OR IGNORE INTO conversation (provider, id) VALUES (?1, ?2)", params![provider, id])?;
    }
    transaction.commit()
}

fn from_sqlite(path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotADatabase { path },
        _ => StoreError::Open { path, source },
    }
}
