//! Columns, chunks and tables as bytes.

use super::bytes::{Reader, Writer};
use super::chunk::{Chunk, StruckRows};
use super::facts_table::Table;
use super::row::Row;
use crate::metrics::columns::{Column, PackedNumbers, Presence, Reference};

/// A named part of stored facts.
pub type Section = (&'static str, Vec<u8>);

/// Finds the bytes of a section by its name, on whatever thread asks.
pub type Find<'f> = &'f (dyn Fn(&str) -> Option<Vec<u8>> + Sync);

pub(in crate::metrics) fn write_table<R: Row>(table: &Table<R>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.bytes(R::FIELDS.join(" ").as_bytes());
    writer.number(table.chunks().len() as u64);
    for chunk in table.chunks() {
        writer.signed(chunk.settles_at());
        writer.list(chunk.struck_bits(), u64::to_le_bytes);
        writer.number(chunk.columns().len() as u64);
        for column in chunk.columns() {
            write_column(&mut writer, column);
        }
    }
    writer.0
}

pub(in crate::metrics) fn read_table<R: Row>(bytes: &[u8]) -> Option<Table<R>> {
    let mut reader = Reader(bytes);
    if reader.text()? != R::FIELDS.join(" ") {
        return None;
    }
    let mut chunks = Vec::new();
    for _ in 0..reader.size()? {
        chunks.push(read_chunk(&mut reader)?);
    }
    reader.0.is_empty().then(|| Table::of_chunks(chunks))
}

fn read_chunk<R: Row>(reader: &mut Reader<'_>) -> Option<Chunk<R>> {
    let settles_at = reader.signed()?;
    let struck = reader.list(u64::from_le_bytes)?;
    let count = reader.size()?;
    let mut columns = Vec::new();
    for _ in 0..count {
        columns.push(read_column(reader)?);
    }
    let rows = columns.first().map_or(0, Column::len);
    let fits = count == R::FIELDS.len() && columns.iter().all(|column| column.len() == rows);
    let chunk = Chunk::of_columns(columns, settles_at);
    fits.then(|| chunk.with_struck(StruckRows::of_bits(struck)))
}

fn write_column(writer: &mut Writer, column: &Column) {
    writer.number(column.len as u64);
    for number in [column.base, column.least, column.most, column.absent] {
        writer.signed(number);
    }
    let places = Reference::ALL.into_iter().zip(0_u64..);
    let told = places.filter(|(reference, _)| *reference == column.reference);
    writer.number(told.map(|(_, place)| place).sum());
    let presence = column.presence.as_ref();
    writer.number(u64::from(presence.is_some()));
    if let Some(presence) = presence {
        writer.list(&presence.bits, u64::to_le_bytes);
    }
    match &column.packed {
        PackedNumbers::Same => writer.number(0),
        PackedNumbers::Bits(values) => {
            writer.number(1);
            writer.list(values, u64::to_le_bytes);
        }
        PackedNumbers::Bytes(values) => {
            writer.number(2);
            writer.bytes(values);
        }
        PackedNumbers::Shorts(values) => {
            writer.number(3);
            writer.list(values, u16::to_le_bytes);
        }
        PackedNumbers::Words(values) => {
            writer.number(4);
            writer.list(values, u32::to_le_bytes);
        }
        PackedNumbers::Longs(values) => {
            writer.number(5);
            writer.list(values, i64::to_le_bytes);
        }
    }
}

fn read_column(reader: &mut Reader<'_>) -> Option<Column> {
    let len = reader.size()?;
    let base = reader.signed()?;
    let least = reader.signed()?;
    let most = reader.signed()?;
    let absent = reader.signed()?;
    let reference = *Reference::ALL.get(reader.size()?)?;
    let presence = match reader.number()? {
        0 => None,
        _ => Some(Presence::of_bits(reader.list(u64::from_le_bytes)?)),
    };
    let packed = match reader.number()? {
        0 => PackedNumbers::Same,
        1 => PackedNumbers::Bits(reader.list(u64::from_le_bytes)?),
        2 => PackedNumbers::Bytes(reader.bytes()?.to_vec()),
        3 => PackedNumbers::Shorts(reader.list(u16::from_le_bytes)?),
        4 => PackedNumbers::Words(reader.list(u32::from_le_bytes)?),
        5 => PackedNumbers::Longs(reader.list(i64::from_le_bytes)?),
        _ => return None,
    };
    let column = Column {
        len,
        base,
        least,
        most,
        absent,
        reference,
        presence,
        packed,
    };
    column.is_whole().then_some(column)
}
