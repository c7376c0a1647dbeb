//! Reading FlatBuffers without trusting them: every access is checked, nothing is read twice, nothing recurses.
//!
//! A table begins with how far back its vtable lies; the vtable says where in the table each field is, 0 for absent.
//! All else is found by offsets counted forwards from where they stand.

use crate::ModelError;

/// A table in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    vtable: &'a [u8],
}

/// A vector of tables in a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tables<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(crate) len: usize,
}

impl<'a> Table<'a> {
    /// The table with which a file begins, if the file has this mark.
    pub(crate) fn root(bytes: &'a [u8], mark: [u8; 4]) -> Result<Self, ModelError> {
        if bytes.get(4..8) != Some(&mark) {
            return Err(ModelError::NotAModel);
        }
        Self::at(bytes, follow(bytes, 0)?)
    }

    fn at(bytes: &'a [u8], at: usize) -> Result<Self, ModelError> {
        let back = i64::from(i32::from_le_bytes(array(bytes, at)?));
        let vtable = i64::try_from(at)
            .ok()
            .and_then(|at| usize::try_from(at - back).ok())
            .ok_or(ModelError::Damaged)?;
        let len = usize::from(u16::from_le_bytes(array(bytes, vtable)?));
        let end = vtable.checked_add(len).ok_or(ModelError::Damaged)?;
        let vtable = bytes.get(vtable..end).ok_or(ModelError::Damaged)?;
        Ok(Self { bytes, at, vtable })
    }

    /// Where a field stands in the file; none if it is absent.
    fn field(&self, number: usize) -> Result<Option<usize>, ModelError> {
        let Ok(entry) = array(self.vtable, 4 + 2 * number) else {
            return Ok(None);
        };
        match usize::from(u16::from_le_bytes(entry)) {
            0 => Ok(None),
            offset => self
                .at
                .checked_add(offset)
                .map(Some)
                .ok_or(ModelError::Damaged),
        }
    }

    pub(crate) fn i8(&self, field: usize, absent: i8) -> Result<i8, ModelError> {
        let Some(at) = self.field(field)? else {
            return Ok(absent);
        };
        array(self.bytes, at).map(i8::from_le_bytes)
    }

    pub(crate) fn i32(&self, field: usize, absent: i32) -> Result<i32, ModelError> {
        let Some(at) = self.field(field)? else {
            return Ok(absent);
        };
        array(self.bytes, at).map(i32::from_le_bytes)
    }

    /// A table; none if it is absent.
    pub(crate) fn table(&self, field: usize) -> Result<Option<Self>, ModelError> {
        let Some(at) = self.field(field)? else {
            return Ok(None);
        };
        Self::at(self.bytes, follow(self.bytes, at)?).map(Some)
    }

    /// The bytes of a vector whose elements have this size; empty if it is absent.
    pub(crate) fn vector(&self, field: usize, size: usize) -> Result<&'a [u8], ModelError> {
        let Some(at) = self.field(field)? else {
            return Ok(&[]);
        };
        let start = follow(self.bytes, at)?;
        let len = usize::try_from(u32::from_le_bytes(array(self.bytes, start)?))
            .ok()
            .and_then(|len| len.checked_mul(size))
            .ok_or(ModelError::Damaged)?;
        let start = start + 4;
        let end = start.checked_add(len).ok_or(ModelError::Damaged)?;
        self.bytes.get(start..end).ok_or(ModelError::Damaged)
    }

    /// A vector of 32-bit numbers; empty if it is absent.
    pub(crate) fn i32s(&self, field: usize) -> Result<Vec<i32>, ModelError> {
        let (numbers, _) = self.vector(field, 4)?.as_chunks();
        Ok(numbers.iter().map(|n| i32::from_le_bytes(*n)).collect())
    }

    /// A vector of tables; empty if it is absent.
    pub(crate) fn tables(&self, field: usize) -> Result<Tables<'a>, ModelError> {
        let len = self.vector(field, 4)?.len() / 4;
        let at = match self.field(field)? {
            Some(at) => follow(self.bytes, at)? + 4,
            None => 0,
        };
        Ok(Tables {
            bytes: self.bytes,
            at,
            len,
        })
    }
}

impl<'a> Tables<'a> {
    pub(crate) fn iter(self) -> impl Iterator<Item = Result<Table<'a>, ModelError>> {
        (0..self.len).map(move |index| {
            let at = follow(self.bytes, self.at + 4 * index)?;
            Table::at(self.bytes, at)
        })
    }
}

/// Where the offset at this place leads to.
fn follow(bytes: &[u8], at: usize) -> Result<usize, ModelError> {
    usize::try_from(u32::from_le_bytes(array(bytes, at)?))
        .ok()
        .and_then(|offset| at.checked_add(offset))
        .ok_or(ModelError::Damaged)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], ModelError> {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(ModelError::Damaged)
}
