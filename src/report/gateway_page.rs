//! What `why502 explain GATEWAY` shows: all that is known of one gateway, in the Markdown of the pages on causes.

use std::fmt::Write as _;

use super::TextOptions;
use super::explain::explained;
use crate::figures;
use crate::gateway::{self, Basis, Gateway, Mark, MarkGroup, keeps, later, retries};
use crate::http1::DefectCode;
use crate::observation::Phase;
use crate::tolerance::{Attempts, SizeLimit, Treatment};

/// The page on one gateway, wrapped for a terminal.
#[must_use]
pub fn gateway_explanation(gateway: &Gateway, options: &TextOptions) -> String {
    let facts = [gateway.name.to_owned(), basis(gateway)];
    explained(gateway.title, &facts, &gateway_page(gateway), options)
}

/// Where the facts are from, in a few words.
fn basis(gateway: &Gateway) -> String {
    match gateway.basis {
        Basis::Measured => format!("measured with {}", gateway.tolerance.measured_with),
        Basis::Documented => gateway.tolerance.measured_with.to_owned(),
    }
}

/// The page itself, without its title.
#[must_use]
pub fn gateway_page(gateway: &Gateway) -> String {
    let logs = logs(gateway).into_iter().map(|(place, lines)| (format!("What it logs: {place}"), lines));
    let named = |heading: &str, items: Vec<String>| (heading.to_owned(), items);
    let sections = [
        named("How it asks its upstream", asking(gateway)),
        named("How it is recognised", recognised(gateway)),
        named("What its statuses mean", statuses(gateway)),
        named("Its default timeouts towards the upstream", timeouts(gateway)),
        named("How often it tries", attempts(gateway)),
        named("What it does with faulty responses", treatments(gateway)),
        named("What it spoils", spoils(gateway)),
    ];
    let last = [
        named("What to change", changes(gateway)),
        named("Its documentation", vec![gateway.docs.to_owned()]),
    ];
    let mut page = String::new();
    for (heading, items) in sections.into_iter().chain(logs).chain(last) {
        if !items.is_empty() {
            let _ = writeln!(page, "## {heading}\n\n- {}\n", items.join("\n- "));
        }
    }
    page
}

fn asking(gateway: &Gateway) -> Vec<String> {
    if gateway.basis == Basis::Documented {
        return Vec::new();
    }
    let mut items = vec![format!("It asks {}.", gateway.asks_upstream)];
    items.extend(keeps(gateway.name).map(|keeps| match keeps.seconds {
        Some(seconds) => {
            format!("It keeps idle connections for {} ({}).", figures::seconds(seconds), keeps.setting)
        }
        None => format!("It keeps idle connections as long as the upstream does ({}).", keeps.setting),
    }));
    items
}

fn recognised(gateway: &Gateway) -> Vec<String> {
    let named = |groups: &[MarkGroup], when: &str| {
        let mut what: Vec<&str> = groups.iter().map(|group| group.what).collect();
        what.dedup();
        (!what.is_empty()).then(|| format!("{when}: {}.", what.join("; ")))
    };
    let own = named(gateway.own_error, "In an error of its own");
    let told: Vec<String> = own.into_iter().chain(named(gateway.relayed, "In what it passes on")).collect();
    if told.is_empty() { vec!["It shows no mark that is its alone.".to_owned()] } else { told }
}

fn statuses(gateway: &Gateway) -> Vec<String> {
    let statuses: Vec<String> = gateway.fault_statuses.iter().map(u16::to_string).collect();
    let mut items = vec![format!("It answers faults of its upstream with {}.", statuses.join(", "))];
    items.extend(gateway.sayings.iter().filter(|saying| !saying.means.is_empty()).map(|saying| {
        let means: Vec<&str> = saying.means.iter().map(|kind| kind.token()).collect();
        format!("{}: {}.", met(&saying.mark), means.join(" or "))
    }));
    items
}

/// What is to be met, in a few words.
fn met(mark: &Mark) -> String {
    match mark {
        Mark::Field(name, value) | Mark::FieldContains(name, value) if value.is_empty() => {
            format!("The field `{name}`")
        }
        Mark::Field(name, value) | Mark::FieldContains(name, value) => format!("`{name}: {value}`"),
        Mark::NoField(name) => format!("No field `{name}`"),
        Mark::FieldSpelling(name) => format!("A field spelled `{name}`"),
        Mark::Reason(reason) => format!("The reason phrase `{reason}`"),
        Mark::Body(text) => format!("`{text}` in the page"),
        Mark::EmptyBody => "No content".to_owned(),
        Mark::Status(statuses) => statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", "),
        Mark::OnlyFields(names) => format!("No other fields than {}", names.join(", ")),
        Mark::FieldInBody { field, .. } => format!("The value of `{field}` in the page"),
        Mark::NamesLowered => "The upstream's fields in lower case".to_owned(),
    }
}

