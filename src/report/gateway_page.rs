//! What `why502 explain GATEWAY` shows: what is known of one gateway, in the Markdown of the pages on causes.

use std::fmt::Write as _;

use super::TextOptions;
use super::explain::explained;
use crate::figures;
use crate::gateway::{
    self, Basis, Gateway, Mark, MarkGroup, all_settings, by_rules, disguise, keeps, later, overlooks,
    refusals, retries, whom_it_asks,
};
use crate::http1::DefectCode;
use crate::observation::{CertificateProblem, Phase};
use crate::tolerance::{Attempts, Overlooks, SizeLimit, Treatment};

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
        named("Whom it asks", whom(gateway)),
        named("How it is recognised", recognised(gateway)),
        named("What its errors mean", errors(gateway)),
        named("Answers of its own", of_itself(gateway)),
        named("Its default timeouts towards the upstream", timeouts(gateway)),
        named("How often it tries", attempts(gateway)),
        named("What it does with faulty responses", treatments(gateway)),
        named("What it spoils", spoils(gateway)),
    ];
    let last = [
        named("What to change", changes(gateway)),
        named("What changes how it asks", settings(gateway)),
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
    items.extend(overlooks(gateway.name).map(certificates));
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

/// Which faults in the upstream's certificate it does not mind.
fn certificates(overlooks: &Overlooks) -> String {
    let name = |problem: &CertificateProblem| match problem {
        CertificateProblem::Expired => "expired",
        CertificateProblem::NotYetValid => "not yet valid",
        CertificateProblem::WrongName => "another name",
        CertificateProblem::UnknownIssuer => "unknown issuer",
        CertificateProblem::SelfSigned => "self-signed",
        CertificateProblem::WrongPurpose => "another purpose",
        CertificateProblem::Other => "others",
    };
    let problems: Vec<&str> = overlooks.problems.iter().map(name).collect();
    let beginning = if overlooks.unless.is_empty() {
        "It overlooks".to_owned()
    } else {
        format!("Unless {}, it overlooks", overlooks.unless)
    };
    format!("{beginning} faults in the upstream's certificate: {}.", problems.join(", "))
}

fn errors(gateway: &Gateway) -> Vec<String> {
    let statuses: Vec<String> = gateway.fault_statuses.iter().map(u16::to_string).collect();
    let mut items = vec![format!("It answers faults of its upstream with {}.", statuses.join(", "))];
    items.extend(gateway.sayings.iter().filter(|saying| !saying.means.is_empty()).map(|saying| {
        let means: Vec<&str> = saying.means.iter().map(|kind| kind.token()).collect();
        format!("{}: {}.", met(&saying.mark), means.join(" or "))
    }));
    items
}

/// What it answers without its upstream, or instead of what came of that.
fn of_itself(gateway: &Gateway) -> Vec<String> {
    let by_rule = by_rules(gateway.name).iter().map(|rule| {
        format!(
            "A {} at once, for which it asks nobody, comes of {}: {}.",
            rule.status, rule.directives, rule.log
        )
    });
    let refused = refusals(gateway.name).iter().map(|refusal| {
        let log = if refusal.log.is_empty() { String::new() } else { format!(": {}", refusal.log) };
        format!("With {} it refuses a request because {}{log}.", refusal.status, refusal.limit)
    });
    let disguise = disguise(gateway.name).map(|how| format!("A page instead of an error comes of {how}."));
    by_rule.chain(refused).chain(disguise).collect()
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

fn whom(gateway: &Gateway) -> Vec<String> {
    let command = whom_it_asks(gateway.name);
    command.map(|command| with_config("This shows the addresses:".to_owned(), command)).into_iter().collect()
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
            format!("It {}: {}", done(treatment), codes(rules.map(|rule| rule.code)))
        })
        .collect();
    let sizes = [("The head", tolerance.head_size, "bytes"), ("A field", tolerance.field_size, "bytes")];
    items.extend(sizes.iter().filter_map(|(what, limit, unit)| size(what, (*limit)?, unit)));
    items.extend(tolerance.fields.and_then(|limit| size("The head", limit, "fields")));
    items.extend(in_later_versions(gateway));
    items
}

/// What later versions do otherwise: one item for all that one version does alike.
fn in_later_versions(gateway: &Gateway) -> Vec<String> {
    let mut alike: Vec<(String, Vec<DefectCode>)> = Vec::new();
    for later in later(gateway.name) {
        let (since, source) = (later.since(), later.source);
        let what = format!("Since {since} it {} (by {source}; not measured)", done(later.treatment));
        match alike.iter_mut().find(|(known, _)| *known == what) {
            Some((_, codes)) => codes.extend(later.codes),
            None => alike.push((what, later.codes.to_vec())),
        }
    }
    alike.into_iter().map(|(what, those)| format!("{what}: {}", codes(those.into_iter()))).collect()
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
        Treatment::Passes => "passes on as it came".to_owned(),
        Treatment::Repairs => "repairs".to_owned(),
        Treatment::Refuses(status) => format!("answers {status}"),
        Treatment::Raw => "passes the bytes on without a status line".to_owned(),
        Treatment::Cuts => "breaks off in the middle".to_owned(),
        Treatment::Closes => "closes without a byte".to_owned(),
        Treatment::WaitsThen(status) => format!("waits for more, then answers {status}"),
    }
}

fn spoils(gateway: &Gateway) -> Vec<String> {
    let told = |it: &crate::tolerance::Spoiling| {
        with_config(format!("{}: {}", it.what.words(), it.sentence), it.config)
    };
    gateway.spoils.iter().map(told).collect()
}

/// The log lines, log by log.
fn logs(gateway: &Gateway) -> Vec<(&'static str, Vec<String>)> {
    let mut logs: Vec<(&str, Vec<String>)> = Vec::new();
    for line in gateway.log_lines {
        let note = if line.note.is_empty() { String::new() } else { format!(" ({})", line.note) };
        let told = format!("{}: `{}`{note}", class(&line.fault), line.text);
        match logs.iter_mut().find(|(place, _)| *place == line.place) {
            Some((_, lines)) => lines.push(told),
            None => logs.push((line.place, vec![told])),
        }
    }
    logs
}

fn changes(gateway: &Gateway) -> Vec<String> {
    let told = |remedy: &gateway::Remedy| {
        let when = remedy.when.words().map(|when| format!(", {when}")).unwrap_or_default();
        with_config(format!("{}{when}: {}", class(&remedy.fault), remedy.advice), remedy.config)
    };
    gateway.remedies.iter().map(told).collect()
}

fn settings(gateway: &Gateway) -> Vec<String> {
    let told = |setting: &gateway::Setting| with_config(setting.advice.to_owned(), setting.config);
    all_settings(gateway.name).map(told).collect()
}

fn with_config(mut advice: String, config: &str) -> String {
    if !config.is_empty() {
        let _ = write!(advice, "\n\n```\n{config}\n```");
    }
    advice
}

fn class(fault: &gateway::FaultClass) -> String {
    if fault.phases.is_empty() {
        fault.error_type.token().to_owned()
    } else {
        format!("{} in {}", fault.error_type.token(), phases(fault.phases))
    }
}
