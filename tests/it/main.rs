//! The tests of the built program and of its parts together.

mod probe_meets_lab;
mod reader_properties;
mod wire;
