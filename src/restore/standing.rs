//! What a database holds that is loaded into, as far as a selection has to know it.

use pgferry_core::dump::ObjectName;
use pgferry_core::dump::parts::{Kind, Link, Standing};

use crate::target::{Access, TargetError};

/// A JSON array a line: what it is, then names.
const HELD: &str = "SELECT pg_catalog.json_build_array('relation', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL SELECT pg_catalog.json_build_array('type', n.nspname, t.typname)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL SELECT pg_catalog.json_build_array('function', n.nspname, p.proname)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL SELECT pg_catalog.json_build_array('collation', n.nspname, c.collname)
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL SELECT pg_catalog.json_build_array('schema', NULL, nspname) FROM pg_catalog.pg_namespace
UNION ALL SELECT pg_catalog.json_build_array('extension', NULL, extname) FROM pg_catalog.pg_extension
UNION ALL SELECT pg_catalog.json_build_array('link', n.nspname, c.relname, o.conname, fn.nspname, f.relname)
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class f ON f.oid = o.confrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE o.contype = 'f'
UNION ALL SELECT pg_catalog.json_build_array('part', n.nspname, c.relname, pn.nspname, p.relname)
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')
UNION ALL SELECT pg_catalog.json_build_array('view', n.nspname, v.relname, un.nspname, u.relname)
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
JOIN pg_catalog.pg_class v ON v.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_class u ON u.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
JOIN pg_catalog.pg_namespace un ON un.oid = u.relnamespace
WHERE u.oid <> v.oid AND v.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_';";

/// # Errors
/// [`TargetError`], when the server does not answer.
pub async fn standing(access: &Access) -> Result<Standing, TargetError> {
    let mut standing = Standing::default();
    for line in access.query(HELD).await? {
        note(&mut standing, &line).ok_or(TargetError::Answer)?;
    }
    Ok(standing)
}

fn note(standing: &mut Standing, line: &str) -> Option<()> {
    let fields: Vec<Option<String>> = serde_json::from_str(line).ok()?;
    let text = |position: usize| fields.get(position)?.clone().map(String::into_bytes);
    let name = |position: usize| {
        Some(ObjectName {
            schema: text(position).map(Into::into),
            name: text(position + 1)?.into(),
        })
    };
    let first = name(1)?;
    let kind = match fields.first()?.as_deref()? {
        "relation" => {
            standing.relations.insert(first);
            return Some(());
        }
        "link" => {
            standing.links.insert(Link {
                table: first,
                name: text(3)?,
                referenced: name(4),
            });
            return Some(());
        }
        "part" => {
            standing.parts.insert((first, name(3)?));
            return Some(());
        }
        "view" => {
            standing.views.insert((first, name(3)?));
            return Some(());
        }
        "type" => Kind::Type,
        "function" => Kind::Function,
        "collation" => Kind::Collation,
        "schema" => Kind::Schema,
        "extension" => Kind::Extension,
        _ => return None,
    };
    standing.definitions.insert((kind, first));
    Some(())
}
