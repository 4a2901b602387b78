//! What would settle why a gateway answers an error while the upstream is fine: whom it asks, and what its log says.

use super::{FixFor, RemedyText};
use crate::cause::Case;
use crate::cause::fit::SOONEST_TIMEOUT;
use crate::contrast::Answer;
use crate::figures;
use crate::gateway::{self, Asking, Gateway};
use crate::observation::Exchange;
use crate::statement::Statement;

/// What is to be looked at, the likeliest reason first: that the gateway asks another address than the direct request.
pub(super) fn settling(gateway: Option<&'static Gateway>, case: &Case<'_>) -> Vec<RemedyText> {
    let is_whole = matches!(case.contrast.answer, Answer::Whole(_));
    if is_whole && case.known.is_some_and(|known| known.refusal.is_some()) {
        return refused(gateway, case);
    }
    let mut looks = Vec::new();
    if case.contrast.direct.and_then(Exchange::status) == Some(101) {
        looks.extend(of_upgrade(gateway));
    }
    looks.extend(gateway.and_then(|gateway| own_rule(gateway, case)));
    if case.stated.iter().any(Statement::gives_up) {
        looks.push(look(
            "It says itself that it takes its upstream to be down: it remembers earlier failures, or its health checks fail. Ask the \
             upstream for what the health check asks for (path, Host, expected status), and see what it answers."
                .to_owned(),
            None,
        ));
    }
    // A forward proxy is told whom to ask by the request.
    if case.contrast.gateway.proxy.is_none() {
        looks.push(look(
            "First see whether the gateway asks the address that --upstream names: it may be set to another, hold on to one \
             that the name had before, or choose among several."
                .to_owned(),
            gateway.and_then(|gateway| gateway::whom_it_asks(gateway.name)).map(str::to_owned),
        ));
    }
    looks.push(match gateway {
        Some(gateway) => in_its_log(gateway, case),
        None => look(
            "Then read the gateway's error log at this time: it says what the gateway met, and mostly at which address."
                .to_owned(),
            None,
        ),
    });
    looks.push(look(
        format!(
            "Where its log has nothing at this time, look for a rule of its own that answers so{}.",
            rules(gateway)
        ),
        None,
    ));
    looks.push(look(
        "Where the address is the same, compare how the gateway asks with how it was asked here: in plain HTTP or over TLS, with \
         which Host, and with which server name (SNI)."
            .to_owned(),
        None,
    ));
    looks
}

/// An error of its own at once, beside an upstream that fares well: what of its rules commonly answers so.
fn own_rule(gateway: &Gateway, case: &Case<'_>) -> Option<RemedyText> {
    let status = case.contrast.answer.status().filter(|&status| status >= 500)?;
    let rule = gateway::by_rule(gateway.name, status)?;
    case.known.filter(|known| known.own_error && case.contrast.gateway_seconds() < AT_ONCE)?;
    Some(look(
        format!(
            "A {status} of {title}'s own within {} commonly comes of {}: {title} asks no upstream then. Whether it is that is not \
             seen from here; {}.",
            figures::seconds(case.contrast.gateway_seconds()),
            rule.directives,
            rule.log,
            title = gateway.title,
        ),
        None,
    ))
}

/// A gateway that answers within this time (in seconds) asked nobody who made it wait.
const AT_ONCE: f64 = 0.1;

/// What lets an upgrade through: at the gateway that was recognised, or at those of which it is known that they have to be told.
fn of_upgrade(gateway: Option<&'static Gateway>) -> Vec<RemedyText> {
    let names: Vec<&str> =
        gateway.map_or_else(|| vec!["nginx", "apache", "envoy"], |gateway| vec![gateway.name]);
    let settings = names.into_iter().flat_map(|name| gateway::settings(name, Asking::Upgrade));
    settings
        .map(|setting| RemedyText {
            fix_for: FixFor::Gateway,
            advice: setting.advice.to_owned(),
            config: Some(setting.config.to_owned()),
        })
        .collect()
}

/// Which directives can be such a rule: those of this gateway, or of all that are known where it is not recognised.
fn rules(gateway: Option<&'static Gateway>) -> String {
    let is_meant = |name: &str| gateway.is_none_or(|gateway| gateway.name == name);
    let named = |name: &str, words: &str| match gateway::by_name(name) {
        Some(product) if gateway.is_none() => format!("{words} in {}", product.title),
        _ => words.to_owned(),
    };
    let words: Vec<String> = gateway::own_answers()
        .iter()
        .filter(|(name, _)| is_meant(name))
        .map(|(name, words)| named(name, words))
        .collect();
    if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) }
}

/// What is to be done about a limit of the gateway's own.
fn refused(gateway: Option<&'static Gateway>, case: &Case<'_>) -> Vec<RemedyText> {
    let limit = RemedyText {
        fix_for: FixFor::Gateway,
        advice: "Raise that limit if such requests are right, or send a smaller one: large cookies and uploads are the usual \
                 reason."
            .to_owned(),
        config: None,
    };
    let refusal = gateway.and_then(|gateway| {
        let body = &case.contrast.gateway.reading.as_ref()?.body;
        let refusal = gateway::refusal(gateway.name, case.contrast.answer.status()?, body)?;
        Some((gateway, refusal)).filter(|_| !refusal.log.is_empty())
    });
    let log = refusal.map(|(gateway, refusal)| {
        look(format!("Look for {} of {}, at this time: that settles it.", refusal.log, gateway.title), None)
    });
    [limit].into_iter().chain(log).collect()
}

/// The lines to look for in the log of a gateway that answered so, and so soon.
fn in_its_log(gateway: &'static Gateway, case: &Case<'_>) -> RemedyText {
    let status = case.contrast.answer.status();
    let over_tls = case.contrast.direct.is_some_and(|direct| direct.url.starts_with("https:"));
    let mut lines =
        status.map_or_else(Vec::new, |status| gateway::lines_of_status(gateway, status, over_tls));
    if case.contrast.gateway_seconds() < SOONEST_TIMEOUT {
        lines.retain(|line| !line.fault.error_type.is_wait());
    }
    let place = lines.first().or(gateway.log_lines.first().as_ref()).map_or("log", |line| line.place);
    if lines.is_empty() {
        return look(
            format!(
                "Then read {}'s {place} at this time; `why502 explain {}` has the lines that it writes, and for which fault.",
                gateway.title, gateway.name
            ),
            None,
        );
    }
    let mut shown: Vec<String> = Vec::new();
    for line in lines {
        let line = super::remedy::noted(line.text, line.note);
        if !shown.contains(&line) {
            shown.push(line);
        }
    }
    let names = gateway::address_in_log(gateway.name).map(|names| format!(" {names}")).unwrap_or_default();
    look(
        format!(
            "Then look in {}'s {place}, at this time, for what it met.{names} Mostly it is one of these:",
            gateway.title
        ),
        Some(shown.join("\n")),
    )
}

fn look(advice: String, config: Option<String>) -> RemedyText {
    RemedyText { fix_for: FixFor::Investigation, advice, config }
}
