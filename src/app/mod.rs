//! Carries out one [`Command`]: the table of contents of the program.

pub mod conform;
mod demo;
mod dry_run;
mod explain;
mod front;
mod lint;
mod main_job;
mod out;
mod read;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{self, Command};
use crate::error::Error;
use crate::exit::Exit;
use crate::{generate, lab, report};

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
        Command::Diagnose(job) => main_job::diagnose(&job),
        Command::DryRun(job) => dry_run::show(&job),
        Command::Replay(replay) => main_job::replay(&replay),
        Command::Read(read) => read::read(*read),
        Command::Lint(lint) => lint::lint(*lint),
        Command::Demo(demo) => demo::demo(&demo),
        Command::ListFaults => list_faults(),
        Command::Lab(lab) => serve_lab(&lab),
        Command::Conform(command) => conform::conform(&command),
        Command::How(command) => how(&command),
        Command::Explain(command) => explain::explain(&command),
        Command::Schema(of) => out::print(schema(of).as_bytes()),
        Command::Completions(shell) => out::print(&generate::completions(shell)),
        Command::Man(subcommand) => out::print(&man(subcommand.as_deref())?),
    }
}

fn schema(of: cli::SchemaOf) -> String {
    match of {
        cli::SchemaOf::Report => report::schema(),
        cli::SchemaOf::Lint => report::lint_schema(),
        cli::SchemaOf::Conform => crate::conform::schema(),
    }
}

fn how(command: &cli::How) -> Result<Exit, Error> {
    let text = crate::conform::how(command.lab, command.gateway.as_deref())
        .map_err(|reason| Error::argument("--how", reason))?;
    out::print(text.as_bytes())
}

fn list_faults() -> Result<Exit, Error> {
    let mut text = Vec::new();
    lab::list(&mut text).map_err(Error::Stdout)?;
    out::print(&text)
}

fn serve_lab(command: &cli::Lab) -> Result<Exit, Error> {
    let mut stdout = out::Patient;
    let serving = lab::serve(command.listen, command.fault, &mut stdout);
    run::block_on(serving)?.map_err(|source| {
        let what = format!("serve the lab at {}", command.listen);
        Error::Machine { what, source }
    })?;
    Ok(Exit::Healthy)
}

fn man(subcommand: Option<&str>) -> Result<Vec<u8>, Error> {
    generate::man(subcommand)
        .map_err(|source| Error::Machine { what: "write the manual page".to_owned(), source })
}
