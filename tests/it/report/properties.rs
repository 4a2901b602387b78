//! Whatever strangers send, a report stays harmless and within its width.

use proptest::prelude::*;
use why502::diagnosis::Place;
use why502::http1::{Defect, DefectCode};
use why502::report::{TextOptions, json, read_json, read_text, text};

use super::{cases, fixtures};

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter),
        "[ -~\n\r\t]{0,200}",
        "[\u{1b}\u{9b}\u{202e}\u{200b}a-z東 ]{0,80}",
    ]
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..400),
        proptest::collection::vec(
            prop_oneof![Just(b'\r'), Just(b'\n'), Just(b':'), Just(b' '), b'a'..=b'z'],
            0..400
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_control_byte_and_no_long_line(
        bytes in any_bytes(),
        detail in any_text(),
        sentence in any_text(),
        offset in 0_u64..500,
        length in 0_u64..500,
        width in 20_usize..140,
    ) {
        let (mut seen, mut diagnosis) = cases::hostile();
        let mut upstream = fixtures::direct(&bytes);
        upstream.end = why502::observation::End::Reset;
        upstream.end_detail = Some(detail.clone());
        upstream.peer = Some(detail.clone());
        upstream.sent.head = bytes.as_slice().into();
        seen.exchanges[1] = upstream;
        seen.request.url.clone_from(&detail);
        diagnosis.verdict.sentence.clone_from(&sentence);
        diagnosis.notes = vec![detail.clone()];
        diagnosis.findings[0].sentence.clone_from(&detail);
        diagnosis.findings[0].remedies = vec![fixtures::remedy(why502::diagnosis::FixFor::Gateway, &sentence, None)];
        diagnosis.findings[0].evidence =
            vec![fixtures::evidence(1, Place::Bytes { offset, length }, &sentence)];
        let shown = text(&seen, &diagnosis, &TextOptions { width, verbose: true, ..TextOptions::default() });
        harmless(&shown)?;
        let by_hand = shown.find("To see it by hand").unwrap_or(shown.len());
        within(&shown[..by_hand], width)?;
    }

    #[test]
    fn a_reading_of_any_bytes_is_harmless(
        bytes in any_bytes(),
        name in any_text(),
        places in proptest::collection::vec((0_u64..500, 0_u64..500), 0..4),
        width in 20_usize..140,
    ) {
        let mut reading = fixtures::reading(&bytes);
        reading.defects = places
            .into_iter()
            .map(|(offset, length)| Defect::new(DefectCode::ObsFold, offset, length, name.as_str()))
            .collect();
        reading.leftover.length = bytes.len() as u64;
        reading.leftover.beginning = bytes.as_slice().into();
        let shown = read_text(&reading, &name, &TextOptions { width, ..TextOptions::default() });
        harmless(&shown)?;
        within(&shown, width)?;
        harmless(&read_json(&reading))?;
    }

    #[test]
    fn json_of_any_text_is_harmless_and_means_the_same(text in any_text()) {
        let (mut seen, mut diagnosis) = cases::hostile();
        diagnosis.verdict.sentence.clone_from(&text);
        seen.exchanges[1].end_detail = Some(text.clone());
        let shown = json(&seen, &diagnosis);
        harmless(&shown)?;
        let value: serde_json::Value = serde_json::from_str(&shown)?;
        prop_assert_eq!(&value["verdict"]["sentence"], &text);
        prop_assert_eq!(&value["exchanges"][1]["end_detail"], &text);
    }
}

fn within(text: &str, width: usize) -> Result<(), TestCaseError> {
    for line in text.lines() {
        let columns = why502::report::layout::columns(line);
        prop_assert!(columns <= width.clamp(40, 100), "{columns} > {width}: {line}");
    }
    Ok(())
}

fn harmless(text: &str) -> Result<(), TestCaseError> {
    for character in text.chars() {
        prop_assert!(
            character == '\n' || why502::report::escape::is_harmless(character),
            "{character:?} in {text:?}"
        );
    }
    Ok(())
}
#[test]
fn a_mark_behind_the_last_line_end_stands_on_a_line_of_its_own() {
    let bytes = [&[b'\r'; 179][..], b"::::\r\n"].concat();
    let mut reading = fixtures::reading(&bytes);
    reading.defects = vec![Defect::new(DefectCode::ObsFold, bytes.len() as u64, 0, "")];
    let shown = read_text(&reading, "", &TextOptions { width: 20, ..TextOptions::default() });
    assert!(shown.contains("\n    2 |\n      | ^ obs-fold"), "{shown}");
    within(&shown, 20).unwrap();
}
