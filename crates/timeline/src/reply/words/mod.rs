//! What mail programs write around quotes, in their users' languages: en de
//! fr es it nl pl pt ru uk sv no da fi cs sk hu ro el bg tr zh ja ko and more.
//! Everything is lower-cased.

mod attribution;
mod closing;
mod labels;
mod titles;

pub(super) use attribution::{has_opener, verbs};
pub(super) use closing::{is_device_line, is_list_footer, is_notice, is_sign_off};
pub(super) use labels::{Label, bare_label, label};
pub(super) use titles::{Title, title};
