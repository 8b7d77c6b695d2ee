//! A mail's HTML, safe to show: the feature `html`.
//!
//! Three walls, each of which would do: a scan that turns away what would
//! take the sanitiser long; the sanitiser, which keeps a short list of
//! elements and attributes and lets nothing load; and a document whose policy
//! and sandbox allow neither scripts nor requests.

mod clean;
mod document;
mod scan;
mod style;

pub use clean::{SafeHtml, safe_html};
pub use document::{IframeDocument, SANDBOX, iframe_document};
