//! The website's own files, in the program.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};

use crate::pages::missing;

const FILES: [(&str, &str, &str); 3] = [
    (
        "crm.css",
        "text/css; charset=utf-8",
        include_str!("assets/crm.css"),
    ),
    (
        "crm.js",
        "text/javascript; charset=utf-8",
        include_str!("assets/crm.js"),
    ),
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
];

/// `GET /assets/{name}`
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, kind, text)) => (
            [
                (header::CONTENT_TYPE, *kind),
                // Another build may stand behind the same address.
                (header::CACHE_CONTROL, "no-cache"),
            ],
            *text,
        )
            .into_response(),
        None => missing().await.into_response(),
    }
}
