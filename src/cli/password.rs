//! Passwords as the command line takes them: out of a file, or typed twice.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::bail;

use super::input;
use super::wrong::Wrong;

/// The longest file that holds a password, in bytes.
const MAX_PASSWORD: u64 = 4 << 10;

/// The first line of a file.
pub(super) fn read_password(file: &Path) -> anyhow::Result<String> {
    let text = input::text(file, MAX_PASSWORD)?;
    let line = text.lines().next().unwrap_or_default();
    Ok(line.to_owned())
}

/// Asks for a new one twice.
pub(super) fn ask_password() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let reason = "there is nobody to ask for the password; give it with --password-file, - for \
                      the standard input";
        return Err(Wrong::new(reason).into());
    }
    let password = rpassword::prompt_password("New password: ")?;
    if password != rpassword::prompt_password("Once more: ")? {
        bail!("the two are not the same; nothing was changed");
    }
    Ok(password)
}
