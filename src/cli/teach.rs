//! What the parser of the arguments cannot place, and the user meant all the same: an option of curl's that does not
//! exist here, a second URL, a variable that is neither yes nor no. Each gets one sentence on what to do instead.

use clap::Subcommand;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::typed::Side;
use crate::error::Error;
use crate::observation::secrets::masked_url;

/// The sentence, if there is a better one than the parser's. `first` is the first argument.
pub(super) fn instead_of(error: &clap::Error, first: Option<&str>) -> Option<Error> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let typed = text(ContextKind::InvalidArg)?;
            option(typed).or_else(|| looks_like_url(typed).then(|| one_url(typed, "one is enough")))
        }
        // Behind the main job's URL a word is taken for a command.
        ErrorKind::ArgumentConflict => {
            let Some(typed) = text(ContextKind::InvalidSubcommand) else {
                let [this, that] = [ContextKind::InvalidArg, ContextKind::PriorArg].map(text);
                return not_together(this?, that?);
            };
            if let Some(command) = first.and_then(misspelt) {
                let typed = first.unwrap_or_default().escape_debug();
                return Some(Error::argument(
                    "URL",
                    format!("'{typed}' is none; did you mean why502 {command}?"),
                ));
            }
            if Side::has_subcommand(typed) {
                let reason = format!("'{typed}' is a command and must come first, as in why502 {typed}");
                return Some(Error::argument("URL", reason));
            }
            Some(one_url(typed, &format!("did you mean --upstream '{}'?", masked_url(typed).escape_debug())))
        }
        ErrorKind::MissingRequiredArgument => {
            let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
            let usage = usage.to_string();
            let (command, instead) = NOTHING_GIVEN.iter().find(|(command, _)| {
                usage.split_whitespace().skip_while(|word| *word != "why502").nth(1) == Some(command)
            })?;
            Some(Error::argument(command, *instead))
        }
        ErrorKind::ValueValidation => {
            neither_nor(text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?)
        }
        _ => None,
    }
}

/// The command that a word without anything of a URL was meant to be.
fn misspelt(word: &str) -> Option<String> {
    let side = Side::augment_subcommands(clap::Command::new("why502"));
    let names: Vec<&str> = side.get_subcommands().map(clap::Command::get_name).collect();
    let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase());
    let near = |name: &&&str| strsim::osa_distance(word, name) <= 2.min(word.len() / 2);
    names.iter().filter(|_| is_word).find(near).map(|name| (*name).to_owned())
}

/// Two that exclude each other, and why.
fn not_together(this: &str, that: &str) -> Option<Error> {
    let name =
        |typed: &str| typed.split([' ', '=']).next().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let (this, that) = (name(this), name(that));
    let is = |option: &str| this == option || that == option;
    let reason = if is("--replay") {
        "a recording is judged again as it is, and nothing is sent: leave the other out"
    } else if is("--head") {
        "a HEAD request has no content: leave one of the two out"
    } else {
        return None;
    };
    Some(Error::argument("arguments", format!("{this} and {that} do not go together; {reason}")))
}

/// Commands that need something, and what to give them.
const NOTHING_GIVEN: &[(&str, &str)] = &[
    (
        "lint",
        "no URL is given; name the upstream to ask, as in why502 lint http://localhost:3000/, or saved bytes with --raw",
    ),
    (
        "conform",
        "no URL is given; name the gateway, as in why502 conform http://127.0.0.1:8080/ (--how says how to set it up)",
    ),
    ("read", "no file is given; name one with the bytes of a response, or - for the standard input"),
];

