//! Rules to paste into `pgferry.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::dump::ObjectName;

use super::action::{Action, Limits, action, hash};
use super::report::{ColumnSurvey, SurveyReport, TableSurvey};
use super::toml;
use super::verdict::{Confidence, Evidence, Holds, Meaning, Verdict};

/// What is suggested for one column.
#[derive(Debug, Clone)]
struct Proposal {
    /// None: it has to be decided by hand.
    action: Option<Action>,
    confidence: Confidence,
    why: Vec<String>,
}

/// The rules, as TOML, for columns that seem to hold something of persons and for which `ruled(schema, table, column)`
/// does not hold: empty if there are none.
///
/// What is only possible, and what has to be decided by hand, stands in comments.
pub fn suggest(report: &SurveyReport, ruled: impl Fn(&str, &str, &str) -> bool) -> String {
    let mut text = String::new();
    let proposals = proposals(report, &ruled);
    for (table_number, table) in report.tables.iter().enumerate() {
        let columns = table.columns.iter().enumerate();
        let of_table: Vec<_> = columns
            .filter_map(|(number, column)| {
                let proposal = proposals.get(&(table_number, number))?;
                Some((column, proposal))
            })
            .collect();
        if of_table.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let lines = of_table
            .iter()
            .flat_map(|(column, proposal)| lines(column, proposal));
        let header = format!("[anonymize.columns.{}]", toml::string(&table_name(table)));
        for line in std::iter::once(header).chain(lines) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// As SQL writes it, quoted where it has to be.
fn table_name(table: &TableSurvey) -> String {
    let name = ObjectName {
        schema: Some(table.schema.as_bytes().into()),
        name: table.table.as_bytes().into(),
    };
    name.to_string()
}

fn lines(column: &ColumnSurvey, proposal: &Proposal) -> Vec<String> {
    let key = toml::key(&column.name);
    let mut lines = Vec::new();
    let why = proposal.why.iter().map(|why| toml::comment(why));
    let Some(action) = &proposal.action else {
        let why = why.collect::<Vec<_>>().join("; ");
        return vec![format!("# {}: {why}", toml::comment(&key))];
    };
    let mark = if proposal.confidence == Confidence::Likely {
        ""
    } else {
        "# "
    };
    if let Action::Json(_) = action {
        // Reasons for each place do not fit on the line.
        lines.extend(why.map(|why| format!("# {why}")));
        lines.push(format!("{mark}{key} = {action}"));
    } else {
        let why = why.collect::<Vec<_>>().join("; ");
        lines.push(format!("{mark}{key} = {action}  # {why}"));
    }
    lines
}

type Place = (usize, usize);

fn proposals(
    report: &SurveyReport,
    ruled: &impl Fn(&str, &str, &str) -> bool,
) -> BTreeMap<Place, Proposal> {
    let mut proposals = BTreeMap::new();
    let mut families: BTreeMap<usize, Vec<(Place, &TableSurvey, &ColumnSurvey)>> = BTreeMap::new();
    for (table_number, table) in report.tables.iter().enumerate() {
        for (number, column) in table.columns.iter().enumerate() {
            let place = (table_number, number);
            if let Some(family) = column.family {
                families
                    .entry(family)
                    .or_default()
                    .push((place, table, column));
            }
            if !ruled(&table.schema, &table.table, &column.name)
                && let Some(proposal) = proposal(column)
            {
                proposals.insert(place, proposal);
            }
        }
    }
    for family in families.values() {
        agree(family, ruled, &mut proposals);
    }
    proposals
}

/// One rule for all columns of a family.
fn agree(
    family: &[(Place, &TableSurvey, &ColumnSurvey)],
    ruled: &impl Fn(&str, &str, &str) -> bool,
    proposals: &mut BTreeMap<Place, Proposal>,
) {
    // The column with the most values knows best.
    let best = family
        .iter()
        .filter(|(place, ..)| proposals.contains_key(place))
        .max_by_key(|(place, _, column)| {
            let confidence = proposals.get(place).map(|proposal| proposal.confidence);
            (confidence, column.values)
        });
    let Some((best, best_table, best_column)) = best else {
        return;
    };
    let Some(mut chosen) = proposals.get(best).cloned() else {
        return;
    };
    let name = |table: &TableSurvey, column: &ColumnSurvey| {
        format!("{}.{}", table_name(table), toml::key(&column.name))
    };
    let settled = family
        .iter()
        .find(|(_, table, column)| ruled(&table.schema, &table.table, &column.name));
    if let Some((_, table, column)) = settled {
        chosen.action = None;
        chosen.why = vec![format!(
            "give it the rule of {}, whose values it holds",
            name(table, column)
        )];
    } else if chosen.action == Some(Action::Hash)
        && let Some((_, table, column)) = family
            .iter()
            .find(|(_, _, column)| hash(limits(column)).is_none())
    {
        chosen.action = None;
        chosen.why.push(format!(
            "a hash does not fit into {}: decide",
            name(table, column)
        ));
    } else if let Some(Action::Json(paths)) = &mut chosen.action {
        // Partitions: what is in the documents of one of them may be in those of another.
        for (place, ..) in family {
            if let Some(Proposal {
                action: Some(Action::Json(more)),
                why,
                ..
            }) = proposals.get(place)
                && place != best
            {
                paths.extend(more.clone());
                chosen.why.extend(why.iter().cloned());
            }
        }
    }
    for (place, table, column) in family {
        if ruled(&table.schema, &table.table, &column.name) {
            continue;
        }
        let mut own = chosen.clone();
        if place != best && settled.is_none() {
            own.why = vec![format!(
                "holds the values of {}",
                name(best_table, best_column)
            )];
        }
        proposals.insert(*place, own);
    }
}

fn limits(column: &ColumnSurvey) -> Limits {
    Limits {
        holds: column.holds,
        length: column.length,
        keyed: column.keyed,
    }
}

fn proposal(column: &ColumnSurvey) -> Option<Proposal> {
    let limits = limits(column);
    if let Some(verdict) = column.verdict {
        if verdict.meaning == Meaning::Email {
            return None;
        }
        let action = action(verdict.meaning, limits);
        let mut why = vec![why(verdict, &column.shapes, column.examined)];
        match action {
            None if column.keyed => why.push(
                "unique or referred to, and no rule keeps its values apart: decide".to_owned(),
            ),
            None => why.push("no rule fits its type: decide".to_owned()),
            Some(_) if column.keyed => {
                why.push("unique or referred to: a hash keeps values apart".to_owned());
            }
            Some(_) => {}
        }
        return Some(Proposal {
            action,
            confidence: verdict.confidence,
            why,
        });
    }
    let documents = matches!(column.holds, Holds::Json | Holds::Text | Holds::Unknown);
    if documents {
        document_proposal(column, limits)
    } else {
        None
    }
}

/// A rule for places in documents.
fn document_proposal(column: &ColumnSurvey, limits: Limits) -> Option<Proposal> {
    let mut likely = BTreeMap::new();
    let mut possible = BTreeMap::new();
    let mut reasons: Vec<(Confidence, String)> = Vec::new();
    for path in &column.paths {
        let verdict = path
            .verdict
            .filter(|verdict| verdict.meaning != Meaning::Email);
        let Some(verdict) = verdict.filter(|_| !path.path.is_empty()) else {
            continue;
        };
        let inside = Limits {
            holds: Holds::Text,
            length: None,
            keyed: false,
        };
        let Some(action) = action(verdict.meaning, inside) else {
            continue;
        };
        // A rule for every key is one for what stands beside, too.
        let sure = verdict.confidence == Confidence::Likely && !path.hides_keys;
        let mut reason = format!("{}: {}", path.path, why(verdict, &path.shapes, path.values));
        if path.hides_keys {
            reason += "; * is for every key there";
        }
        if sure {
            likely.insert(path.path.clone(), action);
            reasons.push((Confidence::Likely, reason));
        } else {
            reasons.push((
                Confidence::Possible,
                format!("{reason}: {} = {action}", toml::string(&path.path)),
            ));
            possible.insert(path.path.clone(), action);
        }
    }
    if reasons.is_empty() {
        return None;
    }
    let confidence = if likely.is_empty() {
        Confidence::Possible
    } else {
        Confidence::Likely
    };
    let paths = if likely.is_empty() { possible } else { likely };
    let mut why: Vec<String> = reasons.into_iter().map(|(_, reason)| reason).collect();
    let action = if limits.keyed {
        why.push("unique, and no rule for places keeps documents apart: decide".to_owned());
        None
    } else {
        Some(Action::Json(paths))
    };
    Some(Proposal {
        action,
        confidence,
        why,
    })
}

/// `looks like names: "Aaaaa Aaaaaaa" in 98% of 1,000 values`
fn why(verdict: Verdict, shapes: &[String], examined: u64) -> String {
    let things = match verdict.meaning {
        Meaning::Email => "email addresses",
        Meaning::Name => "names",
        Meaning::FirstName => "first names",
        Meaning::LastName => "last names",
        Meaning::Username => "user names",
        Meaning::Phone => "phone numbers",
        Meaning::IpAddress => "IP addresses",
        Meaning::PasswordHash => "password hashes",
        Meaning::Token => "tokens",
        Meaning::Street => "streets",
        Meaning::PostalCode => "postal codes",
        Meaning::City => "cities",
        Meaning::Company => "companies",
        Meaning::DateOfBirth => "dates of birth",
        Meaning::CreditCard => "card numbers",
        Meaning::Iban => "bank accounts",
        Meaning::IdentityNumber => "identity numbers",
        Meaning::Portrait => "pictures of persons",
        Meaning::FreeText => "text that may name persons",
    };
    let verb = match verdict.evidence {
        Evidence::Values => "looks like",
        Evidence::Name => "is named like",
        Evidence::Type => "is of the type of",
    };
    let mut why = format!("{verb} {things}");
    let Some(shape) = shapes.first() else {
        return why;
    };
    let values = thousands(examined);
    let plural = if examined == 1 { "" } else { "s" };
    // Writing into a string cannot fail.
    let Ok(()) = (if verdict.share > 0.0 {
        write!(
            why,
            ": {shape:?} in {} of {values} value{plural}",
            percent(verdict.share)
        )
    } else {
        write!(why, ": {shape:?}, {values} value{plural}")
    }) else {
        return why;
    };
    why
}

fn percent(share: f64) -> String {
    let percent = (share * 100.0).floor();
    if percent < 1.0 {
        "less than 1%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// `1,000`
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(thousands),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [1.0, 0.987, 0.004].map(percent),
            ["100%", "98%", "less than 1%"]
        );
    }
}
