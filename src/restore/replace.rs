//! Replacing a server's database as a whole: whether that may be done, what carries over, and what would be lost.
//!
//! The new database is made like the old one (encoding, locale, tablespace), filled, and gets the old one's owner, settings
//! and privileges before it gets its name. What the old one held beyond the dump decides whether it is dropped or kept.

use std::fmt;

use super::Beside;
use super::beside::Kept;
use super::provenance::{self, Provenance};
use super::snapshot::Snapshots;
use crate::target::{Access, ServerFacts, TargetError, quote_literal};

/// Databases from which another one is made, dropped and renamed.
const ADMINISTRATION: [&str; 2] = ["postgres", "template1"];

/// Whether the role may make a database where this one lies, and give it this one's name.
const MAY: &str = "SELECT r.rolsuper, r.rolsuper OR (r.rolcreatedb AND pg_catalog.pg_has_role(r.oid, d.datdba, 'USAGE')
    AND (s.spcname = 'pg_default' OR pg_catalog.has_tablespace_privilege(r.oid, s.oid, 'CREATE')))
FROM pg_catalog.pg_roles r, pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace s ON s.oid = d.dattablespace
WHERE r.rolname = current_user AND d.datname = current_database();";

/// What a database has that decides who may read what is loaded into it.
const PRIVILEGES: &str = "SELECT 'default privileges' WHERE EXISTS (SELECT FROM pg_catalog.pg_default_acl)
UNION ALL
SELECT 'privileges on the schema public' FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_init_privs p
    ON p.objoid = n.oid AND p.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND p.objsubid = 0
WHERE n.nspname = 'public' AND n.nspacl IS DISTINCT FROM p.initprivs;";

/// Everything in a database that somebody made, one a line, named as SQL names it.
const HELD: &str = "SET search_path = '';
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
    WHEN 'S' THEN 'sequence' ELSE 'table' END || ' ' || c.oid::pg_catalog.regclass
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid
    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e');
SELECT 'function ' || p.oid::pg_catalog.regprocedure
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid
    AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype IN ('e', 'i'));
SELECT 'type ' || t.oid::pg_catalog.regtype
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e', 'r') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = t.oid
    AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'e');
SELECT 'schema ' || pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace
WHERE nspname NOT IN ('information_schema', 'public') AND nspname !~ '^pg_';
SELECT 'extension ' || pg_catalog.quote_ident(extname) FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql';
SELECT 'publication ' || pg_catalog.quote_ident(pubname) FROM pg_catalog.pg_publication;
SELECT 'subscription ' || pg_catalog.quote_ident(s.subname) FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database();
SELECT 'replication slot ' || pg_catalog.quote_ident(slot_name) FROM pg_catalog.pg_replication_slots
WHERE database = current_database();
SELECT 'event trigger ' || pg_catalog.quote_ident(evtname) FROM pg_catalog.pg_event_trigger;
SELECT 'large object ' || oid FROM pg_catalog.pg_largeobject_metadata;
";

/// Why a database is loaded in place instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InPlace {
    /// The role may not make databases, or not rename this one.
    Role,
    /// Extensions that only a superuser makes.
    Extensions(Vec<String>),
    /// What decides who may read what is loaded, and is not part of dumps.
    Privileges(Vec<String>),
    /// There is no other database to which one could connect meanwhile.
    NoOther,
}

impl fmt::Display for InPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role => f.write_str("the role may not make databases, or does not own this one"),
            Self::Extensions(names) => write!(
                f,
                "only a superuser makes the extensions {} in a new one",
                names.join(", ")
            ),
            Self::Privileges(what) => write!(f, "it has {}", what.join(" and ")),
            Self::NoOther => write!(
                f,
                "the role can't connect to {} meanwhile",
                ADMINISTRATION.join(" or ")
            ),
        }
    }
}

/// A database that is to be replaced.
#[derive(Debug)]
pub struct Replacement {
    old: Access,
    admin: Access,
    database: String,
    options: String,
    major: u32,
}

/// Whether the old database outlives the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Always,
    /// If it held what the new one doesn't.
    IfNeeded,
    Never,
}

