//! What the user typed: the clap definition, and nothing that follows from it.
//!
//! Values stay text here; what they mean, and whether they can be meant, is found in the second layer
//! (`meant.rs`), so that every mistake gets a sentence of its own. Here stand the main job and what all commands
//! share; the commands beside it are in `side`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, Args, Command, CommandFactory, Parser, ValueEnum, ValueHint};

use super::help;
use super::teach::yes_or_no;
pub(super) use conform::Conform;
pub use conform::TableFormat;
pub(super) use side::{Demo, Ends, Lab, Read, Side};
pub use side::{RealGateway, SchemaOf};

mod conform;
mod side;

/// The definition that parser, help, man pages and completions come from.
pub(crate) fn definition() -> Command {
    Typed::command().mut_args(with_environment).mut_subcommands(|command| command.mut_args(with_environment))
}

/// Options that no variable of the environment should set: what belongs to one run alone.
const NOT_FROM_ENVIRONMENT: &[&str] = &[
    "request",
    "head",
    "data",
    "data-raw",
    "data-binary",
    "json",
    "output",
    "dry-run",
    "record",
    "replay",
    "list",
    "fault",
    "all",
    "method",
    "ends",
    "only",
    "how",
    "raw",
];

/// Every other option can be set by `WHY502_` and its name. The help gives the rule once instead of a name at each
/// option, and no value: it can be a secret.
fn with_environment(arg: Arg) -> Arg {
    let Some(long) = arg.get_long().filter(|long| !NOT_FROM_ENVIRONMENT.contains(long)) else { return arg };
    let variable = variable(long);
    let arg = arg.env(variable).hide_env(true);
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
    if is_flag { arg.value_parser(yes_or_no) } else { arg }
}

/// The variable of the environment for an option.
pub(super) fn variable(long: &str) -> String {
    format!("WHY502_{}", long.to_uppercase().replace(['-', '.'], "_"))
}

#[derive(Debug, Parser)]
#[command(
    name = "why502",
    version,
    about = help::ABOUT,
    long_about = help::LONG_ABOUT,
    after_help = help::EXAMPLES,
    after_long_help = help::after_long_help(),
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    args_override_self = true,
    max_term_width = 110
)]
pub(super) struct Typed {
    #[command(flatten)]
    pub(super) main: Main,
    #[command(subcommand)]
    pub(super) command: Option<Side>,
}

#[derive(Debug, Args)]
pub(super) struct Main {
    /// What to ask the gateway for; without a scheme it is taken as http
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    pub(super) url: Option<String>,
    /// An upstream behind the gateway, to be asked the same directly (repeatable)
    ///
    /// A path beyond `/` is used instead of the gateway's, because gateways rewrite paths; without one, path and
    /// query are the gateway's, unless --upstream-path says otherwise. Each upstream given gets one direct probe.
    #[arg(long, value_name = "URL", value_delimiter = ' ', value_hint = ValueHint::Url)]
    pub(super) upstream: Vec<String>,
    /// Path and query of the direct requests, `/` included
    ///
    /// In --upstream a `/` stands for the gateway's path; here it is the path itself.
    #[arg(long, value_name = "PATH")]
    pub(super) upstream_path: Option<String>,
    /// Host of the direct requests, and the server name in TLS [default: the gateway's Host; the upstream's own
    /// name in TLS]
    #[arg(long, value_name = "HOST")]
    pub(super) upstream_host: Option<String>,
    /// One probe after the other rather than all at once
    #[arg(long)]
    pub(super) sequential: bool,
    /// Show whom it would ask and the exact bytes it would send, and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) request: Request,
    #[command(flatten)]
    pub(super) connection: Connection,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
#[expect(clippy::struct_field_names, reason = "a field is named after its option, and -X is --request")]
pub(super) struct Request {
    /// Request method [default: GET, or POST with data]
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(super) request: Option<String>,
    #[command(flatten)]
    pub(super) fields: Fields,
    /// Data to POST; @FILE and @- read it without line ends; several are joined with `&`
    #[arg(short, long, value_name = "DATA")]
    pub(super) data: Vec<OsString>,
    /// The same, but @ means nothing special
    #[arg(long, value_name = "DATA")]
    pub(super) data_raw: Vec<OsString>,
    /// The same as --data, but @FILE is sent as it is, line ends and all
    #[arg(long, value_name = "DATA")]
    pub(super) data_binary: Vec<OsString>,
    /// JSON to POST (or @FILE), with the Content-Type and Accept that belong to it
    #[arg(long, value_name = "DATA", conflicts_with_all = ["data", "data_raw", "data_binary"])]
    pub(super) json: Vec<OsString>,
    /// Ask with HEAD: no body is expected
    #[arg(short = 'I', long, conflicts_with_all = ["request", "data", "data_raw", "data_binary", "json"])]
    pub(super) head: bool,
    /// Ask in HTTP/1.0
    #[arg(short = '0', long = "http1.0")]
    pub(super) http10: bool,
    /// Ask in HTTP/1.1; this is the default
    #[arg(long = "http1.1")]
    pub(super) http11: bool,
    /// Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http
    #[arg(long)]
    pub(super) http2: bool,
    /// The same, under curl's other name
    #[arg(long)]
    pub(super) http2_prior_knowledge: bool,
}

/// Fields that do not depend on the content.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(super) struct Fields {
    /// A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)
    #[arg(short = 'H', long, value_name = "HEADER")]
    pub(super) header: Vec<OsString>,
    /// User-Agent; an empty one sends none [default: why502/VERSION]
    #[arg(short = 'A', long, value_name = "NAME")]
    pub(super) user_agent: Option<OsString>,
    /// Cookies, as `name=value; name2=value2`
    #[arg(short = 'b', long, value_name = "COOKIES")]
    pub(super) cookie: Option<OsString>,
    /// Credentials for basic authentication
    #[arg(short, long, value_name = "USER:PASSWORD")]
    pub(super) user: Option<OsString>,
}

