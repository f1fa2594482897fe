//! From what the user wants to what is kept.

use std::collections::BTreeSet;
use std::fmt;

use super::inventory::Inventory;
use super::keep::{Content, Parts, Rest};
use super::pattern::Pattern;
use super::subject::{Kind, Link};
use crate::dump::scan::ObjectName;
use crate::nearest::nearest;

type Name = ObjectName<'static>;

/// What the user wants of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Tables, views and sequences; all of them if there are none.
    pub tables: Vec<Pattern>,
    pub exclude_tables: Vec<Pattern>,
    /// Tables that stay empty.
    pub exclude_data: Vec<Pattern>,
    pub schema_only: bool,
    pub data_only: bool,
}

impl Wish {
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// What the database holds that is loaded into.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    pub relations: BTreeSet<ObjectName<'static>>,
    /// Types, functions, schemas … Schemas and extensions have no schema themselves.
    pub definitions: BTreeSet<(Kind, ObjectName<'static>)>,
    pub links: BTreeSet<Link>,
    /// Partitions, each with the table that it is one of.
    pub parts: BTreeSet<(ObjectName<'static>, ObjectName<'static>)>,
    /// Views, each with what it is made of.
    pub views: BTreeSet<(ObjectName<'static>, ObjectName<'static>)>,
}

/// Patterns that nothing answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub pattern: String,
    /// The name that comes nearest, if one comes near.
    pub nearest: Option<String>,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "nothing in the dump matches `{}`", self.pattern)?;
        self.nearest
            .iter()
            .try_for_each(|nearest| write!(formatter, "; did you mean `{nearest}`?"))
    }
}

/// Why nothing is restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NothingSelected {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unmatched(Vec<Unmatched>),
    #[error("what is asked for is left out again, so nothing is left")]
    Nothing,
    /// It would be a partition no longer.
    #[error("{part} is a partition of {whole}, which is not restored")]
    Part { part: String, whole: String },
    /// It would be dropped with the table that it belongs to.
    #[error("{part} is a partition of {whole} in the database, and would go with it")]
    Lost { part: String, whole: String },
}

impl Inventory {
    /// What is kept of the dump. `standing` is what the database holds that is loaded into; without it the database is new,
    /// and nothing in it.
    ///
    /// - With tables named, what belongs to them is kept, their parts and the tables that inherit from them too. In a new
    ///   database everything that tables are made of is kept with them (schemas, extensions, types, functions …); in one that
    ///   stands, what they need and it does not hold.
    /// - What mentions something that is left out is left out too: views, functions.
    /// - Foreign keys are kept where both tables are, or the other one stands. Where a table that is replaced is referred to,
    ///   or used by views that the dump has too, these are made anew.
    ///
    /// # Errors
    /// Patterns that nothing matches; or nothing is left.
    pub fn select(
        &self,
        wish: &Wish,
        standing: Option<&Standing>,
    ) -> Result<Parts, NothingSelected> {
        self.check(wish)?;
        let is_named = !wish.tables.is_empty();
        let mut kept = if is_named {
            self.family(&wish.tables)
        } else {
            self.relations.keys().cloned().collect()
        };
        let excluded = self.family(&wish.exclude_tables);
        kept.retain(|name| !excluded.contains(name));
        if kept.is_empty() && (is_named || !wish.exclude_tables.is_empty()) {
            return Err(NothingSelected::Nothing);
        }
        if let Some(standing) = standing.filter(|_| !wish.data_only) {
            check_parts(&kept, standing)?;
        }
        let mut notes = Vec::new();
        let stands = |name: &Name| standing.is_some_and(|held| held.relations.contains(name));

        // Views over what is replaced would keep it from being dropped.
        if let Some(standing) = standing.filter(|_| is_named && !wish.data_only) {
            let views = self.views_over(&kept, standing);
            if !views.is_empty() {
                notes.push(format!(
                    "made anew, for they use what is restored: {}",
                    listed(&views)
                ));
            }
            kept.extend(views);
        }
        let mut rest = match standing {
            Some(_) if is_named => Rest::Needed(BTreeSet::new()),
            _ => Rest::All,
        };
        // Sequences that only defaults use, and types, functions and schemas.
        if let (Rest::Needed(needed), Some(standing)) = (&mut rest, standing) {
            let sequences = self.needed(&mut kept, needed, standing);
            let names = needed.iter().map(|(_, name)| name.clone());
            let names: BTreeSet<Name> = names.chain(sequences).collect();
            if !wish.data_only && !names.is_empty() {
                notes.push(format!(
                    "needed, and not in the database, so restored too: {}",
                    listed(&names)
                ));
            }
        }
        let mut left: BTreeSet<Name> = self
            .relations
            .keys()
            .filter(|name| !kept.contains(*name))
            .cloned()
            .collect();
        if rest == Rest::All {
            let left_too = self.leave_out_with(&mut left, &mut kept, is_named);
            if !wish.data_only && !left_too.is_empty() {
                notes.push(format!(
                    "left out, for they use what is left out: {}",
                    listed(&left_too)
                ));
            }
        }
        let links = self.links(&kept, standing, stands);
        if !wish.data_only {
            for link in self.links.iter().filter(|link| kept.contains(&link.table)) {
                if let Some(referenced) = &link.referenced
                    && !links.contains(link)
                {
                    notes.push(format!(
                        "left out the foreign key {} of {}: {referenced} is not restored",
                        String::from_utf8_lossy(&link.name),
                        link.table
                    ));
                }
            }
        }
        if self.has_large_objects && is_named {
            notes.push("left out the large objects, which belong to no table".to_owned());
        }
        Ok(Parts {
            is_everything: false,
            empty: self.family(&wish.exclude_data),
            indexes: self.indexes.clone(),
            kept,
            left,
            links,
            rest,
            is_named,
            content: match (wish.schema_only, wish.data_only) {
                (true, _) => Content::Definitions,
                (false, true) => Content::Rows,
                (false, false) => Content::Both,
            },
            extensions: BTreeSet::new(),
            notes,
        })
    }

