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
  why502 localhost/api --json '[7]' --upstream localhost:3000
  why502 -x proxy.example:3128 https://shop.example.com/
  why502 https://shop.example.com/ --record case.json
  why502 --replay case.json --format json
  why502 lint localhost:3000      which gateways would answer 502 in front of this upstream
  why502 demo        the main job with nothing to set up
  why502 explain     the causes and gateways that why502 knows";

/// The examples, what the environment does, and the table of exit statuses.
pub(super) fn after_long_help() -> String {
    let statuses: Vec<_> =
        Exit::ALL.iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.sentence())).collect();
    format!("{EXAMPLES}\n\n{ENVIRONMENT}\n\nExit status:\n{}", statuses.join("\n"))
}

const ENVIRONMENT: &str = "\
Environment:
  WHY502_MAX_TIME=30 does what --max-time 30 does, WHY502_INSECURE=1 what --insecure does,
  and so on for every option but those that belong to one run: --request, --head, --data
  and its kin, --json, --output, --dry-run, --record, --replay. The command line goes first.
  WHY502_UPSTREAM, WHY502_RESOLVE and WHY502_CONNECT_TO take several values, with spaces.
  NO_COLOR and CLICOLOR_FORCE decide where --color does not.
  Proxy variables such as http_proxy change nothing: a probe goes where its URL says, or --proxy.";
