//! What the user is shown, whole: the review of a change to a snapshot shows what the user will see.

mod cases;
pub(crate) mod fixtures;
mod json;
mod properties;
mod read;
mod reproduce;
mod text;

pub(crate) use json::described;
