//! The text for the terminal.

use why502::diagnosis::{Diagnosis, FixFor, Strength};
use why502::observation::Phase;
use why502::proxy_status::ErrorType;
use why502::report::{TextOptions, text};

use super::{cases, fixtures};

#[test]
fn every_case_at_80_columns_without_colour() {
    for (name, (seen, diagnosis)) in cases::all() {
        insta::assert_snapshot!(name, text(&seen, &diagnosis, &TextOptions::default()));
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    for (name, (seen, diagnosis)) in cases::all() {
        let plain = text(&seen, &diagnosis, &TextOptions::default());
        let coloured = text(&seen, &diagnosis, &TextOptions { colour: true, ..TextOptions::default() });
        assert!(coloured.contains('\u{1b}'), "{name} has colour");
        assert_eq!(without_colour(&coloured), plain, "{name}");
    }
}

#[test]
fn narrow_terminals_get_one_route_below_the_other() {
    let (seen, diagnosis) = cases::reset_in_head();
    let narrow = text(&seen, &diagnosis, &TextOptions { width: 50, ..TextOptions::default() });
    insta::assert_snapshot!("reset_in_head_narrow", narrow);
}

#[test]
fn verbose_tells_every_cause_that_was_ruled_out_and_the_heads() {
    let (seen, diagnosis) = cases::reset_in_head();
    let verbose = text(&seen, &diagnosis, &TextOptions { verbose: true, ..TextOptions::default() });
    insta::assert_snapshot!("reset_in_head_verbose", verbose);
}

/// Takes out SGR sequences and the white space before line ends.
fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[test]
fn a_url_that_fits_on_a_line_is_never_broken() {
    let (seen, diagnosis) = cases::reset_in_head();
    for width in [40, 50, 60, 80, 100] {
        let shown = text(&seen, &diagnosis, &TextOptions { width, ..TextOptions::default() });
        // Lines that are to be copied are as long as they are.
        let table = shown.split("What to change").next().unwrap();
        let asked = table.split("asked").nth(1).unwrap();
        for exchange in &seen.exchanges {
            assert!(table.contains(&exchange.url) && exchange.url.len() + 4 <= width, "{width}: {asked}");
        }
        assert_eq!(table.lines().find(|line| line.chars().count() > width), None, "{width}");
    }
}

#[test]
fn beside_a_cause_a_candidate_asks_for_no_stop_gap_at_the_gateway() {
    let mut candidate =
        fixtures::finding("invalid-chunk", ErrorType::HttpProtocolError, Phase::Body, "It may be.");
    candidate.strength = Strength::Consistent;
    candidate.remedies = vec![
        fixtures::remedy(FixFor::Upstream, "Mend it there.", None),
        fixtures::remedy(FixFor::Gateway, "Let it pass here.", None),
        fixtures::remedy(FixFor::Investigation, "Look into the log.", None),
    ];
    let advice = |diagnosis: &Diagnosis| {
        let seen = fixtures::seen(vec![fixtures::gateway(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")]);
        let report = text(&seen, diagnosis, &TextOptions::default());
        ["Mend it there.", "Let it pass here.", "Look into the log."].map(|advice| report.contains(advice))
    };
    let cause = fixtures::finding("upstream-refused", ErrorType::ConnectionRefused, Phase::Connect, "It is.");
    let mut diagnosis = fixtures::fault(cause, Some(502));
    diagnosis.findings.push(candidate.clone());
    assert_eq!(advice(&diagnosis), [true, false, false]);
    // Where it is all there is, all of it helps.
    diagnosis.findings = vec![candidate];
    assert_eq!(advice(&diagnosis), [true, true, true]);
}
