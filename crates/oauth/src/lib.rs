#![doc = include_str!("../README.md")]

mod app;
mod device;
mod error;
mod issuer;
mod keeper;
pub mod limits;
mod sign_in;
mod tokens;

pub use app::OAuthApp;
pub use device::DeviceSignIn;
pub use error::OAuthError;
pub use issuer::Issuer;
pub use keeper::{Keep, Keeper, Keeping};
pub use sign_in::BrowserSignIn;
pub use tokens::Tokens;
