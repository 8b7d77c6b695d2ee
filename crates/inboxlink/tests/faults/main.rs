//! What becomes of mail where servers, networks and processes fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod cuts;
mod killed;
mod model;
mod rig;
mod servers;
