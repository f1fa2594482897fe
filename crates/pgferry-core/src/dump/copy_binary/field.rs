//! Values of one field, by type.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{array, numeric, time};

/// `AF_INET` and the family after it, as the server numbers them on the wire.
const INET: u8 = 2;
const INET6: u8 = 3;
/// The version of jsonb on the wire.
const JSONB: u8 = 1;

/// How values of a type stand in the binary format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldFormat {
    /// As its bytes: strings, json, the labels of enums.
    Bytes,
    Jsonb,
    Bytea,
    Bool,
    Int2,
    Int4,
    Int8,
    /// Unsigned.
    Oid,
    Float4,
    Float8,
    Numeric,
    Uuid,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Inet,
    Cidr,
    MacAddr,
    /// One dimension that begins at 1.
    Array {
        /// Of the elements' type, in the server that is loaded.
        element_oid: u32,
        element: Box<Self>,
    },
}

impl FieldFormat {
    /// By the name of the function in `pg_catalog` that reads a type's values (`pg_type.typreceive`). Types that share one
    /// share the format: citext is read as text is, and domains are as their base types.
    pub fn of_receive(function: &str) -> Option<Self> {
        Some(match function {
            "textrecv" | "varcharrecv" | "bpcharrecv" | "json_recv" | "enum_recv" => Self::Bytes,
            "jsonb_recv" => Self::Jsonb,
            "bytearecv" => Self::Bytea,
            "boolrecv" => Self::Bool,
            "int2recv" => Self::Int2,
            "int4recv" => Self::Int4,
            "int8recv" => Self::Int8,
            "oidrecv" => Self::Oid,
            "float4recv" => Self::Float4,
            "float8recv" => Self::Float8,
            "numeric_recv" => Self::Numeric,
            "uuid_recv" => Self::Uuid,
            "date_recv" => Self::Date,
            "time_recv" => Self::Time,
            "timestamp_recv" => Self::Timestamp,
            "timestamptz_recv" => Self::TimestampTz,
            "inet_recv" => Self::Inet,
            "cidr_recv" => Self::Cidr,
            "macaddr_recv" => Self::MacAddr,
            _ => return None,
        })
    }

    /// Arrays of this.
    #[must_use]
    pub fn array(self, element_oid: u32) -> Self {
        Self::Array {
            element_oid,
            element: Box::new(self),
        }
    }

    /// Appends a value, without its length. `None` for what is not written as the server writes it.
    pub(super) fn write(&self, value: &[u8], output: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Bytes => output.extend_from_slice(value),
            Self::Jsonb => {
                output.push(JSONB);
                output.extend_from_slice(value);
            }
            Self::Bytea => bytes(value, output)?,
            Self::Bool => output.push(match value {
                b"t" => 1,
                b"f" => 0,
                _ => return None,
            }),
            Self::Int2 => output.extend_from_slice(&number::<i16>(value)?.to_be_bytes()),
            Self::Int4 => output.extend_from_slice(&number::<i32>(value)?.to_be_bytes()),
            Self::Int8 => output.extend_from_slice(&number::<i64>(value)?.to_be_bytes()),
            Self::Oid => output.extend_from_slice(&number::<u32>(value)?.to_be_bytes()),
            Self::Float4 => output.extend_from_slice(&float4(value)?.to_be_bytes()),
            Self::Float8 => output.extend_from_slice(&float8(value)?.to_be_bytes()),
            Self::Numeric => numeric::write(value, output)?,
            Self::Uuid => uuid(value, output)?,
            Self::Date => output.extend_from_slice(&time::date(value)?.to_be_bytes()),
            Self::Time => output.extend_from_slice(&time::time(value)?.to_be_bytes()),
            Self::Timestamp => output.extend_from_slice(&time::timestamp(value)?.to_be_bytes()),
            Self::TimestampTz => output.extend_from_slice(&time::timestamptz(value)?.to_be_bytes()),
            Self::Inet => network(value, false, output)?,
            Self::Cidr => network(value, true, output)?,
            Self::MacAddr => mac_address(value, output)?,
            Self::Array {
                element_oid,
                element,
            } => array::write(value, *element_oid, element, output)?,
        }
        Some(())
    }
}

