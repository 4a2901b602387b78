//! Reads a whole stream at once, such as a file with a recorded response.

use std::io::{self, Read};

use super::{Asked, Reader, Reading, StreamEnd};

/// Reads a response from anything that gives bytes, which ends as `end` says.
///
/// # Errors
/// Those of `bytes`.
pub fn read_all(mut bytes: impl Read, asked: Asked, end: StreamEnd) -> io::Result<Reading> {
    let mut reader = Reader::new(asked);
    let mut piece = vec![0; 64 * 1024];
    loop {
        match bytes.read(&mut piece) {
            Ok(0) => return Ok(reader.finish(end)),
            Ok(length) => {
                reader.push(piece.get(..length).unwrap_or_default());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
