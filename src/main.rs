//! argv in, exit code out.
fn main() -> std::process::ExitCode {
    why502::app::run(std::env::args_os())
}
