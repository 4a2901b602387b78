//! A response head: the status line and the field lines up to the empty line (RFC 9112 sections 4 and 5).
//!
//! [`Head`] takes lines and makes a [`Message`] of them. What it does not do: decide what the fields mean; those
//! that decide about the body are handed on as [`FramingField`]s, all of them, even where a head has more fields
//! than a message keeps.

use super::defects::Defects;
use super::field_line::{self, value_flaws};
use super::grammar::{first, is_blank, quoted, trim, wide};
use super::line::{BareLfs, Line, LineBuffer};
use super::sizes;
use super::status_line::{self, Flaw};
use super::{CutAt, DefectCode, Field, Message, WireBytes};

/// The most fields that decide about the body which are kept of one head.
const FRAMING_FIELDS_KEPT: usize = 64;

/// A field that decides about the body.
#[derive(Debug)]
pub(super) struct FramingField {
    /// Which one.
    pub(super) name: FramingName,
    /// Its value.
    pub(super) value: Vec<u8>,
    /// Offset of its line.
    pub(super) offset: u64,
    /// Size of its line without the line end.
    pub(super) length: u64,
}

/// The fields that decide about the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FramingName {
    ContentLength,
    TransferEncoding,
    ContentEncoding,
}

/// A head that is coming in.
#[derive(Debug)]
pub(super) struct Head {
    lines: LineBuffer,
    has_status_line: bool,
    message: Message,
    field: Option<PendingField>,
    framing: Vec<FramingField>,
    bare_lfs: BareLfs,
    /// Offset and length of the first field that is one too many.
    too_many: Option<(u64, u64)>,
    /// How many bytes of fields may still be kept.
    budget: usize,
}

/// A field whose next line may continue it.
#[derive(Debug)]
struct PendingField {
    field: Field,
    line_end: u64,
}

/// A head that came to its empty line.
#[derive(Debug)]
pub(super) struct WholeHead {
    pub(super) message: Message,
    pub(super) framing: Vec<FramingField>,
    pub(super) budget: usize,
}

impl Head {
    /// A head that begins at `offset` and of whose fields `budget` bytes may be kept.
    pub(super) fn new(offset: u64, budget: usize) -> Self {
        let message = Message {
            offset,
            head_size: 0,
            head_complete: false,
            interim: false,
            version: WireBytes::default(),
            status: None,
            reason: WireBytes::default(),
            field_count: 0,
            fields: Vec::new(),
        };
        Self {
            lines: LineBuffer::new(offset),
            has_status_line: false,
            message,
            field: None,
            framing: Vec::new(),
            bare_lfs: BareLfs::default(),
            too_many: None,
            budget,
        }
    }

    /// Takes bytes up to the end of the line: how many, and whether the head came to its end with it.
    pub(super) fn push(&mut self, bytes: &[u8], defects: &mut Defects) -> (usize, bool) {
        let (used, line) = self.lines.take(bytes);
        (used, line.is_some_and(|line| self.line(&line, defects)))
    }

    /// The whole head, after [`Head::push`] said that its end came.
    pub(super) fn finish(mut self, defects: &mut Defects) -> WholeHead {
        self.message.head_complete = true;
        self.conclude(defects);
        WholeHead { message: self.message, framing: self.framing, budget: self.budget }
    }

    /// What came of a head that was cut off, and where it was cut.
    pub(super) fn cut(mut self, defects: &mut Defects) -> (Message, CutAt) {
        let partial = self.lines.partial();
        let cut = if !self.has_status_line {
            let (version, status) = status_line::parse_cut(partial);
            self.message.version = first(version, Field::VALUE_KEPT).into();
            self.message.status = status;
            self.message.interim = is_interim(status);
            CutAt::StatusLine
        } else if matches!(partial, b"" | b"\r") {
            CutAt::BetweenFields
        } else if partial.contains(&b':') || partial.first().is_some_and(|&byte| is_blank(byte)) {
            CutAt::FieldValue
        } else {
            CutAt::FieldName
        };
        self.message.head_size = self.message.head_size.saturating_add(self.lines.size());
        self.conclude(defects);
        (self.message, cut)
    }

    /// The name of the field that is just coming in.
    pub(super) fn partial_name(&self) -> Option<&[u8]> {
        let partial = self.lines.partial();
        let colon = partial.iter().position(|&byte| byte == b':')?;
        partial.get(..colon)
    }

    fn line(&mut self, line: &Line, defects: &mut Defects) -> bool {
        self.message.head_size = self.message.head_size.saturating_add(line.size);
        self.bare_lfs.see(line);
        if !self.has_status_line {
            self.status_line(line, defects);
        } else if line.content.is_empty() {
            return true;
        } else if line.content.first().is_some_and(|&byte| is_blank(byte)) {
            self.continuation(line, defects);
        } else {
            self.field_line(line, defects);
        }
        false
    }

