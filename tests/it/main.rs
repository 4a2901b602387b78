//! The tests of the built program and of its parts together.

mod reader_properties;
mod wire;