/// What became of the old database.
#[derive(Debug, Default)]
pub struct Replaced {
    /// What it held and the dump doesn't.
    pub held: Vec<String>,
    /// What it is called now, if it was kept.
    pub kept: Option<String>,
    /// Who was connected to it, and is no longer.
    pub ended: Vec<String>,
}

impl Replacement {
    /// Looks whether the database that `old` leads to can be replaced by one with these extensions.
    ///
    /// # Errors
    /// [`TargetError`], when the server does not answer.
    pub async fn of(
        old: &Access,
        server: &ServerFacts,
        extensions: &[String],
    ) -> Result<Result<Self, InPlace>, TargetError> {
        let Some(is_superuser) = may(old).await? else {
            return Ok(Err(InPlace::Role));
        };
        if !is_superuser && !extensions.is_empty() {
            let untrusted = old
                .query(
                    "SELECT DISTINCT name FROM pg_catalog.pg_available_extension_versions WHERE superuser AND NOT trusted;",
                )
                .await?;
            let names: Vec<String> = extensions
                .iter()
                .filter(|name| untrusted.contains(name))
                .cloned()
                .collect();
            if !names.is_empty() {
                return Ok(Err(InPlace::Extensions(names)));
            }
        }
        let privileges = old.query(PRIVILEGES).await?;
        if !privileges.is_empty() {
            return Ok(Err(InPlace::Privileges(privileges)));
        }
        Self::found(old, server).await
    }

    /// Looks whether the database that `old` leads to can be replaced by a snapshot of it, which has its own privileges.
    ///
    /// # Errors
    /// [`TargetError`], when the server does not answer.
    pub async fn by_snapshot(
        old: &Access,
        server: &ServerFacts,
    ) -> Result<Result<Self, InPlace>, TargetError> {
        if may(old).await?.is_none() {
            return Ok(Err(InPlace::Role));
        }
        Self::found(old, server).await
    }

    async fn found(
        old: &Access,
        server: &ServerFacts,
    ) -> Result<Result<Self, InPlace>, TargetError> {
        let options = old.query(&made_like(server.major())).await?;
        for name in ADMINISTRATION {
            let admin = old.clone().with_database(name);
            if name != server.database && admin.query("SELECT 1;").await.is_ok() {
                return Ok(Ok(Self {
                    old: old.clone(),
                    admin,
                    database: server.database.clone(),
                    options: options.concat(),
                    major: server.major(),
                }));
            }
        }
        Ok(Err(InPlace::NoOther))
    }

    /// Makes the new database.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn begin(&self) -> Result<Beside, TargetError> {
        Beside::make(self.admin.clone(), &self.database, &self.options).await
    }

    /// Makes the new database as a copy of the snapshot that lies in the database `template`.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn begin_with(&self, template: &str) -> Result<Beside, TargetError> {
        Beside::copy(self.admin.clone(), self.major, &self.database, template, "").await
    }

    /// The server's snapshots.
    pub fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.admin.clone(), self.major)
    }

    /// To another database than the one that is replaced.
    pub fn admin(&self) -> &Access {
        &self.admin
    }

    /// How a database is made that is like the old one.
    pub fn options(&self) -> &str {
        &self.options
    }

    /// How the database is reached that [`Replacement::begin`] has made.
    pub fn fresh(&self, beside: &Beside) -> Access {
        self.old.clone().with_database(beside.fresh())
    }

    /// Gives the new database the old one's owner, settings, privileges and name, and notes where it comes from. What
    /// becomes of the old one, `keep` says.
    ///
    /// # Errors
    /// [`TargetError`]; the old one is then still there.
    pub async fn finish(
        self,
        beside: Beside,
        keep: Keep,
        provenance: &Provenance,
    ) -> Result<Replaced, TargetError> {
        let of_new = self.fresh(&beside).query(HELD).await?;
        let mut held = match self.old.query(HELD).await {
            // Another restore has just ended all connections to it, and put its own there.
            Err(TargetError::Broken { .. }) => self.old.query(HELD).await?,
            held => held?,
        };
        held.retain(|object| !of_new.contains(object));
        self.admin
            .query(&carry_over(&self.database, beside.fresh()))
            .await?;
        provenance::note(&self.admin, beside.fresh(), &self.database, provenance).await;
        let ended = connected(&self.admin, &self.database).await?;
        let kept = match keep {
            Keep::Always => Kept::Yes,
            Keep::IfNeeded if !held.is_empty() => Kept::Yes,
            Keep::IfNeeded | Keep::Never => Kept::No,
        };
        let kept = beside.swap(kept).await?;
        Ok(Replaced { held, kept, ended })
    }
}

