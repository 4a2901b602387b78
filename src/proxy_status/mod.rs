//! The `Proxy-Status` field and the error types of RFC 9209, with the status that each recommends.

pub mod error_type;
pub mod member;

pub use error_type::ErrorType;
pub use member::{Member, ProxyStatus, parse};
