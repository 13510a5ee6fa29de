//! Who makes vectors elsewhere, and what of that can be used.

use std::time::Instant;

use super::normalise;

/// Long texts count by so many characters of their beginning.
const MOST_CHARS: usize = 2_000;

/// Makes vectors elsewhere.
pub trait VectorSource: Send + Sync {
    /// How many texts are sent at once.
    fn batch(&self) -> usize;

    /// The vectors of `texts` in their order, unless that takes longer; else what went wrong,
    /// in words that hold no secret.
    fn vectors(&self, texts: &[&str], until: Instant) -> Result<Vec<Vec<f32>>, String>;

    /// What it gave is used.
    fn accepted(&self) {}

    /// What it gave cannot be used.
    fn refused(&self, reason: &str) {
        let _ = reason;
    }
}

/// Asks for vectors, and checks what came: as many as texts, of the same numbers, at unit length.
pub(super) fn asked(
    source: &dyn VectorSource,
    texts: &[&str],
    dims: Option<usize>,
    until: Instant,
) -> Result<Vec<Vec<f32>>, String> {
    let cut: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
    let vectors = source.vectors(&cut, until)?;
    let checked = checked(vectors, texts.len(), dims);
    match &checked {
        Ok(_) => source.accepted(),
        Err(reason) => source.refused(reason),
    }
    checked
}

fn checked(
    mut vectors: Vec<Vec<f32>>,
    count: usize,
    dims: Option<usize>,
) -> Result<Vec<Vec<f32>>, String> {
    if vectors.len() != count {
        let got = vectors.len();
        return Err(format!("it gave {got} vectors for {count} texts"));
    }
    for vector in &mut vectors {
        if let Some(dims) = dims.filter(|dims| vector.len() != *dims) {
            let got = vector.len();
            return Err(format!(
                "its vectors have {got} numbers and had {dims} before"
            ));
        }
        let greatest = vector.iter().fold(0.0_f32, |most, one| most.max(one.abs()));
        if !vector.iter().all(|one| one.is_finite()) || greatest <= f32::MIN_POSITIVE {
            return Err("one of its vectors points nowhere".to_owned());
        }
        // Squares of what is very great or small would be infinite or nothing.
        for one in vector.iter_mut() {
            *one /= greatest;
        }
        normalise(vector);
    }
    Ok(vectors)
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(MOST_CHARS);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