    fn status_line(&mut self, line: &Line, defects: &mut Defects) {
        self.has_status_line = true;
        let read = status_line::parse(&line.content);
        self.message.version = first(read.version, Field::VALUE_KEPT).into();
        self.message.status = read.status;
        self.message.reason = read.reason.into();
        self.message.interim = is_interim(read.status);
        if !self.message.interim {
            defects.begin_final_head();
        }
        add_all(read.flaws, line.offset, defects);
    }

    /// RFC 9112 section 5.2: `obs-fold = OWS CRLF RWS`.
    fn continuation(&mut self, line: &Line, defects: &mut Defects) {
        let length = wide(line.content.len());
        let Some(pending) = &mut self.field else {
            if self.message.field_count == 0 {
                let text = "A line between the status line and the first field begins with white space.";
                defects.add(DefectCode::WhitespaceBeforeFirstField, line.offset, length, text);
            } else {
                let text = "A line begins with white space, but there is no field that it could continue.";
                defects.add(DefectCode::ObsFold, line.offset, length, text);
            }
            return;
        };
        let name = quoted(&pending.field.name.0);
        let text = format!("The field {name} goes on in another line, which begins with white space.");
        defects.add(DefectCode::ObsFold, line.offset, length, text);
        add_all(value_flaws(&line.content, 0, &format!("the field {name}")), line.offset, defects);
        // "[...] replace each received obs-fold with one or more SP octets prior to interpreting the field value".
        let value = &mut pending.field.value.0;
        let more = [b" ", trim(&line.content)].concat();
        value.extend_from_slice(first(&more, Field::VALUE_KEPT.saturating_sub(value.len())));
        pending.field.size = pending.field.size.saturating_add(line.size);
        pending.line_end = if line.bare_lf { 1 } else { 2 };
    }

    fn field_line(&mut self, line: &Line, defects: &mut Defects) {
        self.finish_field(defects);
        let read = field_line::parse(&line.content);
        add_all(read.flaws, line.offset, defects);
        let Some((name, value)) = read.field else { return };
        self.message.field_count = self.message.field_count.saturating_add(1);
        let field = Field {
            name: first(name, Field::VALUE_KEPT).into(),
            value: first(value, Field::VALUE_KEPT).into(),
            offset: line.offset,
            size: line.size,
        };
        self.field = Some(PendingField { field, line_end: if line.bare_lf { 1 } else { 2 } });
    }

    /// The field that was pending has all its lines.
    fn finish_field(&mut self, defects: &mut Defects) {
        let Some(PendingField { mut field, line_end }) = self.field.take() else { return };
        field.value = trim(&field.value.0).into();
        let length = field.size.saturating_sub(line_end);
        if self.message.field_count == sizes::MANY_FIELDS.saturating_add(1) {
            self.too_many = Some((field.offset, length));
        }
        if let Some(text) = sizes::large_field(&field) {
            defects.add(DefectCode::FieldLarge, field.offset, length, text);
        }
        if let Some(name) = framing_name(&field.name)
            && self.framing.len() < FRAMING_FIELDS_KEPT
        {
            self.framing.push(FramingField {
                name,
                value: field.value.0.clone(),
                offset: field.offset,
                length,
            });
        }
        let cost = field.name.0.len().saturating_add(field.value.0.len());
        if self.message.fields.len() < Message::FIELDS_KEPT && cost <= self.budget {
            self.budget = self.budget.saturating_sub(cost);
            self.message.fields.push(field);
        }
    }

    /// What can be said of a head only when it is over.
    fn conclude(&mut self, defects: &mut Defects) {
        self.finish_field(defects);
        let message = &self.message;
        if let Some(text) = sizes::large_head(message) {
            defects.add(DefectCode::HeadLarge, message.offset, message.head_size, text);
        }
        if let Some((offset, length)) = self.too_many
            && !message.interim
        {
            defects.add(DefectCode::FieldsMany, offset, length, sizes::many_fields(message));
        }
        if let Some((offset, text)) = self.bare_lfs.defect("head") {
            defects.add(DefectCode::BareLf, offset, 1, text);
        }
        defects.end_place("head");
    }
}

/// Notes the flaws of a line that begins at `offset`.
pub(super) fn add_all(flaws: impl IntoIterator<Item = Flaw>, offset: u64, defects: &mut Defects) {
    for Flaw { code, at, length, text } in flaws {
        defects.add(code, offset.saturating_add(wide(at)), wide(length), text);
    }
}

/// RFC 9110 section 15.2: 1xx is interim; but after 101 the protocol is another.
fn is_interim(status: Option<u16>) -> bool {
    status.is_some_and(|status| status / 100 == 1 && status != 101)
}

fn framing_name(name: &WireBytes) -> Option<FramingName> {
    [
        ("content-length", FramingName::ContentLength),
        ("transfer-encoding", FramingName::TransferEncoding),
        ("content-encoding", FramingName::ContentEncoding),
    ]
    .into_iter()
    .find_map(|(text, known)| name.eq_ignore_case(text).then_some(known))
}
