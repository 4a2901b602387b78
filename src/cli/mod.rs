//! From arguments to a [`Command`]: what the user typed (`typed`), and what is meant by it.
//!
//! Everything that can be wrong with the usage is found here, and every file that an option names is read here, so
//! that nothing is sent before all is known to be in order and the rest of the program meets only valid values.

mod addressing;
mod conform;
mod data;
mod encoding;
mod files;
mod help;
mod lint;
mod meant;
mod names;
mod pem;
mod proxy;
mod request;
mod style;
mod teach;
mod typed;

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;

use crate::error::Error;
use crate::exit::Exit;
use crate::http1::{Asked, StreamEnd, WireBytes};
use crate::lab::Fault;
use crate::observation::Observations;
use crate::observation::secrets::masked_url;
use crate::plan::{Addressing, Endpoint, Plan, TlsOptions};

pub use clap_complete::Shell;
pub use files::Input;
pub use lint::{Lint, LintOf};
pub(crate) use names::did_you_mean;
pub(crate) use typed::definition;
pub use typed::{Format, RealGateway, SchemaOf, TableFormat};

/// What the program is to do. Every value in it is valid.
#[derive(Debug)]
pub enum Command {
    /// The main job.
    Diagnose(Box<Job>),
    /// Show what the main job would send.
    DryRun(Box<Job>),
    /// Diagnose a recording.
    Replay(Box<Replay>),
    /// Read a saved response.
    Read(Box<Read>),
    /// Foretell what gateways would make of an upstream.
    Lint(Box<Lint>),
    /// The main job in the lab.
    Demo(Demo),
    /// Name the faults of the lab.
    ListFaults,
    /// Serve the lab until it is interrupted.
    Lab(Lab),
    /// Try every fault of the lab on the user's gateway.
    Conform(Box<Conform>),
    /// Show how to point gateways at a lab.
    How(How),
    /// Explain a cause, or list them.
    Explain(Explain),
    /// Print the JSON Schema of a report.
    Schema(SchemaOf),
    /// Print the completions for a shell.
    Completions(Shell),
    /// Print the manual page, or that of a subcommand.
    Man(Option<String>),
}

/// The main job.
#[derive(Debug)]
pub struct Job {
    /// What is to be tried.
    pub plan: Plan,
    /// How it is reported.
    pub output: Output,
    /// Where the observations are saved.
    pub record: Option<PathBuf>,
    /// Whether secrets are shown.
    pub show_secrets: bool,
    /// Whether warnings count as faults.
    pub strict: bool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// A recording to be diagnosed.
#[derive(Debug)]
pub struct Replay {
    /// What was seen.
    pub seen: Observations,
    /// How it is reported.
    pub output: Output,
    /// Whether warnings count as faults.
    pub strict: bool,
}

/// A saved response to be read.
#[derive(Debug)]
pub struct Read {
    /// Where the bytes are.
    pub input: Input,
    /// What was asked.
    pub asked: Asked,
    /// How the stream ended.
    pub end: StreamEnd,
    /// How it is reported.
    pub output: Output,
}

/// The main job in the lab.
#[derive(Debug)]
pub struct Demo {
    /// Which faults.
    pub faults: Faults,
    /// The program in front; the lab's own gateway if none is named.
    pub gateway: Option<RealGateway>,
    /// How it is reported.
    pub output: Output,
}

/// Which faults of the lab.
#[derive(Debug, Clone)]
pub enum Faults {
    /// A telling handful.
    Telling,
    /// Every one.
    All,
    /// These.
    Named(Vec<&'static Fault>),
}

/// A lab to be served.
#[derive(Debug, Clone)]
pub struct Lab {
    /// Where it listens.
    pub listen: SocketAddr,
    /// This fault alone.
    pub fault: Option<&'static Fault>,
}

/// The faults of the lab, to be tried on the user's gateway.
#[derive(Debug)]
pub struct Conform {
    /// The gateway; its target is what stands before `/fault/NAME`.
    pub gateway: Endpoint,
    /// What is sent to it beside the request for a fault.
    pub fields: Vec<(String, WireBytes)>,
    /// Where connections to it really go.
    pub addressing: Addressing,
    /// Where the lab listens.
    pub lab: SocketAddr,
    /// Which faults.
    pub faults: Vec<&'static Fault>,
    /// How long each may take.
    pub limit: Duration,
    /// How the gateway's certificate is judged.
    pub tls: TlsOptions,
    /// The format of the table.
    pub format: TableFormat,
    /// Where the table goes, and how it is coloured. Its format is that of the table.
    pub output: Output,
    /// Whether everything that does not conform counts.
    pub strict: bool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// How to point gateways at a lab.
#[derive(Debug)]
pub struct How {
    /// Where the lab is to listen.
    pub lab: SocketAddr,
    /// The one gateway that is asked for, as it was typed; all if none is.
    pub gateway: Option<String>,
}

/// How a report is made, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// For people or for programs.
    pub format: Format,
    /// The file; the standard output if there is none.
    pub file: Option<PathBuf>,
    /// Whether it is in colour.
    pub colour: bool,
    /// Whether everything is shown that was seen.
    pub verbose: bool,
}

/// What `why502 explain` is to show.
#[derive(Debug)]
pub struct Explain {
    /// Of the cause or the gateway; all of them are listed if there is none.
    pub name: Option<String>,
    /// How it is shown.
    pub output: Output,
}

/// Why there is no command to carry out: the usage is wrong, or the user asked for help, which is given instead.
#[derive(Debug)]
pub enum Refusal {
    /// What the parser of the arguments says, help and version included.
    Parser(Box<clap::Error>),
    /// What is wrong with the meaning.
    Meaning(Error),
}

impl Refusal {
    /// Says it to the user: help on the standard output, what is wrong on the standard error.
    #[must_use]
    pub fn tell(&self) -> Exit {
        match self {
            // A reader who went away needs no help any more.
            Self::Parser(error) => {
                let said = error.to_string();
                let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
                // The parser repeats the argument that it cannot place, and that can be a URL with a token in it.
                let _ = match masked_url(&said) {
                    masked if masked != said && error.use_stderr() && !is_help => {
                        writeln!(std::io::stderr(), "{}", masked.trim_end())
                    }
                    _ => error.print(),
                };
                if error.use_stderr() { Exit::Usage } else { Exit::Healthy }
            }
            Self::Meaning(error) => {
                let _ = writeln!(std::io::stderr(), "error: {}", one_line(&masked_url(&error.to_string())));
                Exit::Usage
            }
        }
    }
}

/// Keeps a message on one line, and a terminal unharmed, whatever the user or a file put into it.
fn one_line(text: &str) -> String {
    let shown = |letter: char| match letter {
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    text.chars().map(shown).collect()
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Parser(Box::new(error))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Meaning(error)
    }
}

/// Reads the arguments, the program's name first, and the files that they name.
///
/// # Errors
/// If the usage is wrong, a file cannot be read, or help was asked for.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, Refusal> {
    let args: Vec<OsString> = args.into_iter().collect();
    let matches = definition().try_get_matches_from(&args).map_err(|error| {
        let first = args.get(1).and_then(|first| first.to_str());
        teach::instead_of(&error, first).map_or_else(|| Refusal::from(error), Refusal::from)
    })?;
    meant::command(&matches)
}

#[cfg(test)]
mod tests;
