//! Carries out one [`Command`]: the table of contents of the program.

mod dry_run;
mod out;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{self, Command};
use crate::error::Error;
use crate::exit::Exit;
use crate::generate;

/// Does what the arguments ask for; the program's name comes first.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let exit = match cli::parse(args) {
        Ok(command) => carry_out(command).unwrap_or_else(|error| cli::Refusal::from(error).tell()),
        Err(refusal) => refusal.tell(),
    };
    exit.into()
}

fn carry_out(command: Command) -> Result<Exit, Error> {
    match command {
        Command::DryRun(job) => dry_run::show(&job),
        Command::Completions(shell) => out::print(&generate::completions(shell)),
        Command::Man(subcommand) => out::print(&man(subcommand.as_deref())?),
        _ => Ok(Exit::Healthy),
    }
}

fn man(subcommand: Option<&str>) -> Result<Vec<u8>, Error> {
    generate::man(subcommand)
        .map_err(|source| Error::Machine { what: "write the manual page".to_owned(), source })
}
