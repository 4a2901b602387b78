//! The tests of the built program and of its parts together.

#[cfg(test)]
mod cli;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod layering;
