//! What is said of every case, as one table: a change of a cause shows here which verdicts it changes.

use std::fmt::Write;

use why502::diagnosis::Finding;

use super::{Case, all};

#[test]
fn what_is_said_of_every_case() {
    let mut text = String::new();
    let mut cause = String::new();
    for case in all() {
        if case.cause != cause {
            cause.clone_from(&case.cause);
            writeln!(text, "\n{cause}").unwrap();
        }
        row(&mut text, &case).unwrap();
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(text.trim_start());
    });
}

fn row(text: &mut String, case: &Case) -> std::fmt::Result {
    let verdict = &case.diagnosis.verdict;
    let number = |status: Option<u16>| status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let right = match verdict.status_is_right {
        Some(true) => "right",
        Some(false) => "wrong",
        None => "-",
    };
    writeln!(
        text,
        "  {:<46} {:<11} {:<33} {:<10} {:<12} {}/{}/{right}",
        case.name,
        verdict.outcome.name(),
        verdict.cause.as_deref().unwrap_or("-"),
        verdict.strength.map_or("-", |strength| strength.name()),
        format!("{:?}", verdict.blame).to_lowercase(),
        number(verdict.gateway_status),
        number(verdict.expected_status),
    )?;
    writeln!(text, "      {}", verdict.sentence)?;
    further(text, "also", case.diagnosis.findings.get(1..).unwrap_or_default())?;
    further(text, "warns of", &case.diagnosis.warnings)
}

fn further(text: &mut String, word: &str, findings: &[Finding]) -> std::fmt::Result {
    if findings.is_empty() {
        return Ok(());
    }
    let named: Vec<String> =
        findings.iter().map(|finding| format!("{} ({})", finding.cause, finding.strength.name())).collect();
    writeln!(text, "      {word}: {}", named.join(", "))
}
