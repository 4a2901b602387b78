//! why502 says whether and why a gateway answers 502 Bad Gateway.
//!
//! One way, from left to right; each arrow is a function from one value to the next. Only the probes touch the
//! world; everything to their right is pure and can be run again from a file.
//!
//! ```text
//! arguments -> plan -> probes -> observations -> diagnosis -> report
//!   cli        plan    probe     observation     cause        report
//!                      http1                     gateway
//!                                                diagnosis
//! ```
//!
//! Three rooms stand beside the way: [`lab`] is an upstream that misbehaves on purpose, [`conform`] judges what a
//! gateway makes of it, and [`lint`] foretells from an upstream's responses what gateways would make of them.

// Each may use what stands above it; tests/it/layering.rs has the details.
pub mod figures;
pub mod http1;
pub mod proxy_status;

pub mod plan;

pub mod observation;

pub mod contrast;
pub mod statement;
pub mod tolerance;

pub mod cause;
pub mod gateway;

pub mod fate;

pub mod diagnosis;

pub mod lint;

pub mod report;

pub mod probe;

pub mod lab;

pub mod conform;

pub mod cli;
pub mod error;
pub mod exit;
pub mod generate;
pub mod progress;

pub mod app;
