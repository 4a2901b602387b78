//! The tests of the built program and of its parts together.

#[cfg(test)]
mod report;
