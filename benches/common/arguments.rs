//! What the command line says next to what criterion knows.

/// The value behind an argument, if it is given.
pub(crate) fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

/// The number behind an argument, if it is given.
pub(crate) fn number(name: &str) -> Option<u32> {
    argument(name).map(|number| number.parse().expect("a number"))
}
