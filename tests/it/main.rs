//! The tests of the built program and of its parts together.

// `cfg(test)` tells Clippy that helpers are tests too, and may unwrap.
#[cfg(test)]
mod real;
