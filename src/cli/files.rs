//! Files that options name: read, or found to be writable, before anything is sent.

use std::fs::{self, File};
use std::io::{self, Read, stdin};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::observation::{Observations, recording};

/// Nothing that an option names is sensibly larger; it is read into memory.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A stream of bytes that the user named: a file, or the standard input for `-`.
#[derive(Debug)]
pub struct Input {
    /// As the user called it.
    pub name: PathBuf,
    /// Where the bytes come from.
    from: Source,
}

#[derive(Debug)]
enum Source {
    Standard,
    File(File),
}

impl Input {
    /// Opens a file for the option or command called `option`.
    ///
    /// # Errors
    /// If it cannot be opened, or is a folder.
    pub fn open(option: &'static str, name: PathBuf) -> Result<Self, Error> {
        if name == Path::new("-") {
            return Ok(Self { name, from: Source::Standard });
        }
        let opened = File::open(&name).and_then(|file| {
            let is_folder = file.metadata()?.is_dir();
            if is_folder { Err(io::Error::from(io::ErrorKind::IsADirectory)) } else { Ok(file) }
        });
        match opened {
            Ok(file) => Ok(Self { name, from: Source::File(file) }),
            Err(source) => Err(Error::Read { option, path: name, source }),
        }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.from {
            Source::Standard => stdin().lock().read(buffer),
            Source::File(file) => file.read(buffer),
        }
    }
}

/// Everything that is in a file, or in the standard input for `-`.
pub(super) fn whole(option: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
    let input = Input::open(option, path.to_owned())?;
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|source| Error::Read {
        option,
        path: path.to_owned(),
        source,
    })?;
    if bytes.len() as u64 > LARGEST {
        let reason = format!("'{}' is larger than the {} MiB that fit", path.display(), LARGEST >> 20);
        return Err(Error::argument(option, reason));
    }
    Ok(bytes)
}

/// Finds out early what would keep a file from being written at the end.
pub(super) fn check_writable(option: &'static str, path: &Path) -> Result<(), Error> {
    if path.as_os_str().is_empty() {
        return Err(Error::argument(option, "an empty name is no file"));
    }
    if path.is_dir() {
        return Err(Error::argument(option, format!("'{}' is a folder; name a file in it", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let reason = format!("there is no folder '{}' to write '{}' into", folder.display(), path.display());
        return Err(Error::argument(option, reason));
    }
    let read_only = |path| fs::metadata(path).is_ok_and(|about| about.permissions().readonly());
    if read_only(path) {
        return Err(Error::argument(option, format!("'{}' is read-only", path.display())));
    }
    Ok(())
}

/// Keeps a recording from going over a file that is none: a slip of the hand is not to cost anybody a file. What can be
/// made anew by the same command, a recording, is written over as usual; so are devices and pipes, which keep nothing.
pub(super) fn check_no_loss(option: &'static str, path: &Path) -> Result<(), Error> {
    let keeps_something = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() > 0);
    if !keeps_something {
        return Ok(());
    }
    let is_recording =
        whole(option, path).is_ok_and(|bytes| recording::load(&String::from_utf8_lossy(&bytes)).is_ok());
    if is_recording {
        return Ok(());
    }
    let reason = format!(
        "'{}' is there already and is no recording, so it is not written over; give another name, or remove it",
        path.display()
    );
    Err(Error::argument(option, reason))
}

/// A recording made by `--record`.
pub(super) fn recording(path: &Path) -> Result<Observations, Error> {
    const OPTION: &str = "--replay";
    let text = String::from_utf8_lossy(&whole(OPTION, path)?).into_owned();
    recording::load(&text).map_err(|error| Error::argument(OPTION, format!("'{}': {error}", path.display())))
}
