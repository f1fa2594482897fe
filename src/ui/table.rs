//! Columns of text, as wide as their widest cell.

/// How a column's cells stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows under headings.
#[derive(Debug)]
pub struct Table {
    headings: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(headings: &[(&'static str, Align)]) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: Vec::new(),
        }
    }

    /// `cells` in the order of the headings.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, headings first, without trailing blanks.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let width = |column: usize, heading: &str| {
            let cells = self
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            cells.chain([heading.chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = self
            .headings
            .iter()
            .enumerate()
            .map(|(column, (heading, _))| width(column, heading))
            .collect();
        let headings: Vec<String> = self
            .headings
            .iter()
            .map(|(heading, _)| (*heading).to_owned())
            .collect();
        std::iter::once(headings)
            .chain(self.rows.iter().cloned())
            .map(move |cells| {
                let padded = cells.iter().zip(&widths).zip(&self.headings).map(
                    |((cell, width), (_, align))| match align {
                        Align::Left => format!("{cell:<width$}"),
                        Align::Right => format!("{cell:>width$}"),
                    },
                );
                padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&[
            ("name", Align::Left),
            ("size", Align::Right),
            ("id", Align::Left),
        ]);
        table.row(vec!["a".into(), "1 B".into(), "x".into()]);
        table.row(vec!["longer".into(), "10 B".into(), String::new()]);
        let lines: Vec<String> = table.lines().collect();
        assert_eq!(
            lines,
            ["name    size  id", "a        1 B  x", "longer  10 B"]
        );
    }
}
