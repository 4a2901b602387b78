//! What holds for any bytes, and for the wire cases with any byte changed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use why502::http1::{Asked, Body, Field, Message, Reader, Reading, StreamEnd};

use crate::wire::{Case, cases};

const ENDS: [StreamEnd; 4] = [StreamEnd::Fin, StreamEnd::Reset, StreamEnd::Open, StreamEnd::Truncated];

/// A wire case as it stands.
fn case() -> impl Strategy<Value = Case> {
    select(cases().into_iter().filter(|case| case.bytes.len() < 16 * 1024).collect::<Vec<_>>())
}

/// A wire case of which some bytes are changed, dropped or doubled.
fn mutated_case() -> impl Strategy<Value = Case> {
    let changes = vec((any::<Index>(), 0..4_u8, any::<u8>()), 1..6);
    (case(), changes).prop_map(|(mut case, changes)| {
        for (index, kind, byte) in changes {
            if case.bytes.is_empty() {
                break;
            }
            let at = index.index(case.bytes.len());
            match kind {
                0 => case.bytes[at] = byte,
                1 => drop(case.bytes.remove(at)),
                2 => case.bytes.insert(at, b"\r\n :;,0f"[usize::from(byte) % 8]),
                _ => case.bytes.truncate(at),
            }
        }
        case
    })
}

fn read_in_pieces(case: &Case, cuts: &[Index], end: StreamEnd) -> Reading {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(case.bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut reader = Reader::new(case.asked.clone());
    let mut from = 0;
    for to in places.into_iter().chain([case.bytes.len()]) {
        reader.push(&case.bytes[from..to]);
        from = to;
    }
    reader.finish(end)
}

fn check_bounds(reading: &Reading) -> Result<(), TestCaseError> {
    for defect in &reading.defects {
        prop_assert!(defect.offset + defect.length <= reading.received, "{defect:?} in {}", reading.received);
        prop_assert!(defect.text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{defect:?}");
        prop_assert!(defect.text.ends_with('.'), "{defect:?}");
    }
    prop_assert!(reading.defects.is_sorted_by_key(|defect| defect.offset));
    prop_assert!(reading.defects.len() <= 256);
    prop_assert!(reading.messages.len() <= 32);
    prop_assert!(reading.bytes.0.len() <= Reading::KEPT);
    prop_assert!(reading.body.beginning.0.len() <= Body::KEPT);
    prop_assert!(reading.leftover.beginning.0.len() <= 256);
    for message in &reading.messages {
        prop_assert!(message.fields.len() <= Message::FIELDS_KEPT);
        prop_assert!(message.fields.iter().all(|field| field.value.0.len() <= Field::VALUE_KEPT));
        prop_assert!(message.offset + message.head_size <= reading.received);
    }
    let heads: u64 = reading.messages.iter().map(|message| message.head_size).sum();
    prop_assert!(heads + reading.body.length + reading.leftover.length <= reading.received);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_reads_the_same(case in case(), cuts in vec(any::<Index>(), 0..12), end in select(&ENDS)) {
        prop_assert_eq!(read_in_pieces(&case, &cuts, end), case.read(end), "{}", case.name);
    }

    #[test]
    fn any_split_of_a_changed_stream_reads_the_same(
        case in mutated_case(),
        cuts in vec(any::<Index>(), 0..12),
        end in select(&ENDS),
    ) {
        let whole = case.read(end);
        check_bounds(&whole)?;
        prop_assert_eq!(read_in_pieces(&case, &cuts, end), whole, "{}", case.name);
    }

    #[test]
    fn any_bytes_are_read_within_the_bounds(bytes in vec(any::<u8>(), 0..3000), end in select(&ENDS)) {
        let case = Case { name: String::new(), asked: Asked::default(), bytes };
        let whole = case.read(end);
        check_bounds(&whole)?;
        let mut reader = Reader::new(case.asked.clone());
        for byte in &case.bytes {
            reader.push(&[*byte]);
        }
        prop_assert_eq!(reader.finish(end), whole);
    }
}

#[test]
fn byte_by_byte_every_case_reads_the_same_and_within_the_bounds() {
    for case in cases() {
        for end in ENDS {
            let whole = case.read(end);
            check_bounds(&whole).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let mut reader = Reader::new(case.asked.clone());
            for byte in &case.bytes {
                reader.push(&[*byte]);
            }
            assert_eq!(reader.finish(end), whole, "{}", case.name);
        }
    }
}

#[test]
fn a_recording_gives_the_reading_back() {
    for case in cases() {
        let reading = case.read(StreamEnd::Fin);
        let recorded = serde_json::to_string(&reading).unwrap();
        assert_eq!(serde_json::from_str::<Reading>(&recorded).unwrap(), reading, "{}", case.name);
    }
}

/// Pushes the same bytes many times, as a server would that never ends its head.
fn read_repeated(beginning: &[u8], piece: &[u8], times: usize) -> Reading {
    let mut reader = Reader::new(Asked::default());
    reader.push(beginning);
    for _ in 0..times {
        reader.push(piece);
    }
    reader.finish(StreamEnd::Open)
}

#[test]
fn a_field_without_end_is_read_within_the_bounds() {
    let piece = vec![b'a'; 64 * 1024];
    let reading = read_repeated(b"HTTP/1.1 200 OK\r\nX: ", &piece, 200);
    check_bounds(&reading).unwrap();
    assert_eq!(reading.received, 20 + 200 * 64 * 1024);
    assert_eq!(reading.messages[0].head_size, reading.received);
}

#[test]
fn a_line_without_colon_and_without_end_is_read_within_the_bounds() {
    let reading = read_repeated(b"HTTP/1.1 200 OK\r\n", &vec![b'a'; 64 * 1024], 50);
    check_bounds(&reading).unwrap();
}

#[test]
fn fields_without_end_are_read_within_the_bounds() {
    let fields = format!("X: {}\r\nX Y : \x00\r\ngarbage\r\n", "y".repeat(10_000)).repeat(10);
    let reading = read_repeated(b"HTTP/1.1 200 OK\r\n", fields.as_bytes(), 100);
    check_bounds(&reading).unwrap();
    assert_eq!(reading.messages[0].field_count, 2000);
    let kept: usize = reading.messages[0].fields.iter().map(|field| field.value.0.len()).sum();
    assert!(kept <= 1024 * 1024);
}

#[test]
fn interim_responses_without_end_are_read_within_the_bounds() {
    let interim = b"HTTP/1.1 103 Early Hints\r\nLink : </a.css>\r\n\r\n".repeat(100);
    let reading = read_repeated(b"", &interim, 100);
    check_bounds(&reading).unwrap();
    assert_eq!(reading.messages.len(), 32);
}
