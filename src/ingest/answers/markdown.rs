//! Markdown articles: each heading with text of its own is a candidate.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{AnswerFault, FoundAnswer};

/// A heading: where it is and what it says.
struct Heading {
    range: Range<usize>,
    words: String,
}

/// Reads the headings of an article and the text below each.
pub(super) fn read(text: &str) -> Vec<Result<FoundAnswer, AnswerFault>> {
    let headings = headings(text);
    if headings.is_empty() {
        let reason = "it has no heading; each heading is taken for a question";
        return vec![Err(AnswerFault::new(1, "question", reason))];
    }
    let ends = headings.iter().skip(1).map(|next| next.range.start);
    let ends = ends.chain(std::iter::once(text.len()));
    let (mut line, mut counted) = (1, 0);
    let parts = headings.iter().zip(ends).filter_map(|(heading, end)| {
        let body = text.get(heading.range.end..end).unwrap_or_default().trim();
        // Counted on from the heading before, as there may be very many.
        line += lines_in(text, counted..heading.range.start);
        counted = heading.range.start;
        // A heading with nothing below it only groups those that follow.
        (!body.is_empty() && !heading.words.is_empty()).then(|| {
            Ok(FoundAnswer {
                line,
                question: heading.words.clone(),
                text: body.to_owned(),
                ..FoundAnswer::default()
            })
        })
    });
    parts.collect()
}

fn lines_in(text: &str, range: Range<usize>) -> u64 {
    let part = text.get(range).unwrap_or_default();
    part.matches('\n').count() as u64
}

fn headings(text: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut open: Option<Heading> = None;
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                open = Some(Heading {
                    range,
                    words: String::new(),
                });
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut open {
                    heading.words.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut open {
                    heading.words.push(' ');
                }
            }
            Event::End(TagEnd::Heading(_)) => headings.extend(open.take()),
            _ => {}
        }
    }
    headings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_heading_with_text_is_a_candidate() {
        let answers = read(
            "# Help\n\n## How do I `reset`?\n\nPress *this*:\n\n- a\n- b\n\n```\n# no heading\n```\n\n## Where?\nHere.\n",
        );
        let answers: Vec<FoundAnswer> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.len(), 2);
        assert_eq!(
            (answers[0].question.as_str(), answers[0].line),
            ("How do I reset?", 3)
        );
        assert!(answers[0].text.ends_with("# no heading\n```"));
        assert_eq!(answers[1].text, "Here.");
        assert!(read("no heading")[0].is_err());
    }
}
