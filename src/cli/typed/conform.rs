//! What was typed for `why502 conform`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{Fields, Tls, When, Whom};
use crate::lab::USUAL_ADDRESS;

#[derive(Debug, Args)]
pub(in crate::cli) struct Conform {
    /// The gateway; /fault/NAME is put behind its path
    #[arg(value_name = "URL", value_hint = ValueHint::Url, required_unless_present = "how")]
    pub(in crate::cli) url: Option<String>,
    /// Where the lab listens, so that the gateway can reach it: ADDRESS:PORT, or a port of 127.0.0.1
    #[arg(long, value_name = "ADDR", default_value = USUAL_ADDRESS)]
    pub(in crate::cli) lab: String,
    /// Show how to point common gateways, or this one, at the lab, and leave
    #[arg(long, value_name = "GATEWAY", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["only", "output"])]
    pub(in crate::cli) how: Option<String>,
    /// Try these faults alone; `why502 lab --list` names them
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub(in crate::cli) only: Vec<String>,
    /// Limit for one request; who is silent for longer is said to hang [default: 10]
    #[arg(short, long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(in crate::cli) max_time: Option<String>,
    /// For people, for programs, or for an issue or a wiki
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TableFormat::Text)]
    pub(in crate::cli) format: TableFormat,
    /// Colour; auto means on a terminal
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(in crate::cli) color: When,
    /// Write the table there instead of to the standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,
    /// No progress display
    #[arg(short, long)]
    pub(in crate::cli) silent: bool,
    /// Let everything that does not conform count in the exit status
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    #[command(flatten)]
    pub(in crate::cli) fields: Fields,
    #[command(flatten)]
    pub(in crate::cli) tls: Tls,
    #[command(flatten)]
    pub(in crate::cli) whom: Whom,
}

/// The format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For a terminal, a pipe or a mail
    Text,
    /// One JSON document
    Json,
    /// For an issue or a wiki
    Markdown,
}
