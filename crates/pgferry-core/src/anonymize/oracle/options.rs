//! What the oracle accepts beside the addresses that the anonymiser writes.

/// Addresses and places that rules keep, so that they are no leaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OracleOptions {
    /// Whole addresses, such as `info@club.example.org`; ASCII case is ignored.
    pub allowed_addresses: Vec<String>,
    /// Domains whose every address may stay, such as `club.example.org`: that domain and none below it; ASCII case is
    /// ignored.
    pub allowed_domains: Vec<String>,
    /// Columns that a rule keeps as they are. Addresses in them are counted, but are no findings. They are recognised in
    /// COPY sections only: in a dump made with `--inserts` they are found like any other.
    pub kept_columns: Vec<KeptColumn>,
}

/// A column that a rule keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeptColumn {
    /// The table as a dump's COPY statement prints it: `public.users`, `"infinite-prod"."ta ble"`.
    pub table: String,
    /// The column's name, without quotes.
    pub column: String,
}
