//! The tests of the built program and of its parts together.

mod report;
