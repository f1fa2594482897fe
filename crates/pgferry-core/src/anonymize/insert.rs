//! Which column a value of an `INSERT` belongs to.

/// Follows the words and parentheses of `INSERT INTO table [(columns)] … VALUES (…), (…)`.
#[derive(Debug, Default)]
pub(super) struct Insert {
    place: Place,
    word: Vec<u8>,
    names: Vec<Vec<u8>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before `VALUES`.
    #[default]
    Head,
    /// In the list of columns.
    Names,
    /// Between rows.
    Values,
    /// In a row: how deep in parentheses, and the number of the value from 0.
    Row(u32, usize),
}

/// Which column a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    Named(&'a [u8]),
    /// The table's columns in their order, from 0.
    Numbered(usize),
}

impl Insert {
    /// The next words and symbols of the statement.
    pub(super) fn code(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80 {
                if self.place == Place::Head || self.place == Place::Names {
                    self.word.push(byte.to_ascii_lowercase());
                }
                continue;
            }
            self.end_word();
            self.place = match (self.place, byte) {
                (Place::Head, b'(') => Place::Names,
                (Place::Names, b')') => Place::Head,
                (Place::Values, b'(') => Place::Row(1, 0),
                (Place::Row(depth, number), b'(' | b'[') => {
                    Place::Row(depth.saturating_add(1), number)
                }
                (Place::Row(1, _), b')' | b']') => Place::Values,
                (Place::Row(depth, number), b')' | b']') => Place::Row(depth - 1, number),
                (Place::Row(1, number), b',') => Place::Row(1, number + 1),
                (place, _) => place,
            };
        }
    }

    /// A name in double quotes, decoded.
    pub(super) fn identifier(&mut self, name: &[u8]) {
        if self.place == Place::Names {
            self.word.clear();
            self.names.push(name.to_vec());
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        match self.place {
            Place::Names => self.names.push(std::mem::take(&mut self.word)),
            Place::Head if self.word == b"values" => self.place = Place::Values,
            _ => {}
        }
        self.word.clear();
    }

    /// The column of the value that stands here.
    pub(super) fn target(&self) -> Option<Target<'_>> {
        let Place::Row(_, number) = self.place else {
            return None;
        };
        if self.names.is_empty() {
            return Some(Target::Numbered(number));
        }
        self.names.get(number).map(|name| Target::Named(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_belong_to_columns() {
        let mut insert = Insert::default();
        insert.code(b"INSERT INTO public.t (id, \"");
        insert.identifier(b"Mail (x)");
        insert.code(b"\", note) OVERRIDING SYSTEM VALUE VAL");
        assert_eq!(insert.target(), None);
        insert.code(b"UES (1, '");
        assert_eq!(insert.target(), Some(Target::Named(b"Mail (x)")));
        insert.code(b"', f(1, ARRAY[2, '");
        assert_eq!(insert.target(), Some(Target::Named(b"note")));
        insert.code(b"'])), ('");
        assert_eq!(insert.target(), Some(Target::Named(b"id")));

        let mut insert = Insert::default();
        insert.code(b"INSERT INTO t VALUES (1, NULL, '");
        assert_eq!(insert.target(), Some(Target::Numbered(2)));
        insert.code(b"');");
        assert_eq!(insert.target(), None);
    }
}