/// How certificates are judged, and what one's own is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct Tls {
    /// Take any certificate
    #[arg(short = 'k', long)]
    pub(super) insecure: bool,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) cacert: Option<PathBuf>,
    /// Client certificate, PEM; the key may stand in the same file
    #[arg(short = 'E', long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) cert: Option<PathBuf>,
    /// Private key of the client certificate, PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) key: Option<PathBuf>,
}

/// Where connections really go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct Whom {
    /// Use these addresses for a host and port (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDR[,ADDR]", value_delimiter = ' ')]
    pub(super) resolve: Vec<String>,
    /// Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2", value_delimiter = ' ')]
    pub(super) connect_to: Vec<String>,
    /// Use IPv4 addresses only
    #[arg(short = '4', long)]
    pub(super) ipv4: bool,
    /// Use IPv6 addresses only
    #[arg(short = '6', long)]
    pub(super) ipv6: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct Connection {
    #[command(flatten)]
    pub(super) tls: Tls,
    #[command(flatten)]
    pub(super) whom: Whom,
    /// Go through this forward proxy; the direct route is the same request without it
    ///
    /// The URL is then the origin's: the proxy is asked for it as a whole, or with CONNECT for a tunnel if it is https.
    /// Without --upstream the origin itself is asked directly.
    #[arg(short = 'x', long, value_name = "[http://][USER:PASSWORD@]HOST:PORT", value_hint = ValueHint::Url)]
    pub(super) proxy: Option<OsString>,
    /// Credentials for the proxy, for basic authentication
    #[arg(short = 'U', long, value_name = "USER:PASSWORD")]
    pub(super) proxy_user: Option<OsString>,
    /// A header for the proxy alone (repeatable)
    #[arg(long, value_name = "HEADER")]
    pub(super) proxy_header: Vec<OsString>,
    /// Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(super) connect_timeout: Option<String>,
    /// Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]
    #[arg(short, long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(super) max_time: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(super) struct Report {
    #[command(flatten)]
    pub(super) shown: Shown,
    /// Save what was seen, without secrets, to be diagnosed again with --replay
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "replay")]
    pub(super) record: Option<PathBuf>,
    /// Diagnose what --record saved (or - for the standard input), offline
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["url", "dry_run"])]
    pub(super) replay: Option<PathBuf>,
}

/// How a report on probes is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
pub(super) struct Shown {
    #[command(flatten)]
    pub(super) style: Style,
    /// Write the report there instead of to the standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Show everything that was seen, not only what matters
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// No progress display
    #[arg(short, long)]
    pub(super) silent: bool,
    /// Do not mask credentials, cookies and API keys
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// Let warnings count as faults in the exit status
    #[arg(long)]
    pub(super) strict: bool,
}

/// What a report looks like: for every command that makes one.
#[derive(Debug, Args)]
pub(super) struct Style {
    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Colour; auto means on a terminal
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(super) color: When,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal, a pipe or a mail
    Text,
    /// One JSON document; `why502 schema` describes it
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}
