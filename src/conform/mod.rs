//! `why502 conform`: what the RFCs ask of a gateway for each fault of the lab, what a gateway did, and what that comes
//! to, as a table.
//!
//! Pure: each fault is judged from its exchanges, one through the gateway and one directly, which shows what there was
//! to be passed on. Who makes the exchanges is the app.

mod expected;
mod gateway;
mod how;
mod json;
mod judge;
mod markdown;
mod observed;
mod table;
mod text;

pub use expected::{Expected, Wanted};
pub use gateway::GatewayMet;
pub use how::how;
pub use json::{json, schema};
pub use judge::{Verdict, judge};
pub use markdown::markdown;
pub use observed::{Delivery, Observed};
pub use table::{Row, Skipped, Summary, Table};
pub use text::text;
