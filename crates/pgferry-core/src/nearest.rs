//! Names that were probably meant.

/// What has the name that comes nearest to this one, unless none comes near.
pub(crate) fn nearest<'a, T>(
    name: &[u8],
    others: impl Iterator<Item = (&'a [u8], T)>,
) -> Option<T> {
    let furthest = (name.len() / 3).max(1);
    others
        .map(|(other, of)| (distance(name, other), of))
        .filter(|(distance, _)| *distance <= furthest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, of)| of)
}

/// How many letters have to be added, left out or changed, case aside.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, letter) in one.iter().enumerate() {
        // What the cell to the left above held.
        let mut corner = std::mem::replace(row.first_mut().unwrap_or(&mut 0), number + 1);
        let mut left = number + 1;
        for (cell, also) in row.iter_mut().skip(1).zip(other) {
            let changed = corner + usize::from(!letter.eq_ignore_ascii_case(also));
            corner = *cell;
            left = changed.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("abc", "", 3),
            ("", "abc", 3),
            ("pasword", "password", 1),
            ("Email", "email", 0),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected);
        }
    }
}
