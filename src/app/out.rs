//! Where the output goes: the standard output, or a file.

use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::{env, fs};

use crate::cli::Output;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::TextOptions;

/// Writes to the standard output. A reader who has gone away has what he wanted: that is no failure.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Error> {
    Patient.write_all(bytes).and_then(|()| Patient.flush()).map_err(Error::Stdout)?;
    Ok(Exit::Healthy)
}

/// Writes a report to where the user wants it. It is complete before the first byte is written.
pub(super) fn report(text: &str, output: &Output) -> Result<(), Error> {
    match &output.file {
        Some(path) => save("--output", path, text.as_bytes()),
        None => print(text.as_bytes()).map(drop),
    }
}

/// Writes a whole file.
pub(super) fn save(option: &'static str, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|source| Error::Write { option, path: path.to_owned(), source })
}

/// How a report for a person is drawn there: to the width of the terminal; or to what `COLUMNS` says, where somebody
/// pages or pastes it; or else to 80 columns, as in a file.
pub(super) fn text_options(output: &Output) -> TextOptions {
    let seen = || {
        let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        terminal.or_else(|| env::var("COLUMNS").ok()?.trim().parse().ok())
    };
    let width = output.file.is_none().then(seen).flatten().filter(|width| *width > 0).unwrap_or(80);
    TextOptions { width, colour: output.colour, verbose: output.verbose, ..TextOptions::default() }
}

/// The standard output, for which a reader who has gone away is no failure.
pub(super) struct Patient;

impl Patient {
    fn unless_gone<T>(result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(otherwise),
            result => result,
        }
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::unless_gone(io::stdout().write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Self::unless_gone(io::stdout().flush(), ())
    }
}
