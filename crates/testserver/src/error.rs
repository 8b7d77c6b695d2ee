//! What can go wrong for the one who runs the server.

/// Why the server could not do what a test asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such user was given to the builder.
    #[error("no user {0:?}: add it with TestServer::builder().user(…)")]
    UnknownUser(String),
    /// The user has no folder of that name.
    #[error("{user:?} has no folder {folder:?}: create it with create_folder")]
    UnknownFolder {
        /// The user's address.
        user: String,
        /// The folder's name, as a person reads it.
        folder: String,
    },
    /// The folder has no message of that UID.
    #[error("folder {folder:?} has no message with UID {uid}")]
    UnknownMessage {
        /// The folder's name, as a person reads it.
        folder: String,
        /// The UID asked for.
        uid: u32,
    },
    /// A folder of that name cannot be made.
    #[error("folder {folder:?}: {why}")]
    Folder {
        /// The folder's name, as a person reads it.
        folder: String,
        /// Why not.
        why: &'static str,
    },
    /// No loopback port could be opened.
    #[error("cannot listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    /// The certificates could not be made.
    #[error("cannot make the certificates: {0}")]
    Certificates(String),
}
