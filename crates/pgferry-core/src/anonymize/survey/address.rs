//! Addresses of mail and networks, and UUIDs.

use std::net::IpAddr;

/// An address alone, as `Name <address>` or behind `mailto:`.
pub(super) fn is_email(value: &[u8]) -> bool {
    let value = match value.strip_suffix(b">") {
        Some(rest) => rest.rsplit(|byte| *byte == b'<').next().unwrap_or(rest),
        None => value,
    };
    let value = value.strip_prefix(b"mailto:").unwrap_or(value);
    let mut halves = value.rsplitn(2, |byte| *byte == b'@');
    let (Some(domain), Some(local)) = (halves.next(), halves.next()) else {
        return false;
    };
    let quoted = local.starts_with(b"\"") && local.ends_with(b"\"") && local.len() > 2;
    let plain = |byte: &u8| !byte.is_ascii_whitespace() && !b"@<>(),;:\"[]\\".contains(byte);
    if local.is_empty() || !(quoted || local.iter().all(plain)) {
        return false;
    }
    let mut labels = 0;
    let mut last: &[u8] = &[];
    for label in domain.split(|byte| *byte == b'.') {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte >= 0x80;
        if label.is_empty() || !label.iter().all(fits) {
            return false;
        }
        labels += 1;
        last = label;
    }
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    labels >= 2 && last.len() >= 2 && last.first().is_some_and(letter)
}

/// A scheme, `://` and something without a blank, or `www.`
pub(super) fn is_url(value: &[u8]) -> bool {
    if value.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    if let Some(rest) = value.strip_prefix(b"www.") {
        return rest
            .split(|byte| *byte == b'.')
            .filter(|label| !label.is_empty())
            .count()
            >= 2;
    }
    let Some(colon) = memchr::memchr(b':', value) else {
        return false;
    };
    let (scheme, rest) = value.split_at_checked(colon).unwrap_or((value, &[]));
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    (2..=16).contains(&scheme.len())
        && scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(fits)
        && rest
            .strip_prefix(b"://")
            .and_then(|rest| rest.first())
            .is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'[' || *first >= 0x80)
}

/// With dashes (RFC 9562), in braces or behind `urn:uuid:` too.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"urn:uuid:").unwrap_or(value);
    let value = match (value.strip_prefix(b"{"), value.strip_suffix(b"}")) {
        (Some(_), Some(_)) => value.get(1..value.len() - 1).unwrap_or_default(),
        _ => value,
    };
    value.len() == 36
        && value.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// IPv4 or IPv6, a prefix length may follow.
pub(super) fn is_ip(value: &[u8]) -> bool {
    // The longest address, with a prefix length.
    if value.len() > 49 || !value.iter().any(|byte| b".:".contains(byte)) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let bits = if address.is_ipv4() { 32 } else { 128 };
    // `bad::cafe` is rather a name in some program.
    text.bytes().any(|byte| byte.is_ascii_digit())
        && prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|prefix| prefix <= bits))
}
