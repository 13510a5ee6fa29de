//! Whether the bytes of an ONNX file are consistent, before a runtime believes them.
//!
//! ONNX is a protobuf message. Its fields, those of the graph in it and those of the
//! graph's parts must end where they say, inside the file: a length that lies can make a
//! reader run for hours.
//!
//! The runtime believes what a file says of its lengths; one that lied kept it busy without
//! end.

/// The graph's field of the model, by ONNX's description.
const GRAPH: u64 = 7;

/// Messages are looked into this deep: model, graph, nodes and tensors.
const DEPTH: u32 = 2;

/// The complaint, if there is one.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    match walk(bytes, DEPTH) {
        Some(true) => Ok(()),
        Some(false) => Err("it has no graph".to_owned()),
        None => Err("a length in it leads beyond its end".to_owned()),
    }
}

/// Passes over all fields; says whether one of them is a graph with something in it.
fn walk(mut bytes: &[u8], depth: u32) -> Option<bool> {
    let mut has_graph = false;
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let field = key >> 3;
        match key & 7 {
            0 => _ = varint(&mut bytes)?,
            1 => bytes = bytes.get(8..)?,
            5 => bytes = bytes.get(4..)?,
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (inner, behind) = bytes.split_at_checked(length)?;
                bytes = behind;
                let is_graph = depth == DEPTH && field == GRAPH;
                // Of the graph the nodes and the tensors, which are messages for certain.
                let is_part = depth == DEPTH - 1 && (field == 1 || field == 5);
                if is_graph || is_part {
                    walk(inner, depth - 1)?;
                }
                has_graph |= is_graph && !inner.is_empty();
            }
            _ => return None,
        }
        if field == 0 {
            return None;
        }
    }
    Some(has_graph)
}

/// A number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for at in 0..10 {
        let (&byte, behind) = bytes.split_first()?;
        *bytes = behind;
        value |= u64::from(byte & 0x7F) << (7 * at).min(63);
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_must_end_inside_the_file() {
        // A version (field 1) and a graph (field 7) of one node (field 1) with a name of one letter.
        let whole = b"\x08\x07\x3a\x05\x0a\x03\x1a\x01a";
        assert_eq!(check(whole), Ok(()));
        for length in 1..whole.len() {
            assert!(check(&whole[..length]).is_err(), "{length}");
        }
        assert!(check(b"\x3a\xff\xff\xff\xff\x07ab").is_err());
        assert!(check(b"\x3a\x05\x0a\x09\x1a\x01a").is_err());
        assert!(check(&[0xFF; 64]).is_err());
        assert!(check(b"").is_err());
    }
}