/// curl's options that why502 has not, by all their names, and what to do instead.
const NOT_HERE: &[(&[&str], &str)] = &[
    (
        &["-L", "--location", "--location-trusted", "--max-redirs", "--post301", "--post302", "--post303"],
        "why502 follows no redirect, because each response is judged by itself; give the URL that it leads to",
    ),
    (
        &["--retry", "--retry-delay", "--retry-max-time", "--retry-connrefused", "--retry-all-errors"],
        "one attempt is one attempt here, because a retry hides the very fault that is looked for",
    ),
    (
        &["-i", "--include", "--show-headers", "-D", "--dump-header"],
        "the heads are part of the report; -v shows them whole",
    ),
    (
        &["-f", "--fail", "--fail-with-body", "-S", "--show-error"],
        "the exit status says it as it is: 1 for a fault, 3 where no cause could be established",
    ),
    (&["-w", "--write-out"], "--format json has every figure, and why502 schema describes it"),
    (
        &["--trace", "--trace-ascii", "--trace-time"],
        "--record FILE keeps all that was seen, and -v shows the heads",
    ),
    (
        &["--compressed"],
        "-H 'Accept-Encoding: gzip' asks for it; why502 decodes only to see whether it can be done",
    ),
    (
        &["-F", "--form", "-T", "--upload-file", "--data-urlencode", "-G", "--get", "--url-query"],
        "content is sent as it is, with --data-binary @FILE and a Content-Type given by -H, and a query stands in the URL",
    ),
    (&["-r", "--range", "-e", "--referer"], "write the header itself, such as -H 'Range: bytes=0-99'"),
    (
        &["-c", "--cookie-jar", "-j", "--junk-session-cookies", "-n", "--netrc", "--netrc-file"],
        "no file of cookies or credentials is read or written; give them with -b or -u",
    ),
    (
        &["--http3", "--http3-only", "--http0.9"],
        "HTTP/1.0, 1.1 and 2 are spoken: --http1.0, --http1.1, --http2",
    ),
    (
        &["--socks4", "--socks4a", "--socks5", "--socks5-hostname", "--preproxy"],
        "a SOCKS proxy passes connections on and answers no 502; -x takes an HTTP proxy, such as http://proxy.example:3128",
    ),
    (
        &["-p", "--proxytunnel"],
        "-x asks for an https URL through a tunnel (CONNECT) anyway, and for an http one without",
    ),
    (&["--noproxy"], "no proxy is used unless -x names one: those of the environment change nothing"),
    (
        &["--unix-socket", "--abstract-unix-socket"],
        "connections go over TCP; let something listen at a port for the socket, such as socat TCP-LISTEN:8080,fork UNIX:/path",
    ),
    (
        &[
            "--tlsv1.0",
            "--tlsv1.1",
            "--tlsv1.2",
            "--tlsv1.3",
            "-1",
            "--tls-max",
            "--ciphers",
            "--tls13-ciphers",
        ],
        "TLS 1.2 and 1.3 are offered, and which of them was agreed on is in the report",
    ),
    (&["-K", "--config"], "almost every option can be set in the environment: WHY502_MAX_TIME=30"),
    (
        &["-O", "--remote-name", "--output-dir"],
        "the report goes to a file with -o FILE, and what was seen with --record FILE",
    ),
];

fn option(typed: &str) -> Option<Error> {
    NOT_HERE.iter().find_map(|(names, instead)| {
        let name = names.iter().find(|name| **name == typed)?;
        Some(Error::argument(name, *instead))
    })
}

fn looks_like_url(typed: &str) -> bool {
    typed.contains("://") || (!typed.starts_with('-') && typed.contains(['.', ':']))
}

fn one_url(typed: &str, advice: &str) -> Error {
    Error::argument("URL", format!("'{}' is a second one; {advice}", masked_url(typed).escape_debug()))
}

/// Flags take a value from the environment alone.
fn neither_nor(option: &str, value: &str) -> Option<Error> {
    let name = option.strip_prefix("--")?.split([' ', '=']).next()?;
    let variable = super::typed::variable(name);
    // Of options with values the parser says more: which there are.
    let is_its_own = std::env::var(&variable).is_ok_and(|set| set == value) && yes_or_no(value).is_err();
    is_its_own.then(|| {
        let reason =
            format!("{variable} is '{}', which is neither yes nor no; write 1 or 0", value.escape_debug());
        Error::argument("environment", reason)
    })
}

/// What a variable says to a flag.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Ok(true),
        "" | "0" | "no" | "n" | "false" | "f" | "off" => Ok(false),
        _ => Err("neither yes nor no; write 1 or 0".to_owned()),
    }
}
