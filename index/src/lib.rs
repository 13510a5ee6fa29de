//! Text in, hits out.
