//! The README's commands, run as they are.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PREFIX: &str = "cargo run --release -- ";

/// The commands of the README's shell blocks, in order.
fn commands() -> Vec<String> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut inside = false;
    let mut commands = Vec::new();
    for line in text.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.trim().is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

fn shell(folder: &Path, command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(command.replacen(PREFIX, &format!("exec {} ", env!("CARGO_BIN_EXE_svar")), 1))
        .current_dir(folder)
        .env("SVAR_LISTEN", "127.0.0.1:0")
        .env("SVAR_DATA", folder.join("data"));
    shell
}

/// A server that is asked to end when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(Command::new("kill").arg(self.0.id().to_string()).status());
        drop(self.0.wait());
    }
}

fn serve(folder: &Path, command: &str) -> Running {
    let mut server = shell(folder, command)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let running = Running(server);
    for line in lines {
        if line.unwrap().contains("listening on http://") {
            return running;
        }
    }
    panic!("the server ended before it listened");
}

#[test]
fn every_command_of_the_readme_works() {
    let place = tempfile::tempdir().unwrap();
    let mut server = None;
    let mut ran = 0;
    for command in commands() {
        if !command.starts_with(PREFIX) {
            // The test command runs this very test.
            assert_eq!(command, "cargo test --workspace");
            continue;
        }
        ran += 1;
        if command.contains(" serve") {
            server = Some(serve(place.path(), &command));
            continue;
        }
        let done = shell(place.path(), &command).output().unwrap();
        assert!(
            done.status.success(),
            "{command}\n{}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(
            !done.stdout.is_empty() || command.contains('>') || command.contains("import"),
            "{command} said nothing"
        );
    }
    assert!(ran >= 10 && server.is_some());
    assert!(place.path().join("backup.jsonl").metadata().unwrap().len() > 1_000_000);
}
