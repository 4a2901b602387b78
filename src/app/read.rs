//! `why502 read`: a saved response, as the reader sees it.

use std::path::Path;

use super::out;
use crate::cli::{Format, Read};
use crate::error::Error;
use crate::exit::Exit;
use crate::{http1, report};

pub(super) fn read(read: Read) -> Result<Exit, Error> {
    let name = read.input.name.clone();
    let shown = if name == Path::new("-") { "standard input".to_owned() } else { name.display().to_string() };
    let reading = http1::read_all(read.input, read.asked, read.end).map_err(|source| Error::Read {
        option: "read",
        path: name,
        source,
    })?;
    let text = match read.output.format {
        Format::Text => report::read_text(&reading, &shown, &out::text_options(&read.output)),
        Format::Json => report::read_json(&reading),
    };
    out::report(&text, &read.output)?;
    let sound = reading.defects.is_empty() && reading.is_complete();
    Ok(if sound { Exit::Healthy } else { Exit::Fault })
}
