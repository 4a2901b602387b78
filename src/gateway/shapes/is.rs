//! By what the shapes are told apart: the bytes of a defect, and what stands around them.

use crate::http1::{Defect, FramingRule, Message, Reading, WireBytes};

fn bytes<'a>(defect: &Defect, reading: &'a Reading) -> &'a [u8] {
    reading.excerpt(defect.offset, defect.length)
}

/// `http/1.1`: the right name, written otherwise.
pub(super) fn is_http_in_small_letters(defect: &Defect, reading: &Reading) -> bool {
    matches!(bytes(defect, reading), [name @ .., b'/', b'1', b'.', b'0' | b'1'] if name.eq_ignore_ascii_case(b"HTTP"))
}

/// `HTTQ/1.1`, `XXXX/2.0`. With version 1.0 it comes through as it is.
pub(super) fn is_four_capitals(defect: &Defect, reading: &Reading) -> bool {
    matches!(bytes(defect, reading), [name @ .., b'/', major @ b'1'..=b'9', b'.', minor @ b'0'..=b'9']
        if name.len() == 4 && name.iter().all(u8::is_ascii_uppercase) && (*major, *minor) != (b'1', b'0'))
}

pub(super) fn is_icy(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading) == b"ICY"
}

/// The version, without `HTTP/`.
fn number<'a>(defect: &Defect, reading: &'a Reading) -> &'a [u8] {
    bytes(defect, reading).strip_prefix(b"HTTP/").unwrap_or_default()
}

/// `HTTP/2.0`, `HTTP/9.9`.
pub(super) fn is_later_major(defect: &Defect, reading: &Reading) -> bool {
    matches!(number(defect, reading), [b'2'..=b'9', b'.', b'0'..=b'9'])
}

/// The form of a version, whichever it is.
pub(super) fn is_two_digits(defect: &Defect, reading: &Reading) -> bool {
    matches!(number(defect, reading), [b'0'..=b'9', b'.', b'0'..=b'9'])
}

/// `HTTP/2`, `HTTP/1.10`, `HTTP/1.1x`.
pub(super) fn is_no_two_digits(defect: &Defect, reading: &Reading) -> bool {
    !is_two_digits(defect, reading)
}

/// `HTTP/1.10`, `HTTP/01.1`: numbers of any length, with a dot.
pub(super) fn is_two_numbers(defect: &Defect, reading: &Reading) -> bool {
    let mut parts = number(defect, reading).split(|&byte| byte == b'.');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number) && parts.next().is_none()
}

/// The same without a zero at the beginning.
pub(super) fn is_two_numbers_above_0(defect: &Defect, reading: &Reading) -> bool {
    is_two_numbers(defect, reading) && !number(defect, reading).starts_with(b"0")
}

pub(super) fn is_0_9(defect: &Defect, reading: &Reading) -> bool {
    number(defect, reading) == b"0.9"
}

/// `HTTP/1.10`, `HTTP/1.`
pub(super) fn is_1_and_more(defect: &Defect, reading: &Reading) -> bool {
    number(defect, reading).starts_with(b"1.")
}

/// A status of digits that are not three.
pub(super) fn is_number(defect: &Defect, reading: &Reading) -> bool {
    let bytes = bytes(defect, reading);
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// 600 to 999; the others out of range begin with 0.
pub(super) fn is_from_600(defect: &Defect, reading: &Reading) -> bool {
    matches!(bytes(defect, reading), [b'6'..=b'9', ..])
}

/// Only the space is missing that stands before an empty reason phrase: `HTTP/1.1 200`.
pub(super) fn lacks_only_a_space(defect: &Defect, reading: &Reading) -> bool {
    defect.length == 0 && matches!(reading.excerpt(defect.offset, 1), [b'\r' | b'\n'])
}

/// Characters that can be seen, or are not of ASCII: no space and no control.
pub(super) fn is_visible(defect: &Defect, reading: &Reading) -> bool {
    let bytes = bytes(defect, reading);
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_graphic() || !byte.is_ascii())
}

pub(super) fn is_spaces(defect: &Defect, reading: &Reading) -> bool {
    let bytes = bytes(defect, reading);
    !bytes.is_empty() && bytes.iter().all(|&byte| byte == b' ')
}

/// A limit of 100 fields in which the fields of the connection do not count.
pub(super) fn is_100_beside_connection(_: &Defect, reading: &Reading) -> bool {
    reading.response().is_some_and(|response| {
        let uncounted = response.values("Connection").filter(|value| is_about_keeping(value)).count();
        response.field_count.saturating_sub(uncounted as u64) <= 100
    })
}

fn is_about_keeping(value: &WireBytes) -> bool {
    value.eq_ignore_case("close") || value.eq_ignore_case("keep-alive")
}

/// No field has several lengths.
pub(super) fn is_in_fields_of_their_own(_: &Defect, reading: &Reading) -> bool {
    reading
        .response()
        .is_some_and(|response| response.values("Content-Length").all(|value| !value.0.contains(&b',')))
}