/// The applications that are connected to `database`.
///
/// # Errors
/// [`TargetError`].
pub async fn connected(admin: &Access, database: &str) -> Result<Vec<String>, TargetError> {
    let connected = format!(
        "SELECT DISTINCT COALESCE(NULLIF(application_name, ''), usename) FROM pg_catalog.pg_stat_activity
         WHERE datname = {} AND backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid() ORDER BY 1;",
        quote_literal(database)
    );
    admin.query(&connected).await
}

/// Whether the role is a superuser, if it may replace the database.
async fn may(old: &Access) -> Result<Option<bool>, TargetError> {
    let may = old.query(MAY).await?;
    Ok(match may.first().and_then(|line| line.split_once('|')) {
        Some((superuser, "t")) => Some(superuser == "t"),
        _ => None,
    })
}

/// A query for the end of a CREATE DATABASE that makes one like the current.
fn made_like(major: u32) -> String {
    let rules = if major >= 16 {
        " || COALESCE(pg_catalog.format(' ICU_RULES %L', daticurules), '')"
    } else {
        ""
    };
    let provider = match major {
        ..=14 => String::new(),
        15 | 16 => format!(
            " || CASE WHEN datlocprovider = 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L', daticulocale){rules}
               ELSE '' END"
        ),
        _ => format!(
            " || CASE datlocprovider WHEN 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L', datlocale){rules}
               WHEN 'b' THEN pg_catalog.format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', datlocale) ELSE '' END"
        ),
    };
    format!(
        "SELECT pg_catalog.format('TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
                 pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype)
             || CASE spcname WHEN 'pg_default' THEN '' ELSE pg_catalog.format(' TABLESPACE %I', spcname) END{provider}
         FROM pg_catalog.pg_database JOIN pg_catalog.pg_tablespace t ON t.oid = dattablespace
         WHERE datname = current_database();"
    )
}

/// Statements that make and run the ones that give `fresh` what belongs to `database` and stands outside of it.
///
/// Settings whose values are lists of names are stored as such, each name quoted as needed; the others are strings.
fn carry_over(database: &str, fresh: &str) -> String {
    let (old, new) = (quote_literal(database), quote_literal(fresh));
    format!(
        "SELECT pg_catalog.format('ALTER DATABASE %I OWNER TO %I', {new}, r.rolname)
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
WHERE d.datname = {old} AND r.rolname <> current_user \\gexec
SELECT pg_catalog.format('ALTER DATABASE %I CONNECTION LIMIT %s', {new}, datconnlimit)
FROM pg_catalog.pg_database WHERE datname = {old} AND datconnlimit > -1 \\gexec
SELECT pg_catalog.format('COMMENT ON DATABASE %I IS %L', {new}, pg_catalog.shobj_description(oid, 'pg_database'))
FROM pg_catalog.pg_database WHERE datname = {old}
AND pg_catalog.shobj_description(oid, 'pg_database') IS NOT NULL \\gexec
SELECT CASE s.setrole WHEN 0 THEN pg_catalog.format('ALTER DATABASE %I', {new})
    ELSE pg_catalog.format('ALTER ROLE %I IN DATABASE %I', r.rolname, {new}) END
    || pg_catalog.format(' SET %I = ', v.name)
    || CASE WHEN v.name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
        AND v.value <> '' THEN v.value ELSE pg_catalog.quote_literal(v.value) END
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
CROSS JOIN LATERAL (SELECT pg_catalog.split_part(c.setting, '=', 1),
    pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)) AS v (name, value)
WHERE d.datname = {old} AND (s.setrole = 0 OR r.oid IS NOT NULL) \\gexec
SELECT pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC', {new})
FROM pg_catalog.pg_database WHERE datname = {old} AND datacl IS NOT NULL \\gexec
SELECT pg_catalog.format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, {new},
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END,
    CASE WHEN a.is_grantable AND a.grantee <> d.datdba THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE d.datname = {old} AND (a.grantee = 0 OR r.oid IS NOT NULL) \\gexec
"
    )
}
