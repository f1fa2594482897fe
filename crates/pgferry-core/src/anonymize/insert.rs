//! Which column a value of an `INSERT` belongs to.

/// Follows the words and parentheses of `INSERT INTO table [(columns)] … VALUES (…), (…)`.
#[derive(Debug, Default)]
pub(super) struct Insert {
    place: Place,
    word: Vec<u8>,
    names: Vec<Vec<u8>>,
    /// Between the edges of a value.
    in_value: bool,
}

/// Where a value begins or ends: behind `(` or `,`, before `,` or `)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Begin,
    End,
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
    /// Reads the statement's next words and symbols up to where a value begins or ends; returns how many bytes it read.
    pub(super) fn step(&mut self, bytes: &[u8]) -> (usize, Option<Edge>) {
        for (index, &byte) in bytes.iter().enumerate() {
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80 {
                if self.place == Place::Head || self.place == Place::Names {
                    self.word.push(byte.to_ascii_lowercase());
                }
                continue;
            }
            self.end_word();
            let at_edge = matches!(self.place, Place::Values | Place::Row(1, _));
            if at_edge && matches!(byte, b',' | b')' | b']') && std::mem::take(&mut self.in_value) {
                return (index, Some(Edge::End));
            }
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
            if at_edge && matches!(byte, b'(' | b',') && matches!(self.place, Place::Row(1, _)) {
                self.in_value = true;
                return (index + 1, Some(Edge::Begin));
            }
        }
        (bytes.len(), None)
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

    /// Reads `code` to its end and returns its values' edges.
    fn code(insert: &mut Insert, code: &[u8]) -> Vec<(usize, Edge)> {
        let mut edges = Vec::new();
        let mut start = 0;
        loop {
            let (length, edge) = insert.step(&code[start..]);
            start += length;
            match edge {
                Some(edge) => edges.push((start, edge)),
                None => return edges,
            }
        }
    }

    #[test]
    fn values_belong_to_columns() {
        let mut insert = Insert::default();
        code(&mut insert, b"INSERT INTO public.t (id, \"");
        insert.identifier(b"Mail (x)");
        code(&mut insert, b"\", note) OVERRIDING SYSTEM VALUE VAL");
        assert_eq!(insert.target(), None);
        code(&mut insert, b"UES (1, '");
        assert_eq!(insert.target(), Some(Target::Named(b"Mail (x)")));
        code(&mut insert, b"', f(1, ARRAY[2, '");
        assert_eq!(insert.target(), Some(Target::Named(b"note")));
        code(&mut insert, b"'])), ('");
        assert_eq!(insert.target(), Some(Target::Named(b"id")));

        let mut insert = Insert::default();
        let edges = code(&mut insert, b"INSERT INTO t VALUES (1, f(2, 3), '");
        let expected = [
            (22, Edge::Begin),
            (23, Edge::End),
            (24, Edge::Begin),
            (32, Edge::End),
            (33, Edge::Begin),
        ];
        assert_eq!(edges, expected);
        assert_eq!(insert.target(), Some(Target::Numbered(2)));
        code(&mut insert, b"');");
        assert_eq!(insert.target(), None);
    }
}
