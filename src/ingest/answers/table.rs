//! Tables of short answers: CSV with a head line, and JSON lines.

use serde::Deserialize;

use super::{AnswerFault, FoundAnswer};

/// The columns that are known; `answer` is another word for `text`.
const COLUMNS: &str = "id, question, answer (or text), variants, language, status";

/// Reads a CSV table. Variants of one cell are parted by `|` or line ends.
pub(super) fn csv(text: &str) -> Vec<Result<FoundAnswer, AnswerFault>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads
            .iter()
            .map(|head| head.trim().to_lowercase())
            .collect(),
        Err(error) => return vec![Err(AnswerFault::new(1, "", error.to_string()))],
    };
    if let Some(fault) = heads_fault(&heads) {
        return vec![Err(fault)];
    }
    let rows = reader.records().map(|record| {
        let record =
            record.map_err(|error| AnswerFault::new(0, "", format!("it is no row: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != heads.len() {
            let reason = format!("{} cells; expected {}", record.len(), heads.len());
            return Err(AnswerFault::new(line, "", reason));
        }
        let mut answer = FoundAnswer {
            line,
            ..FoundAnswer::default()
        };
        for (head, cell) in heads.iter().zip(record.iter()) {
            fill(&mut answer, head, cell)?;
        }
        Ok(answer)
    });
    rows.collect()
}

fn heads_fault(heads: &[String]) -> Option<AnswerFault> {
    let names = [
        "id", "question", "answer", "text", "variants", "language", "status",
    ];
    if let Some(head) = heads.iter().find(|head| !names.contains(&head.as_str())) {
        let reason = format!("`{head}` is no column; expected {COLUMNS}");
        return Some(AnswerFault::new(1, head.clone(), reason));
    }
    let has = |name: &str| heads.iter().any(|head| head == name);
    if !has("question") || !(has("answer") || has("text")) {
        let reason = format!("the head line lacks a column; expected {COLUMNS}");
        return Some(AnswerFault::new(1, "question", reason));
    }
    None
}

fn fill(answer: &mut FoundAnswer, head: &str, cell: &str) -> Result<(), AnswerFault> {
    let text = || Some(cell.trim().to_owned()).filter(|cell| !cell.is_empty());
    match head {
        "id" => answer.id = text(),
        "question" => cell.clone_into(&mut answer.question),
        "answer" | "text" => cell.clone_into(&mut answer.text),
        "variants" => {
            let variants = cell.split(['|', '\n']).map(str::trim);
            let variants = variants.filter(|variant| !variant.is_empty());
            answer.variants = variants.map(str::to_owned).collect();
        }
        "language" => answer.language = text(),
        _ => answer.published = status(answer.line, cell.trim())?,
    }
    Ok(())
}

fn status(line: u64, word: &str) -> Result<Option<bool>, AnswerFault> {
    match word {
        "" => Ok(None),
        "draft" => Ok(Some(false)),
        "published" => Ok(Some(true)),
        other => {
            let reason = format!("`{other}` is not draft or published");
            Err(AnswerFault::new(line, "status", reason))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default)]
    id: Option<String>,
    question: String,
    #[serde(alias = "answer")]
    text: String,
    #[serde(default)]
    variants: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    status: Option<String>,
}

/// Reads one JSON object a line.
pub(super) fn jsonl(text: &str) -> Vec<Result<FoundAnswer, AnswerFault>> {
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let read: Line = serde_json::from_str(line).map_err(|error| {
                let text = error.to_string();
                let field = text.split('`').nth(1).unwrap_or_default().to_owned();
                AnswerFault::new(number, field, text)
            })?;
            Ok(FoundAnswer {
                line: number,
                id: read.id,
                question: read.question,
                variants: read.variants,
                text: read.text,
                language: read.language,
                published: status(number, read.status.as_deref().unwrap_or_default())?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_its_heads() {
        let rows = csv(
            "Question,Answer,Variants,Status\nWhere?,\"Here,\nthere\",Whither?|In which place?,published\nWho?,Me,,\n",
        );
        let first = rows[0].clone().unwrap();
        assert_eq!(first.text, "Here,\nthere");
        assert_eq!(first.variants, ["Whither?", "In which place?"]);
        assert_eq!((first.published, first.line), (Some(true), 2));
        assert_eq!(rows[1].clone().unwrap().published, None);
    }

    #[test]
    fn what_is_no_row_is_told_by_line_and_field() {
        let odd = csv("question,reply\na,b\n");
        assert_eq!(odd[0].clone().unwrap_err().field, "reply");
        let short = csv("question,answer\na\nb,c\n");
        assert_eq!(short[0].clone().unwrap_err().line, 2);
        assert!(short[1].is_ok());
        let status = csv("question,answer,status\na,b,live\n");
        assert_eq!(status[0].clone().unwrap_err().field, "status");
    }

    #[test]
    fn a_line_of_json_is_an_answer() {
        let rows = jsonl(
            "{\"question\":\"a\",\"answer\":\"b\"}\n\n{\"question\":\"a\"}\n{\"question\":\"a\",\"text\":\"b\",\"colour\":1}\n",
        );
        assert_eq!(rows[0].clone().unwrap().text, "b");
        assert_eq!(rows[1].clone().unwrap_err().line, 3);
        assert_eq!(rows[2].clone().unwrap_err().field, "colour");
    }
}
