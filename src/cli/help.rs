//! The longer texts of `--help`.

use crate::exit::Exit;

pub(super) const ABOUT: &str = "Says whether and why a gateway answers 502 Bad Gateway";

pub(super) const LONG_ABOUT: &str = "\
Says whether and why a gateway answers 502 Bad Gateway, or one of its disguises: a 504, a 503, a 200 cut short.

Sends the same request through the gateway and directly to the upstream, at the same time, compares what comes back \
on the wire, and names the hop that broke, the reason, and what to change. Without --upstream it asks the gateway \
alone, and says what can and cannot be concluded from that.";

pub(super) const EXAMPLES: &str = "\
Examples:
  why502 https://shop.example.com/cart --upstream http://10.0.3.7:8080
  why502 http://localhost/api -d '{}' -H 'Content-Type: application/json' --upstream http://localhost:3000
  why502 https://shop.example.com/ --record case.json     keep what was seen, without secrets
  why502 --replay case.json --format json                 diagnose it again, offline
  why502 demo                                             try it with nothing to set up
  why502 explain                                          the causes that why502 knows";

/// The examples, what the environment does, and the table of exit statuses.
pub(super) fn after_long_help() -> String {
    let statuses: Vec<_> =
        Exit::ALL.iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.sentence())).collect();
    format!("{EXAMPLES}\n\n{ENVIRONMENT}\n\nExit status:\n{}", statuses.join("\n"))
}

const ENVIRONMENT: &str = "\
Environment:
  WHY502_*  Options that show an [env] name can be set there; the command line goes before. Where an option can be
            repeated, --upstream, --resolve and --connect-to take several values separated by spaces.
  NO_COLOR, CLICOLOR_FORCE  No colour, or colour in a pipe too, where --color does not say.
  Proxy variables such as http_proxy change nothing: each probe goes where its URL says.";
