//! `why502 lint`: what it foretells is what was measured, and what it says as a process.

mod foretold;
mod process;
