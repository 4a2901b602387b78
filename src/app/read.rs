//! `why502 read`: a saved response, as the reader sees it.

use super::{out, pending};
use crate::cli::{Format, Read};
use crate::error::Error;
use crate::exit::Exit;
use crate::http1;

pub(super) fn read(read: Read) -> Result<Exit, Error> {
    let name = read.input.name.clone();
    let reading = http1::read_all(read.input, read.asked, read.end).map_err(|source| Error::Read {
        option: "read",
        path: name,
        source,
    })?;
    let text = match read.output.format {
        Format::Text => pending::read_text(&reading, &out::text_options(&read.output)),
        Format::Json => pending::read_json(&reading),
    };
    out::report(&text, &read.output)?;
    let sound = reading.defects.is_empty() && reading.is_complete();
    Ok(if sound { Exit::Healthy } else { Exit::Fault })
}