fn timeouts(gateway: &Gateway) -> Vec<String> {
    let told = |timeout: &gateway::Timeout| {
        let limit = timeout.default.map_or_else(|| "none unless it is set".to_owned(), figures::seconds);
        let anew = if timeout.between_reads { ", anew with every byte" } else { "" };
        let phases = phases(timeout.phases);
        format!("`{}`: {limit}{anew}, then {} ({phases})", timeout.directive, timeout.status)
    };
    gateway.timeouts.iter().map(told).collect()
}

fn phases(phases: &[Phase]) -> String {
    phases.iter().map(|phase| phase.name()).collect::<Vec<_>>().join(", ")
}

fn attempts(gateway: &Gateway) -> Vec<String> {
    if gateway.basis == Basis::Documented {
        return Vec::new();
    }
    let told = retries(gateway.name).iter().map(|retries| {
        let often = match retries.attempts {
            Attempts::AtMost(times) => format!("{times} times at the most"),
            Attempts::OneForEachServer => "once for each server that it has".to_owned(),
        };
        format!("It tries {often}, where it fails in {} (`{}`).", phases(retries.phases), retries.directive)
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { vec!["It tries once.".to_owned()] } else { told }
}

fn treatments(gateway: &Gateway) -> Vec<String> {
    let tolerance = &gateway.tolerance;
    let mut kinds: Vec<Treatment> = Vec::new();
    for rule in tolerance.rules {
        if !kinds.contains(&rule.treatment) {
            kinds.push(rule.treatment);
        }
    }
    kinds.sort_by_key(|treatment| treatment.forgives());
    let mut items: Vec<String> = kinds
        .into_iter()
        .map(|treatment| {
            let rules = tolerance.rules.iter().filter(|rule| rule.treatment == treatment);
            format!("{}: {}", done(treatment), codes(rules.map(|rule| rule.code)))
        })
        .collect();
    let sizes = [("The head", tolerance.head_size, "bytes"), ("A field", tolerance.field_size, "bytes")];
    items.extend(sizes.iter().filter_map(|(what, limit, unit)| size(what, (*limit)?, unit)));
    items.extend(tolerance.fields.and_then(|limit| size("The head", limit, "fields")));
    items.extend(later(gateway.name).iter().map(|later| {
        let (codes, done) = (codes(later.codes.iter().copied()), done(later.treatment));
        format!("Since {}, by {} (not measured): {done}: {codes}", later.since(), later.source)
    }));
    items
}

fn size(what: &str, limit: SizeLimit, unit: &str) -> Option<String> {
    (!limit.directive.is_empty())
        .then(|| format!("{what} may have {} {unit} by default (`{}`)", limit.at_most, limit.directive))
}

fn codes(codes: impl Iterator<Item = DefectCode>) -> String {
    codes.map(DefectCode::name).collect::<Vec<_>>().join(", ")
}

fn done(treatment: Treatment) -> String {
    match treatment {
        Treatment::Passes => "passes on as it is".to_owned(),
        Treatment::Repairs => "repairs".to_owned(),
        Treatment::Refuses(status) => format!("answers {status}"),
        Treatment::Raw => "passes the bytes on without a status line".to_owned(),
        Treatment::Cuts => "breaks off in the middle".to_owned(),
        Treatment::Closes => "closes without a byte".to_owned(),
        Treatment::WaitsThen(status) => format!("waits for more, then answers {status}"),
    }
}

fn spoils(gateway: &Gateway) -> Vec<String> {
    let told = |it: &crate::tolerance::Spoiling| format!("{}: {}", it.what.words(), it.sentence);
    gateway.spoils.iter().map(told).collect()
}

/// The log lines, log by log.
fn logs(gateway: &Gateway) -> Vec<(&'static str, Vec<String>)> {
    let mut logs: Vec<(&str, Vec<String>)> = Vec::new();
    for line in gateway.log_lines {
        let told = format!("{}: `{}`", class(&line.fault), line.text);
        match logs.iter_mut().find(|(place, _)| *place == line.place) {
            Some((_, lines)) => lines.push(told),
            None => logs.push((line.place, vec![told])),
        }
    }
    logs
}

fn changes(gateway: &Gateway) -> Vec<String> {
    let told = |remedy: &gateway::Remedy| {
        let mut told = format!("{}: {}", class(&remedy.fault), remedy.advice);
        if !remedy.config.is_empty() {
            let _ = write!(told, "\n\n```\n{}\n```", remedy.config);
        }
        told
    };
    gateway.remedies.iter().map(told).collect()
}

fn class(fault: &gateway::FaultClass) -> String {
    if fault.phases.is_empty() {
        fault.error_type.token().to_owned()
    } else {
        format!("{} in {}", fault.error_type.token(), phases(fault.phases))
    }
}
