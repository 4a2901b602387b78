//! The JSON report and its schema.

use serde_json::Value;
use why502::report::{json, schema};

use super::cases;

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&parsed(&schema())).unwrap()
}

#[test]
fn every_case_is_what_the_schema_says() {
    let validator = validator();
    for (name, (seen, diagnosis)) in cases::all() {
        let report = parsed(&json(&seen, &diagnosis));
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn what_the_schema_does_not_know_fails() {
    let validator = validator();
    let (seen, diagnosis) = cases::reset_in_head();
    let report = parsed(&json(&seen, &diagnosis));
    for (pointer, wrong) in [
        ("/verdict/outcome", Value::from("confused")),
        ("/verdict/blame", Value::from("weather")),
        ("/exchanges/0/end", Value::Null),
        ("/exchanges/1/defects/0/code", Value::from("no-such-code")),
        ("/elapsed", Value::from("0.01 s")),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
}

#[test]
fn the_fixed_fields_are_there_in_their_order() {
    let (seen, diagnosis) = cases::reset_in_head();
    let text = json(&seen, &diagnosis);
    let mut from = 0;
    let top =
        ["format", "tool", "started", "elapsed", "request", "gateway", "verdict", "findings", "warnings"];
    let rest = ["ruled_out", "not_examined", "exchanges"];
    for key in top.iter().chain(&rest) {
        let at = text[from..].find(&format!("\n  \"{key}\":"));
        from += at.unwrap_or_else(|| panic!("{key} is missing or out of order"));
    }
    let report = parsed(&text);
    assert_eq!(report["verdict"]["expected_status"], 502);
    assert_eq!(report["verdict"]["status_is_right"], true);
    assert_eq!(report["exchanges"][0]["phases"]["wait"]["start"], 0.000_25);
    assert_eq!(report["exchanges"][1]["phases"].get("body"), None);
    assert_eq!(report["findings"][0]["evidence"][0]["place"]["kind"], "bytes");
}

#[test]
fn one_report_as_a_whole() {
    let (seen, diagnosis) = cases::space_before_colon();
    insta::assert_snapshot!("json_space_before_colon", json(&seen, &diagnosis));
}

#[test]
fn everything_in_the_schema_is_described() {
    let schema = parsed(&schema());
    let mut bare = Vec::new();
    described("", &schema, &mut bare);
    assert!(bare.is_empty(), "{bare:#?}");
}

/// Collects the properties that neither have a description nor refer to a type, which has one.
pub(crate) fn described(path: &str, value: &Value, bare: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        if let Some(items) = value.as_array() {
            for (index, item) in items.iter().enumerate() {
                described(&format!("{path}/{index}"), item, bare);
            }
        }
        return;
    };
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            let has = ["description", "const", "$ref"].iter().any(|key| property.get(key).is_some());
            if !has {
                bare.push(format!("{path}/{name}"));
            }
        }
    }
    for (key, inner) in object {
        described(&format!("{path}/{key}"), inner, bare);
    }
}
