//! What was typed for the commands beside the main job. Those with many options have files of their own.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{Conform, Style};
use crate::cli::lint;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Side {
    /// Read a response that somebody saved, and show what is wrong with it
    ///
    /// Reads the bytes of an HTTP/1.x response, saved with nc, tcpdump or from a log, as why502 reads them from a
    /// connection: heads, framing and the rule that gives it, body, what is left over, and every defect with a mark
    /// under the bytes. The exit status is 1 if there is a defect or if something is missing.
    Read(Read),
    /// Ask an upstream alone, and foretell which gateways would answer 502 in front of it
    ///
    /// Asks the upstream as clients and as gateways ask, with safe methods only, and says from what was measured of
    /// each gateway whether it would pass the response on, repair it, cut it short, or answer with an error of its
    /// own. The exit status is 0 if no gateway objects, 1 if one does, 3 if the upstream is silent, 4 if it cannot be
    /// asked.
    Lint(Box<lint::Typed>),
    /// The main job with nothing to set up: a lab upstream behind a lab gateway
    ///
    /// Starts an upstream that misbehaves on purpose and a gateway in front of it, both on 127.0.0.1, and diagnoses a
    /// handful of telling faults.
    Demo(Demo),
    /// An upstream that misbehaves on purpose, to try your own gateway on
    ///
    /// Serves every fault under /fault/NAME, and those that are about connecting or about TLS at ports of their own,
    /// until it is stopped with Ctrl-C.
    Lab(Lab),
    /// What your own gateway makes of every fault: a table, judged by the RFCs
    ///
    /// Starts the lab at --lab, asks your gateway for /fault/NAME for every fault that it has, and says for each what the
    /// RFCs ask of a gateway, what yours did, and what that comes to. The gateway's upstream must be the lab; --how
    /// prints the configuration for common gateways. The healthy controls come first, faults next, and last those that
    /// only some requests meet.
    ///
    /// The exit status is 0 if nothing that the gateway did harms clients: it conforms, answers with another error
    /// status, passes a fault on that every client reads alike, or breaks off visibly. It is 1 if something does: a
    /// response that looks whole and is not, one that never ends, a good answer spoiled, a connection closed
    /// without a response, raw bytes, or a fault passed on that clients may read in different ways; with --strict, if
    /// anything does not conform. It is 2 if the gateway does not lead to the lab, and 4 if it cannot be reached.
    Conform(Box<Conform>),
    /// One page on one cause or one gateway, or the list of them
    Explain(Explain),
    /// Print the JSON Schema of the report that --format json makes
    Schema(Schema),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man(Man),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Read {
    /// The file with the bytes, or - for the standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    /// The method of the request that was answered: a HEAD has no body
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    pub(in crate::cli) method: String,
    /// How the stream ended after the last byte
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Ends::Fin)]
    pub(in crate::cli) ends: Ends,
    #[command(flatten)]
    pub(in crate::cli) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Ends {
    /// Closed in order
    Fin,
    /// Reset
    Rst,
    /// Not at all: more could have come
    Open,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Demo {
    /// Faults to show, by name; `why502 lab --list` names them [default: a telling handful]
    #[arg(value_name = "NAME", conflicts_with = "all")]
    pub(in crate::cli) names: Vec<String>,
    /// Show every fault
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Put a real gateway in front, if it is installed [default: one that answers as RFC 9209 says]
    #[arg(long, value_name = "GATEWAY", value_enum)]
    pub(in crate::cli) gateway: Option<RealGateway>,
    #[command(flatten)]
    pub(in crate::cli) style: Style,
}

/// A gateway program that `demo` can put in front of the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RealGateway {
    /// nginx
    Nginx,
    /// HAProxy
    Haproxy,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Lab {
    /// Name the faults, and leave
    #[arg(long, conflicts_with = "fault")]
    pub(in crate::cli) list: bool,
    /// Where to listen: ADDRESS:PORT, or a port of 127.0.0.1
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9502")]
    pub(in crate::cli) listen: String,
    /// Serve this fault alone, whatever the path
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) fault: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Explain {
    /// The cause or the gateway; without one, all are listed
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) style: Style,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Schema {
    /// Of which command
    #[arg(value_name = "COMMAND", value_enum, default_value_t = SchemaOf::Report)]
    pub(in crate::cli) of: SchemaOf,
}

/// The command whose JSON is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The main job
    Report,
    /// why502 lint
    Lint,
    /// why502 conform
    Conform,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(in crate::cli) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Man {
    /// The page of this subcommand instead of the main one
    #[arg(value_name = "COMMAND", value_parser = ["read", "lint", "demo", "lab", "conform", "explain", "schema", "completions", "man"])]
    pub(in crate::cli) command: Option<String>,
}
