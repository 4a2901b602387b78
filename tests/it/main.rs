//! The tests of the built program and of its parts together.

// For clippy: what helps a test may unwrap as well.
#![cfg(test)]

mod again;
mod asked;
mod asked_instead;
mod asked_same;
mod cases;
mod cli;
mod conform;
mod generated;
mod layering;
mod lint;
mod main_job;
mod probe_meets_lab;
mod reader_properties;
mod real;
mod report;
mod second_opinion;
mod server_name;
mod table;
mod times;
mod whole_run;
mod wire;
