//! Statements, in pieces: what is held until it is known what they are.

use std::borrow::Cow;

use super::classify::classify;
use super::event::{
    CopyEndpoint, CopyTarget, Event, Fact, Hazard, Setting, Statement, StatementKind,
};
use super::lexer::Stop;
use super::scanner::{Scanner, Sink, Unit, advanced};

/// Encodings that only clients may have (`PG_ENCODING_IS_CLIENT_ONLY` in `src/include/mb/pg_wchar.h`), with their other
/// names (`pg_encname_tbl` in `src/common/encnames.c`).
const ENCODINGS_WITH_ASCII_IN_CHARACTERS: [&[u8]; 13] = [
    b"BIG5",
    b"WIN950",
    b"GB18030",
    b"GBK",
    b"WIN936",
    b"JOHAB",
    b"SHIFTJIS2004",
    b"SJIS",
    b"SHIFTJIS",
    b"MSKANJI",
    b"WIN932",
    b"UHC",
    b"WIN949",
];

/// What the scanner has to do when the statement ends.
#[derive(Debug, Clone)]
pub(super) enum Effect {
    None,
    Copy(CopyTarget),
    StandardStrings(bool),
    Encoding { name: Vec<u8>, ascii_safe: bool },
}

/// Settings by which psql reads its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Strings,
    Encoding,
}

/// Names of settings are compared without regard to case, even quoted ones.
fn strings_or_encoding(setting: &Setting<'_>) -> Option<Read> {
    if setting
        .name
        .eq_ignore_ascii_case(b"standard_conforming_strings")
    {
        Some(Read::Strings)
    } else if setting.name.eq_ignore_ascii_case(b"client_encoding") {
        Some(Read::Encoding)
    } else {
        None
    }
}

/// Whether nobody can tell how psql reads what comes after the statement.
fn is_unreadable(kind: &StatementKind<'_>) -> bool {
    let StatementKind::Set(setting) = kind else {
        return false;
    };
    setting.name.is_empty() || (strings_or_encoding(setting).is_some() && setting.value.is_none())
}

impl Scanner {
    pub(super) fn statement<E>(
        &mut self,
        input: &[u8],
        sink: &mut Sink<'_, E>,
    ) -> Result<usize, E> {
        let (end, stop) = self.lexer.run(input, 0);
        let text = input.get(..end).unwrap_or_default();
        if !self.started
            && self.held.is_empty()
            && stop == Stop::Semicolon
            && text.len() <= Self::HOLD_LIMIT
        {
            self.report_start(text, true, sink)?;
            self.report(Event::StatementText(text), sink)?;
            self.end_statement(sink)?;
            return Ok(end);
        }
        self.statement_text(text, sink)?;
        match stop {
            Stop::Input | Stop::CommentEnd => {}
            Stop::Semicolon => {
                self.start_statement(true, sink)?;
                self.end_statement(sink)?;
            }
            Stop::Backslash => {
                self.start_statement(false, sink)?;
                self.begin_unit(Unit::MetaCommand { in_statement: true });
            }
            Stop::Hazard(hazard) => {
                let position = advanced(self.position, &self.held);
                self.hazard.get_or_insert((hazard, position));
                if self.started {
                    self.report_hazard(sink)?;
                }
            }
        }
        Ok(end)
    }

    fn statement_text<E>(&mut self, text: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        let mut text = text;
        if !self.started {
            let room = Self::HOLD_LIMIT.saturating_sub(self.held.len());
            let (fits, more) = text.split_at_checked(room).unwrap_or((text, &[]));
            self.held.extend_from_slice(fits);
            if more.is_empty() {
                return Ok(());
            }
            self.start_statement(false, sink)?;
            text = more;
        }
        if text.is_empty() {
            Ok(())
        } else {
            self.report(Event::StatementText(text), sink)
        }
    }

    /// Reports the statement's beginning and what is held of its text, unless that is done.
    pub(super) fn start_statement<E>(
        &mut self,
        complete: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        if self.started {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        self.report_start(&held, complete, sink)?;
        self.report(Event::StatementText(&held), sink)?;
        held.clear();
        self.held = held;
        Ok(())
    }

    pub(super) fn report_hazard<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        match self.hazard.take() {
            Some((hazard, position)) => self.report(Event::Hazard(hazard, position), sink),
            None => Ok(()),
        }
    }

    pub(super) fn report_start<E>(
        &mut self,
        text: &[u8],
        complete: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        let kind = classify(text, complete, self.lexer.standard_strings());
        if is_unreadable(&kind) {
            self.hazard
                .get_or_insert((Hazard::UnreadableSetting, self.statement_position));
        }
        self.report_hazard(sink)?;
        self.effect = self.effect_of(&kind);
        let statement = Statement {
            kind,
            text,
            position: self.statement_position,
            starts_line: self.unit_starts_line,
            complete,
        };
        self.started = true;
        self.report(Event::StatementStart(statement), sink)
    }

    fn effect_of(&self, kind: &StatementKind<'_>) -> Effect {
        match kind {
            StatementKind::Copy(copy) if copy.endpoint == CopyEndpoint::FromStdin => {
                let Some(table) = copy.table.clone() else {
                    return Effect::None;
                };
                Effect::Copy(CopyTarget {
                    table: table.into_owned(),
                    columns: copy.columns.iter().map(|column| column.to_vec()).collect(),
                    format: copy.format,
                    position: self.statement_position,
                })
            }
            StatementKind::Set(setting) => match (strings_or_encoding(setting), &setting.value) {
                (Some(Read::Strings), Some(value)) => Effect::StandardStrings(!is_false(value)),
                (Some(Read::Encoding), Some(value)) => Effect::Encoding {
                    name: value.to_vec(),
                    ascii_safe: is_ascii_safe(value),
                },
                _ => Effect::None,
            },
            _ => Effect::None,
        }
    }

    fn end_statement<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.unit = Unit::Outside;
        self.report_hazard(sink)?;
        self.report(Event::StatementEnd, sink)?;
        match std::mem::replace(&mut self.effect, Effect::None) {
            Effect::None => Ok(()),
            Effect::Copy(target) => {
                self.copy = Some(target);
                Ok(())
            }
            Effect::StandardStrings(value) => {
                self.lexer.set_standard_strings(value);
                self.report(Event::Fact(Fact::StandardStrings(value)), sink)
            }
            Effect::Encoding { name, ascii_safe } => self.report(
                Event::Fact(Fact::ClientEncoding {
                    name: Cow::Borrowed(&name),
                    ascii_safe,
                }),
                sink,
            ),
        }
    }
}

/// A boolean setting that is off, by `parse_bool` of PostgreSQL: any beginning of a word that is no other's.
fn is_false(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    lower == b"0"
        || (lower.len() > 1 && b"off".starts_with(&lower))
        || (!lower.is_empty() && (b"false".starts_with(&lower) || b"no".starts_with(&lower)))
}

/// As PostgreSQL compares names of encodings: letters and digits only.
fn is_ascii_safe(encoding: &[u8]) -> bool {
    let name: Vec<u8> = encoding
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase)
        .collect();
    !ENCODINGS_WITH_ASCII_IN_CHARACTERS.contains(&name.as_slice())
}