/// The length is that of the body without its chunks, if there is to be one.
pub(super) fn is_the_true_length(_: &Defect, reading: &Reading) -> bool {
    if reading.framing.as_ref().is_some_and(|framing| framing.rule == FramingRule::NoBody) {
        return true;
    }
    let says = |response: &Message| response.text("Content-Length")?.trim().parse().ok();
    reading.response().and_then(says) == Some(reading.body.length)
}

/// `Transfer-Encoding: identity`, which RFC 2616 knew, and no other.
pub(super) fn is_identity_alone(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, |value| value.eq_ignore_ascii_case(b"identity"))
}

/// `chunked` several times, each in a line of its own.
pub(super) fn is_chunked_line_by_line(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, |value| value.eq_ignore_ascii_case(b"chunked"))
}

/// The same in small letters.
pub(super) fn is_small_chunked_line_by_line(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, |value| value == b"chunked")
}

/// `identity` or `chunked` in each line, in small letters.
pub(super) fn is_identity_or_chunked(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, |value| value == b"identity" || value == b"chunked")
}

/// An empty line of it beside `chunked`.
pub(super) fn is_empty_beside_chunked(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, |value| value.is_empty() || value == b"chunked")
        && !are_codings(reading, <[u8]>::is_empty)
}

fn are_codings(reading: &Reading, is: impl Fn(&[u8]) -> bool) -> bool {
    reading
        .response()
        .is_some_and(|response| response.values("Transfer-Encoding").all(|value| is(value.0.trim_ascii())))
}

pub(super) fn has_a_final_response(_: &Defect, reading: &Reading) -> bool {
    reading.response().is_some()
}

/// 102 counts as a final one where it is not known.
pub(super) fn has_a_final_response_and_no_102(_: &Defect, reading: &Reading) -> bool {
    reading.response().is_some() && reading.interim().all(|message| message.status != Some(102))
}

/// Two spaces or more in the place of one; not those before the status line.
pub(super) fn is_wide_gap(defect: &Defect, reading: &Reading) -> bool {
    defect.length > 1 && is_spaces(defect, reading) && !is_before_status_line(defect, reading)
}

/// White space before the status line.
pub(super) fn is_before_status_line(defect: &Defect, reading: &Reading) -> bool {
    reading.messages.iter().any(|message| message.offset == defect.offset)
}

/// `HTTP/1.1<TAB>200`.
pub(super) fn is_tab_before_status(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading) == b"\t" && !is_before_status_line(defect, reading)
}

/// `200<TAB>OK`.
pub(super) fn is_tab_after_status(defect: &Defect, reading: &Reading) -> bool {
    is_after_status(defect, reading) && reading.excerpt(defect.offset, 1) == b"\t"
}

/// `200OK`, `200-OK`.
pub(super) fn is_reason_at_once(defect: &Defect, reading: &Reading) -> bool {
    is_after_status(defect, reading) && !matches!(reading.excerpt(defect.offset, 1), [b'\t' | b'\r' | b'\n'])
}

/// Something is missing after three digits; in `HTTP/1.1200` it is missing before them.
fn is_after_status(defect: &Defect, reading: &Reading) -> bool {
    let before = reading.excerpt(defect.offset.saturating_sub(3), 3);
    defect.length == 0 && before.len() == 3 && before.iter().all(u8::is_ascii_digit)
}

/// Any control in a reason phrase but CR.
pub(super) fn is_no_cr(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading) != b"\r"
}

/// A line that ends with `CR CR LF`.
pub(super) fn is_cr_at_the_end(defect: &Defect, reading: &Reading) -> bool {
    reading.excerpt(defect.offset, 3) == b"\r\r\n"
}

/// A second status line among the fields, as IIS was known to send it.
pub(super) fn is_status_line(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading).starts_with(b"HTTP/")
}

pub(super) fn is_at_sign(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading) == b"@"
}

/// Before the colon of any field but `Content-Length`.
pub(super) fn is_spaces_after_another_name(defect: &Defect, reading: &Reading) -> bool {
    const NAME: &[u8] = b"Content-Length";
    let length = NAME.len() as u64;
    let before = reading.excerpt(defect.offset.saturating_sub(length), length);
    is_spaces(defect, reading) && !before.eq_ignore_ascii_case(NAME)
}

/// `Content-Length:` without a value.
pub(super) fn is_without_value(defect: &Defect, reading: &Reading) -> bool {
    if reading.response().is_some_and(|response| response.values("Content-Length").count() > 1) {
        return false;
    }
    let line = bytes(defect, reading);
    line.split(|&byte| byte == b':').nth(1).is_some_and(|value| value.trim_ascii().is_empty())
}

/// White space alone.
pub(super) fn is_white_space(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading).iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// White space, or a semicolon that nothing follows.
pub(super) fn is_next_to_nothing(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading).iter().all(|byte| matches!(byte, b' ' | b'\t' | b';'))
}

