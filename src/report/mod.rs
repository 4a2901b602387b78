//! What the user is shown: a diagnosis as text for a person, as JSON for a program, and the pages that go with it.
//!
//! Meaning first, drawing later: everything here turns finished values into text and decides nothing. A new format
//! is a new file. What came from the wire is made harmless ([`escape`]) before it is put on a [`layout::Page`];
//! colour lives in [`style`] alone.

pub mod elsewhere;
pub mod escape;
pub mod evidence;
pub mod explain;
pub mod gateway_page;
pub mod heads;
pub mod json;
pub mod json_exchange;
pub mod layout;
pub mod lint;
pub mod read;
pub mod reproduce;
pub mod routes;
pub mod shell;
pub mod snippet;
pub mod style;
pub mod text;
pub mod timeline;
pub mod words;

pub use explain::{CauseLine, CausePage, GatewayLine, explain_list, explanation};
pub use gateway_page::{gateway_explanation, gateway_page};
pub use json::{Report, json, schema};
pub use lint::{lint_json, lint_schema, lint_text};
pub use read::{read_json, read_text};
pub use text::{TextOptions, text};
