//! `why502 read`: one stream of bytes.

use serde_json::Value;
use why502::http1::{CutAt, Defect, DefectCode, StreamEnd, WireBytes};
use why502::report::{TextOptions, read_json, read_text};

use super::{cases, fixtures};

#[test]
fn a_reading_with_a_defect_and_a_cut() {
    let mut reading = fixtures::reading(
        b"HTTP/1.1 200 OK\r\nServer: legacy\nContent-Length : 10\r\nX-Odd: a\x00b\r\n\r\nhello",
    );
    reading.end = StreamEnd::Reset;
    reading.cut = Some(CutAt::Body);
    reading.defects = vec![
        Defect::new(DefectCode::BareLf, 31, 1, "The line ends with LF alone."),
        Defect::new(DefectCode::SpaceBeforeColon, 46, 1, "A space between field name and colon."),
        Defect::new(DefectCode::ValueNul, 61, 1, "NUL in the value of X-Odd."),
        Defect::new(DefectCode::BodyShort, 72, 0, "5 of 10 bytes came."),
    ];
    insta::assert_snapshot!("read_defects", read_text(&reading, "reply.bin", &TextOptions::default()));
}

#[test]
fn interim_responses_trailers_and_leftovers_are_told() {
    let mut reading = fixtures::reading(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut early = reading.messages[0].clone();
    early.interim = true;
    early.status = Some(103);
    early.reason = WireBytes::from("Early Hints");
    early.fields.clear();
    reading.messages[0].field_count = 600;
    reading.messages.insert(0, early);
    reading.body.chunks = 2;
    reading.body.length = 2_000_000;
    reading.body.codings = vec!["gzip".into()];
    reading.body.decoded_length = Some(3_000_000);
    reading.body.trailers = reading.messages[1].fields.clone();
    reading.leftover.length = 7;
    reading.leftover.beginning = WireBytes::from("\u{1b}[2Jxyz");
    insta::assert_snapshot!(
        "read_whole",
        read_text(&reading, "standard \u{202e}input", &TextOptions::default())
    );
}

#[test]
fn the_json_is_the_reading_itself() {
    let (seen, _) = cases::space_before_colon();
    let reading = seen.exchanges[1].reading.as_ref().unwrap();
    let value: Value = serde_json::from_str(&read_json(reading)).unwrap();
    assert_eq!(value["format"], 1);
    assert_eq!(value["defects"][0]["code"], "space-before-colon");
    assert_eq!(serde_json::from_value::<why502::http1::Reading>(value).unwrap(), *reading);
}
