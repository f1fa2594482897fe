//! However the input comes, the events are the same.

use proptest::prelude::*;

use crate::support::{ARCHIVES, parse};

#[test]
fn bytes_one_at_a_time_give_the_same_events() {
    for (name, bytes) in ARCHIVES {
        assert!(parse(bytes.chunks(1)) == parse([*bytes]), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_gives_the_same_events(
        which in 0..ARCHIVES.len(),
        mut cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..40),
    ) {
        let (name, bytes) = ARCHIVES[which];
        cuts.sort_by_key(|cut| cut.index(bytes.len() + 1));
        let mut pieces = Vec::new();
        let mut rest = bytes;
        let mut from = 0;
        for cut in cuts {
            let to = cut.index(bytes.len() + 1);
            let (piece, after) = rest.split_at(to - from);
            pieces.push(piece);
            rest = after;
            from = to;
        }
        pieces.push(rest);
        prop_assert!(parse(pieces) == parse([bytes]), "{name}");
    }
}
