//! What a column's type says about its values.

/// How a column's values are written, and what may become of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Not known, or a row type: values that begin with `{` or `[` are taken for JSON or arrays.
    #[default]
    Unknown,
    /// Text, in which a backslash is a backslash.
    Text,
    /// JSON, where a backslash escapes. `hstore` too.
    Json,
    /// An array of anything that could hold text: a backslash escapes, and length limits hold for each element.
    Array,
    /// `bytea`
    Bytes,
    Uuid,
    /// `inet`, `cidr`
    Network,
    Date,
    /// With time zone or without.
    Timestamp,
    /// Numbers, booleans, enums, times, geometry and arrays of these: no free text.
    Other,
}

impl Shape {
    /// Whether values can hold text, and so an address.
    pub fn is_text_like(self) -> bool {
        matches!(
            self,
            Self::Unknown | Self::Text | Self::Json | Self::Array | Self::Bytes
        )
    }
}
