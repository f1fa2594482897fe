//! What must hold of the scanner and the load filter, whatever they are fed.

use std::convert::Infallible;

use pgferry_core::dump::{Ending, Event, LoadFilter, LoadOptions, Scanner};

/// The first byte says how large the pieces are in which the rest is fed.
pub fn holds(input: &[u8]) {
    let Some((size, text)) = input.split_first() else {
        return;
    };
    let size = usize::from(*size).max(1);
    let whole = scan([text]);
    let pieces = scan(text.chunks(size));
    assert_eq!(
        whole.raw, text,
        "an event holds what was not fed, or not all of it"
    );
    assert_eq!(whole, pieces, "pieces of {size} tell something else");

    // A header, so that the filter does not stop at once.
    let dump = [b"-- PostgreSQL database dump\n", text].concat();
    let filtered = filter([dump.as_slice()]);
    assert_eq!(
        filtered,
        filter(dump.chunks(size)),
        "pieces of {size} are filtered differently"
    );
    if let Some(output) = filtered {
        // What passed once has nothing left to drop or refuse.
        assert_eq!(
            filter([output.as_slice()]).as_deref(),
            Some(output.as_slice())
        );
    }
}

#[derive(Debug, PartialEq)]
struct Seen {
    raw: Vec<u8>,
    /// Kinds of events and the places where they begin; of adjacent pieces the first.
    events: Vec<(String, usize)>,
    ending: Ending,
}

fn scan<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Seen {
    let mut raw = Vec::new();
    let mut events: Vec<(String, usize)> = Vec::new();
    let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
        let kind = match &event {
            Event::Blank(_) => "blank".to_owned(),
            Event::Comment(_) => "comment".to_owned(),
            Event::StatementText(_) => "text".to_owned(),
            Event::Rows(_) => "rows".to_owned(),
            Event::MetaCommand(command) => format!("command at {}", command.position),
            Event::CopyEnd { rows, bytes, .. } => format!("end of {rows} rows, {bytes} bytes"),
            other => format!("{other:?}"),
        };
        if !events
            .last()
            .is_some_and(|(last, _)| *last == kind && !event.raw().is_empty())
        {
            events.push((kind, raw.len()));
        }
        raw.extend_from_slice(event.raw());
        Ok(())
    };
    let mut scanner = Scanner::new();
    for piece in pieces {
        let Ok(()) = scanner.feed(piece, &mut sink);
    }
    let Ok(ending) = scanner.finish(&mut sink);
    Seen {
        raw,
        events,
        ending,
    }
}

/// What passes, if all of it does.
fn filter<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    // What is set after a COPY stands where nothing else may stand.
    let options = LoadOptions {
        pin_settings: false,
        ..LoadOptions::default()
    };
    let mut filter = LoadFilter::new(options);
    let mut output = Vec::new();
    for piece in pieces {
        filter.feed(piece, &mut output).ok()?;
    }
    filter.finish(&mut output).ok()?;
    Some(output)
}
