//! Between Rust's values and SQLite's.

use inboxlink_engine::{StoreError, StoreErrorKind};
use rusqlite::{
    ErrorCode,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};

/// A 128-bit id as a blob of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(pub(super) [u8; 16]);

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| FromSqlError::InvalidBlobSize {
                expected_size: 16,
                blob_size: bytes.len(),
            })
    }
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl From<inboxlink_model::$name> for Id {
            fn from(id: inboxlink_model::$name) -> Self {
                Self(id.to_bytes())
            }
        }
        impl From<Id> for inboxlink_model::$name {
            fn from(id: Id) -> Self {
                Self::from_bytes(id.0)
            }
        }
    )*};
}

ids! { ContactId EnrolmentId FollowUpId Identity InboxId NodeId OwnerId RuleId ThreadId WorkspaceId }

/// What can go wrong in a job.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("a row holds JSON that this version cannot read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the workspace has changed since it was read")]
    Conflict,
    #[error(
        "the database was made by a newer version (schema {found}, this one knows {known}): update the program"
    )]
    Newer { found: i64, known: i64 },
}

impl Failure {
    pub(super) fn into_error(self, what: &str) -> StoreError {
        let kind = match &self {
            Self::Sql(error) => match error.sqlite_error_code() {
                Some(
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen,
                ) => StoreErrorKind::Unavailable,
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    StoreErrorKind::Format
                }
                _ => StoreErrorKind::Other,
            },
            Self::Json(_) | Self::Newer { .. } => StoreErrorKind::Format,
            Self::Conflict => StoreErrorKind::Conflict,
        };
        StoreError::new(kind, what).because(self)
    }
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    Ok(serde_json::from_str(text)?)
}