    fn check(&self, wish: &Wish) -> Result<(), NothingSelected> {
        let patterns = [&wish.tables, &wish.exclude_tables, &wish.exclude_data];
        let unmatched: Vec<Unmatched> = patterns
            .into_iter()
            .flatten()
            .filter(|pattern| !self.relations().any(|name| pattern.matches(name)))
            .map(|pattern| {
                let names = self.relations().map(|name| (&*name.name, name));
                let mut owners = self.owners.iter();
                let owner = owners.find(|(sequence, _)| pattern.matches(sequence));
                let meant = match owner {
                    Some((_, table)) => Some(table),
                    None => nearest(pattern.word(), names),
                };
                Unmatched {
                    pattern: pattern.to_string(),
                    nearest: meant.map(ToString::to_string),
                }
            })
            .collect();
        if unmatched.is_empty() {
            Ok(())
        } else {
            Err(NothingSelected::Unmatched(unmatched))
        }
    }

    /// What the patterns match, with parts, tables that inherit, and sequences.
    fn family(&self, patterns: &[Pattern]) -> BTreeSet<Name> {
        let matched = |name: &Name| patterns.iter().any(|pattern| pattern.matches(name));
        let mut pending: Vec<Name> = self
            .relations()
            .filter(|name| matched(name))
            .cloned()
            .collect();
        let mut family = BTreeSet::new();
        while let Some(name) = pending.pop() {
            let owned = self.owners.iter().filter(|(_, table)| **table == name);
            pending.extend(owned.map(|(sequence, _)| sequence.clone()));
            pending.extend(self.children.get(&name).into_iter().flatten().cloned());
            if !family.insert(name.clone()) {
                // A hostile dump lets tables inherit in circles.
                pending.retain(|other| !family.contains(other));
            }
        }
        family
    }

    /// Views of the dump that the database holds too, and that use what is kept there.
    fn views_over(&self, kept: &BTreeSet<Name>, standing: &Standing) -> BTreeSet<Name> {
        let mut views: BTreeSet<Name> = BTreeSet::new();
        loop {
            let more: Vec<Name> = standing
                .views
                .iter()
                .filter(|(view, used)| {
                    let is_new = !kept.contains(view) && !views.contains(view);
                    is_new
                        && (kept.contains(used) || views.contains(used))
                        && self.relations.get(view).is_some_and(|view| view.is_view)
                })
                .map(|(view, _)| view.clone())
                .collect();
            if more.is_empty() {
                return views;
            }
            views.extend(more);
        }
    }

