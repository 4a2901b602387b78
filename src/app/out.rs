//! Where the output goes: the standard output, or a file.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::cli::Output;
use crate::error::Error;
use crate::exit::Exit;

/// Writes to the standard output. A reader who has gone away has what he wanted: that is no failure.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(Exit::Healthy),
    }
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
