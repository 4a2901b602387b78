//! Carries out one [`Command`]: the table of contents of the program.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli;

/// Does what the arguments ask for; the program's name comes first.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    match cli::parse(args) {
        Ok(command) => {
            eprintln!("{command:?}");
            crate::exit::Exit::Healthy
        }
        Err(refusal) => refusal.tell(),
    }
    .into()
}
