//! The name of the upstream has no address.

mod not_found;
mod timeout;

pub use not_found::NotFound;
pub use timeout::Timeout;
