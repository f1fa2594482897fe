//! Hashes of passwords, keys and tokens.

use super::makeup::Makeup;

/// Names of schemes between dollar signs, as crypt(5) and passlib write them.
const CRYPT: [&[u8]; 20] = [
    b"1",
    b"5",
    b"6",
    b"7",
    b"y",
    b"gy",
    b"apr1",
    b"argon2i",
    b"argon2d",
    b"argon2id",
    b"scrypt",
    b"pbkdf2",
    b"pbkdf2-sha1",
    b"pbkdf2-sha256",
    b"pbkdf2-sha512",
    b"bcrypt-sha256",
    b"sha1",
    b"md5",
    b"P",
    b"S",
];

/// How Django, Werkzeug and PostgreSQL begin theirs.
const SCHEMES: [&[u8]; 13] = [
    b"pbkdf2_sha",
    b"pbkdf2:sha",
    b"bcrypt$",
    b"bcrypt_sha256$",
    b"argon2$",
    b"scrypt$",
    b"scrypt:",
    b"sha1$",
    b"sha256$",
    b"sha512$",
    b"md5$",
    b"SCRAM-SHA-",
    b"phpass$",
];

/// How hashes in LDAP begin (RFC 2307).
const LDAP: [&[u8]; 9] = [
    b"{SHA}",
    b"{SSHA}",
    b"{SHA256}",
    b"{SSHA256}",
    b"{SSHA512}",
    b"{MD5}",
    b"{SMD5}",
    b"{CRYPT}",
    b"{ARGON2}",
];

pub(super) fn is_password_hash(value: &[u8]) -> bool {
    if value.len() < 20 || value.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    if let Some(rest) = value.strip_prefix(b"$") {
        let mut parts = rest.split(|byte| *byte == b'$');
        let scheme = parts.next().unwrap_or_default();
        if let [b'2', ..] = scheme
            && matches!(scheme, [_] | [_, b'a' | b'b' | b'x' | b'y'])
        {
            let cost = parts.next().unwrap_or_default();
            let hash = parts.next().unwrap_or_default();
            let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"./".contains(byte);
            return cost.len() == 2
                && cost.iter().all(u8::is_ascii_digit)
                && hash.len() >= 22
                && hash.iter().all(fits);
        }
        // phpass writes everything into one part.
        let phpass = matches!(scheme, b"P" | b"H" | b"S");
        return (CRYPT.contains(&scheme) || phpass)
            && parts.next().is_some_and(|part| !part.is_empty())
            && (phpass || parts.next().is_some());
    }
    let scheme = SCHEMES.iter().any(|scheme| value.starts_with(scheme));
    let ldap = LDAP.iter().any(|scheme| value.starts_with(scheme));
    let postgres = value
        .strip_prefix(b"md5")
        .is_some_and(|rest| rest.len() == 32 && rest.iter().all(u8::is_ascii_hexdigit));
    postgres || ldap || (scheme && value.len() >= 30 && value.contains(&b'$'))
}

/// Hexadecimal digits in one case, as many as MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 give.
pub(super) fn is_digest(value: &[u8]) -> bool {
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let lower = value.iter().any(u8::is_ascii_lowercase);
    matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && upper != lower
        && value.iter().all(u8::is_ascii_hexdigit)
        && distinct(value) >= 8
        && value.iter().any(u8::is_ascii_digit)
}

/// Prefixes that services give their keys, so that leaks can be found.
const PREFIXES: [&[u8]; 37] = [
    b"sk_live_",
    b"sk_test_",
    b"pk_live_",
    b"pk_test_",
    b"rk_live_",
    b"rk_test_",
    b"whsec_",
    b"sk-",
    b"ghp_",
    b"gho_",
    b"ghu_",
    b"ghs_",
    b"ghr_",
    b"github_pat_",
    b"glpat-",
    b"xoxb-",
    b"xoxp-",
    b"xoxa-",
    b"xoxr-",
    b"xoxs-",
    b"xapp-",
    b"AKIA",
    b"ASIA",
    b"AIza",
    b"ya29.",
    b"SG.",
    b"npm_",
    b"pypi-",
    b"dop_v1_",
    b"shpat_",
    b"shpss_",
    b"hf_",
    b"lin_api_",
    b"key-",
    b"sq0atp-",
    b"sq0csp-",
    b"EAAC",
];

/// A JSON web token, a private key in PEM, an API key with a prefix that is known.
pub(super) fn is_token(value: &[u8]) -> bool {
    if value.starts_with(b"-----BEGIN ") {
        return memchr::memmem::find(value, b"PRIVATE KEY-----").is_some();
    }
    let value = value.strip_prefix(b"Bearer ").unwrap_or(value);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(byte);
    if value.len() < 20 || !value.iter().all(fits) {
        return false;
    }
    if value.starts_with(b"eyJ") {
        let mut parts = value.split(|byte| *byte == b'.');
        let full = parts
            .by_ref()
            .take(2)
            .filter(|part| part.len() >= 4)
            .count();
        // A signature may be empty; an encrypted token has five parts.
        return full == 2 && matches!(parts.count(), 1 | 3);
    }
    PREFIXES
        .iter()
        .filter_map(|prefix| value.strip_prefix(*prefix))
        .any(|rest| rest.len() >= 16 && is_mixed(rest))
}

/// Letters and digits without words: digits among them, and changes between capitals, small letters and digits.
fn is_mixed(text: &[u8]) -> bool {
    distinct(text) >= 8
        && text.iter().any(u8::is_ascii_digit)
        && changes(text) * 100 >= text.len() * 18
}

/// Base64, base62, base36 or hexadecimal digits, 20 at least.
pub(super) fn is_random(value: &[u8], makeup: &Makeup) -> bool {
    let body = value.trim_ascii_end();
    let body = body.strip_suffix(b"=").unwrap_or(body);
    let body = body.strip_suffix(b"=").unwrap_or(body);
    let letters = makeup.upper + makeup.lower;
    let others = body.len().saturating_sub(letters + makeup.digits);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/_-.~".contains(byte);
    if body.len() < 20 || !body.iter().all(fits) || others > body.len() / 12 + 1 {
        return false;
    }
    let mixed = makeup.upper >= 2 && makeup.lower >= 2;
    // Paths and the like are written small.
    let path = body.contains(&b'/') && !mixed;
    let (least, digits) = if mixed { (40, 1) } else { (22, 3) };
    !path
        && letters >= 3
        && makeup.digits >= digits
        && distinct(body) >= 10
        && changes(body) * 100 >= body.len() * least
}

/// How many different bytes there are.
fn distinct(text: &[u8]) -> usize {
    let mut seen = [0_u64; 4];
    for byte in text {
        if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }
    seen.iter()
        .map(|word| usize::try_from(word.count_ones()).unwrap_or_default())
        .sum()
}

/// How often a capital, a small letter or a digit follows one of another kind.
fn changes(text: &[u8]) -> usize {
    let class = |byte: &u8| match byte {
        b'0'..=b'9' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'a'..=b'z' => Some(2),
        _ => None,
    };
    let differs = |pair: &&[u8]| match pair {
        [one, other] => {
            matches!((class(one), class(other)), (Some(one), Some(other)) if one != other)
        }
        _ => false,
    };
    text.windows(2).filter(differs).count()
}
