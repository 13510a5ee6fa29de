//! Bytes of stored facts: little-endian numbers and lists with their lengths.

/// Writes numbers and lists one after the other.
#[derive(Debug, Default)]
pub(in crate::metrics) struct Writer(pub(in crate::metrics) Vec<u8>);

impl Writer {
    pub(in crate::metrics) fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(in crate::metrics) fn signed(&mut self, number: i64) {
        self.number(number.cast_unsigned());
    }

    pub(in crate::metrics) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// A list of numbers of `N` bytes each.
    pub(in crate::metrics) fn list<T: Copy, const N: usize>(
        &mut self,
        values: &[T],
        to: impl Fn(T) -> [u8; N],
    ) {
        self.number(values.len() as u64);
        self.0.reserve(values.len() * N);
        self.0.extend(values.iter().flat_map(|value| to(*value)));
    }
}

/// Reads what a [`Writer`] wrote; `None` where the bytes say something else.
#[derive(Clone, Copy, Debug)]
pub(in crate::metrics) struct Reader<'b>(pub(in crate::metrics) &'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(in crate::metrics) fn number(&mut self) -> Option<u64> {
        let (taken, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*taken))
    }

    pub(in crate::metrics) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(in crate::metrics) fn code(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    pub(in crate::metrics) fn signed(&mut self) -> Option<i64> {
        Some(self.number()?.cast_signed())
    }

    pub(in crate::metrics) fn bytes(&mut self) -> Option<&'b [u8]> {
        let count = self.size()?;
        self.take(count)
    }

    pub(in crate::metrics) fn text(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(in crate::metrics) fn list<T, const N: usize>(
        &mut self,
        of: impl Fn([u8; N]) -> T,
    ) -> Option<Vec<T>> {
        let count = self.size()?;
        let bytes = self.take(count.checked_mul(N)?)?;
        let (chunks, _) = bytes.as_chunks::<N>();
        Some(chunks.iter().map(|chunk| of(*chunk)).collect())
    }
}