/// A whole number in decimal digits.
pub(super) fn number<N: std::str::FromStr>(value: &[u8]) -> Option<N> {
    // Rust would read a plus sign too, and so would the server, but it writes none.
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn float4(value: &[u8]) -> Option<f32> {
    let float: f32 = match special(value) {
        Some(special) => return special.parse().ok(),
        None => decimal(value)?.parse().ok()?,
    };
    (float.is_finite() && (float != 0.0 || is_zero(value))).then_some(float)
}

fn float8(value: &[u8]) -> Option<f64> {
    let float: f64 = match special(value) {
        Some(special) => return special.parse().ok(),
        None => decimal(value)?.parse().ok()?,
    };
    (float.is_finite() && (float != 0.0 || is_zero(value))).then_some(float)
}

/// What Rust calls the values that are no numbers.
fn special(value: &[u8]) -> Option<&'static str> {
    match value {
        b"NaN" => Some("NaN"),
        b"Infinity" => Some("inf"),
        b"-Infinity" => Some("-inf"),
        _ => None,
    }
}

fn decimal(value: &[u8]) -> Option<&str> {
    let is_of_a_number = |byte: &u8| byte.is_ascii_digit() || b"+-.e".contains(byte);
    value
        .iter()
        .all(is_of_a_number)
        .then(|| std::str::from_utf8(value).ok())?
}

/// Zero as it is written, not what is too small to be told from it, which the server refuses.
fn is_zero(value: &[u8]) -> bool {
    !value.iter().any(|byte| (b'1'..=b'9').contains(byte))
}

fn uuid(value: &[u8], output: &mut Vec<u8>) -> Option<()> {
    let value: &[u8; 36] = value.try_into().ok()?;
    let mut rest = value.as_slice();
    for digits in [8, 4, 4, 4, 12] {
        let (group, after) = rest.split_at_checked(digits)?;
        hexadecimal(group, output)?;
        rest = match after.split_first() {
            Some((b'-', after)) => after,
            Some(_) => return None,
            None => after,
        };
    }
    Some(())
}

fn bytes(value: &[u8], output: &mut Vec<u8>) -> Option<()> {
    hexadecimal(value.strip_prefix(b"\\x")?, output)
}

fn hexadecimal(digits: &[u8], output: &mut Vec<u8>) -> Option<()> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    output.reserve(pairs.len());
    for [high, low] in pairs {
        output.push(nibble(*high)? << 4 | nibble(*low)?);
    }
    Some(())
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The family, the bits of the network, whether it is one (which the server ignores), the address's length, and the address.
fn network(value: &[u8], is_cidr: bool, output: &mut Vec<u8>) -> Option<()> {
    let text = std::str::from_utf8(value).ok()?;
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(number::<u8>(bits.as_bytes())?)),
        None => (text, None),
    };
    let mut write = |family, size: u8, octets: &[u8]| {
        let most = size * 8;
        let bits = bits.unwrap_or(most);
        (bits <= most).then(|| {
            output.extend_from_slice(&[family, bits, u8::from(is_cidr), size]);
            output.extend_from_slice(octets);
        })
    };
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        write(INET, 4, &address.octets())
    } else {
        let address: Ipv6Addr = address.parse().ok()?;
        write(INET6, 16, &address.octets())
    }
}

fn mac_address(value: &[u8], output: &mut Vec<u8>) -> Option<()> {
    let value: &[u8; 17] = value.try_into().ok()?;
    for pair in value.split(|byte| *byte == b':') {
        let pair: &[u8; 2] = pair.try_into().ok()?;
        hexadecimal(pair, output)?;
    }
    Some(())
}