/// More before the status line than an empty line.
pub(super) fn is_no_empty_line(defect: &Defect, reading: &Reading) -> bool {
    !matches!(bytes(defect, reading), b"\r\n" | b"\n")
}

pub(super) fn is_lone_cr(defect: &Defect, reading: &Reading) -> bool {
    bytes(defect, reading) == b"\r"
}

/// In an interim response.
pub(super) fn is_in_interim(defect: &Defect, reading: &Reading) -> bool {
    let holds = |message: &Message| {
        (message.offset..message.offset.saturating_add(message.head_size)).contains(&defect.offset)
    };
    reading.interim().any(holds)
}

pub(super) fn is_in_final(defect: &Defect, reading: &Reading) -> bool {
    !is_in_interim(defect, reading)
}

/// More digits than a status has.
pub(super) fn is_long_number(defect: &Defect, reading: &Reading) -> bool {
    is_number(defect, reading) && defect.length > 3
}

/// Digits, but not one alone.
pub(super) fn is_two_digits_or_more(defect: &Defect, reading: &Reading) -> bool {
    is_number(defect, reading) && defect.length > 1
}

/// Before anything of the value.
pub(super) fn is_cr_at_the_start(defect: &Defect, reading: &Reading) -> bool {
    matches!(reading.excerpt(defect.offset.saturating_sub(2), 2), b": " | [_, b':'])
}

/// `Content-Length: 3,`
pub(super) fn is_with_a_comma_at_the_end(defect: &Defect, reading: &Reading) -> bool {
    let line = bytes(defect, reading).trim_ascii();
    let value = line.split(|&byte| byte == b':').nth(1).unwrap_or_default().trim_ascii();
    let Some(number) = value.strip_suffix(b",") else { return false };
    !number.is_empty() && number.iter().all(u8::is_ascii_digit)
}

/// More than a signed number of 64 bits holds, and not more than one without a sign.
pub(super) fn is_of_64_bits(defect: &Defect, reading: &Reading) -> bool {
    let line = bytes(defect, reading);
    let value = line.split(|&byte| byte == b':').nth(1).map(<[u8]>::trim_ascii);
    value.and_then(|value| std::str::from_utf8(value).ok()).is_some_and(|value| value.parse::<u64>().is_ok())
}

/// `Transfer-Encoding:` without a value.
pub(super) fn is_empty_coding(_: &Defect, reading: &Reading) -> bool {
    are_codings(reading, <[u8]>::is_empty)
}

/// LF alone at the end of the status line, or of the head, and nowhere between.
pub(super) fn is_lf_around_the_fields(defect: &Defect, reading: &Reading) -> bool {
    let Some(response) = reading.response().filter(|_| !is_in_chunked_body(defect, reading)) else {
        return false;
    };
    let head = reading.excerpt(response.offset, response.head_size);
    let first = head.iter().position(|&byte| byte == b'\n');
    let mut bare = head.windows(2).enumerate().filter(|(_, pair)| pair[1] == b'\n' && pair[0] != b'\r');
    bare.all(|(at, _)| Some(at + 1) == first || at + 2 == head.len())
}

/// Behind the head: in a line of the chunked coding, or in a trailer.
pub(super) fn is_in_chunked_body(defect: &Defect, reading: &Reading) -> bool {
    reading.response().is_some_and(|response| defect.offset >= body_of(response))
}

/// In the line of the first chunk size, as where an upstream writes all of its lines so.
pub(super) fn is_in_first_chunk_line(defect: &Defect, reading: &Reading) -> bool {
    let Some(start) = reading.response().map(body_of) else { return false };
    let before = defect.offset.checked_sub(start).map(|length| reading.excerpt(start, length));
    before.is_some_and(|before| !before.contains(&b'\n'))
}

fn body_of(response: &Message) -> u64 {
    response.offset.saturating_add(response.head_size)
}

/// Not a single line ends.
pub(super) fn is_without_line_end(_: &Defect, reading: &Reading) -> bool {
    !reading.bytes.0.is_empty() && !reading.bytes.0.contains(&b'\n')
}

/// The first line is text, and no more than that: `220 mail.example.com ESMTP`.
pub(super) fn is_line_of_text(_: &Defect, reading: &Reading) -> bool {
    let Some(end) = reading.bytes.0.iter().position(|&byte| byte == b'\n') else { return false };
    let line = reading.bytes.0.get(..end).unwrap_or_default().trim_ascii_end();
    !line.is_empty() && line.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The first line is text with a colon in it, and no empty line follows: `{"a":1}`, `-ERR: no`.
pub(super) fn is_text_with_colon_without_end(defect: &Defect, reading: &Reading) -> bool {
    let bytes = &reading.bytes.0;
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let ends = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    is_line_of_text(defect, reading) && first.contains(&b':') && !ends(b"\n\n") && !ends(b"\r\n\r\n")
}
