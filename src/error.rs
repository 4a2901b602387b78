//! What keeps why502 itself from doing its work: wrong usage, a file that cannot be read or written.
//!
//! What a probe meets (refused, reset, malformed) is no error: it is an observation. Each error is one sentence on
//! one line that says what happened, where, and what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::plan::EndpointError;

/// Why why502 cannot do its work.
#[derive(Debug, Error)]
pub enum Error {
    /// A URL names nobody whom one could ask.
    #[error(transparent)]
    Url(#[from] EndpointError),

    /// An option was given something that it cannot take.
    #[error("{option}: {reason}")]
    Argument {
        /// The option, as it is written.
        option: &'static str,
        /// What is wrong and how to write it, without a full stop.
        reason: String,
    },

    /// Options that do not go together, in the words of whoever found out.
    #[error("{0}")]
    Options(String),

    /// A file that an option names cannot be read.
    #[error("{option}: cannot read '{}': {}", path.display(), words(source))]
    Read {
        /// The option, as it is written.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// A file cannot be written.
    #[error("{option}: cannot write '{}': {}", path.display(), words(source))]
    Write {
        /// The option, as it is written.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// The standard output cannot be written to.
    #[error("cannot write to the standard output: {}", words(.0))]
    Stdout(#[source] io::Error),

    /// This machine does not give what the program needs to run: threads, descriptors, signals.
    #[error("cannot {what}: {}", words(source))]
    Machine {
        /// What could not be done.
        what: String,
        /// Why not.
        source: io::Error,
    },

    /// A value could not be written as JSON.
    #[error("cannot write {what} as JSON: {source}; this is a fault of why502, please report it")]
    Json {
        /// What.
        what: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
}

impl Error {
    /// An option was given something that it cannot take.
    pub(crate) fn argument(option: &'static str, reason: impl Into<String>) -> Self {
        Self::Argument { option, reason: reason.into() }
    }
}

/// The operating system's words in the middle of a sentence, without the number that only a program can use.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_one_sentence_without_a_number() {
        let source = io::Error::from_raw_os_error(2);
        let error = Error::Read { option: "--cacert", path: "ca.pem".into(), source };
        assert_eq!(error.to_string(), "--cacert: cannot read 'ca.pem': no such file or directory");
    }
}