    /// Adds what the kept relations mention, directly or not, that the database does not hold. Returns the sequences among it,
    /// which are kept now.
    fn needed(
        &self,
        kept: &mut BTreeSet<Name>,
        needed: &mut BTreeSet<(Kind, Name)>,
        standing: &Standing,
    ) -> BTreeSet<Name> {
        let mut sequences = BTreeSet::new();
        let mentions = |name: &Name| self.relations.get(name).map(|relation| &relation.mentions);
        let mut pending: Vec<&Name> = kept.iter().filter_map(mentions).flatten().collect();
        let schema = |name: &Name| {
            let schema = name.schema.clone()?;
            Some((
                Kind::Schema,
                ObjectName {
                    schema: None,
                    name: schema,
                },
            ))
        };
        needed.extend(kept.iter().filter_map(schema));
        let mut seen = BTreeSet::new();
        while let Some(name) = pending.pop() {
            if !seen.insert(name) {
                continue;
            }
            let is_sequence = self
                .relations
                .get(name)
                .is_some_and(|relation| relation.is_sequence);
            if is_sequence && !kept.contains(name) && !standing.relations.contains(name) {
                sequences.insert(name.clone());
                needed.extend(schema(name));
            }
            for kind in [Kind::Type, Kind::Function, Kind::Collation] {
                let key = (kind, name.clone());
                if let Some(mentioned) = self.definitions.get(&key)
                    && !standing.definitions.contains(&key)
                {
                    needed.extend(schema(name));
                    needed.insert(key);
                    pending.extend(mentioned);
                }
            }
        }
        let extensions = self
            .definitions
            .keys()
            .filter(|(kind, _)| *kind == Kind::Extension);
        needed.extend(extensions.cloned());
        needed.retain(|key| {
            self.definitions.contains_key(key) && !standing.definitions.contains(key)
        });
        kept.extend(sequences.iter().cloned());
        sequences
    }

    /// Adds to `left` what mentions it: views, unless they are named, and definitions. Returns what was added.
    fn leave_out_with(
        &self,
        left: &mut BTreeSet<Name>,
        kept: &mut BTreeSet<Name>,
        is_named: bool,
    ) -> BTreeSet<Name> {
        let mut added = BTreeSet::new();
        if left.is_empty() {
            return added;
        }
        loop {
            let views = self
                .relations
                .iter()
                .filter(|(name, view)| !is_named && view.is_view && kept.contains(*name))
                .map(|(name, view)| (name, &view.mentions));
            let definitions = self
                .definitions
                .iter()
                .map(|((_, name), mentions)| (name, mentions));
            let more: Vec<Name> = views
                .chain(definitions)
                .filter(|(name, mentions)| !left.contains(*name) && !mentions.is_disjoint(left))
                .map(|(name, _)| name.clone())
                .collect();
            if more.is_empty() {
                return added;
            }
            for name in more {
                kept.remove(&name);
                left.insert(name.clone());
                added.insert(name);
            }
        }
    }

    /// Foreign keys that are made.
    fn links(
        &self,
        kept: &BTreeSet<Name>,
        standing: Option<&Standing>,
        stands: impl Fn(&Name) -> bool,
    ) -> BTreeSet<Link> {
        let is_made = |link: &&Link| {
            let Some(referenced) = &link.referenced else {
                return false;
            };
            match (kept.contains(&link.table), kept.contains(referenced)) {
                (true, true) => true,
                (true, false) => stands(referenced),
                (false, true) => standing.is_some_and(|held| held.links.contains(*link)),
                (false, false) => false,
            }
        };
        self.links.iter().filter(is_made).cloned().collect()
    }
}

/// Partitions are made anew with their table, or not at all: one that is made by itself is none, and a table that is dropped
/// takes its partitions with it.
fn check_parts(kept: &BTreeSet<Name>, standing: &Standing) -> Result<(), NothingSelected> {
    for (part, whole) in &standing.parts {
        let names = (part.to_string(), whole.to_string());
        match (kept.contains(part), kept.contains(whole), names) {
            (true, false, (part, whole)) => return Err(NothingSelected::Part { part, whole }),
            (false, true, (part, whole)) => return Err(NothingSelected::Lost { part, whole }),
            _ => {}
        }
    }
    Ok(())
}

fn listed(names: &BTreeSet<Name>) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = names.iter().take(SHOWN).map(ToString::to_string).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
