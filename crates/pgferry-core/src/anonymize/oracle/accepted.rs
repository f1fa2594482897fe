//! Which addresses may stand in an anonymised dump.

use super::letter::{self, Class, Reading};
use super::options::OracleOptions;

/// The domain of every address that the anonymiser writes, in any case behind a TOKEN. Reserved by RFC 2606: nobody's.
pub(super) const OWN_DOMAIN: &[u8] = b"example.com";
/// The local part of every address that the anonymiser writes, before `+TOKEN`.
pub(super) const OWN_LOCAL: &[u8] = b"nobody";
/// The length of a TOKEN, of `a-zA-Z0-9`: a keyed token of the address that stood there.
pub(super) const TOKEN_LENGTH: usize = 12;
/// The greatest length of a plain decimal number in a TOKEN's place, as a repaired dump of the old filter has: a 64-bit
/// counter.
const NUMBER_LENGTH: usize = 20;

/// What an address is to the anonymiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acceptance {
    /// It may stay.
    Accepted,
    /// It ends as one that may stay, but more belongs to its local part.
    Extended,
    Unknown,
}

/// The addresses that may stand in the dump.
#[derive(Debug, Clone, Default)]
pub(super) struct Accepted {
    /// Local part and domain, in lower case.
    addresses: Vec<(Vec<u8>, Vec<u8>)>,
    /// In lower case.
    domains: Vec<Vec<u8>>,
}

impl Accepted {
    pub(super) fn new(options: &OracleOptions) -> Self {
        let split = |address: &String| {
            let (local, domain) = address.rsplit_once('@')?;
            Some((
                local.to_ascii_lowercase().into_bytes(),
                domain.to_ascii_lowercase().into_bytes(),
            ))
        };
        Self {
            addresses: options.allowed_addresses.iter().filter_map(split).collect(),
            domains: options
                .allowed_domains
                .iter()
                .map(|domain| domain.to_ascii_lowercase().into_bytes())
                .collect(),
        }
    }

    /// Judges an address by its local part, as far to the left as it could reach, and its domain, as far to the right.
    pub(super) fn judge(&self, local: &[u8], domain: &[u8]) -> Acceptance {
        if self
            .domains
            .iter()
            .any(|allowed| is_domain(domain, allowed))
        {
            return Acceptance::Accepted;
        }
        // Only a TOKEN comes with a domain in another case.
        let own = own_local(local).filter(|&length| {
            is_domain(domain, OWN_DOMAIN)
                && (length > OWN_LOCAL.len() || domain.starts_with(OWN_DOMAIN))
        });
        let allowed = || {
            let matches = |(name, allowed): &&(Vec<u8>, Vec<u8>)| {
                is_domain(domain, allowed)
                    && local
                        .len()
                        .checked_sub(name.len())
                        .and_then(|start| local.get(start..))
                        .is_some_and(|end| end.eq_ignore_ascii_case(name))
            };
            self.addresses
                .iter()
                .filter(matches)
                .map(|(name, _)| name.len())
                .max()
        };
        match own
            .or_else(allowed)
            .and_then(|length| local.len().checked_sub(length))
            .and_then(|start| local.get(..start))
        {
            None => Acceptance::Unknown,
            Some(before) if is_apart(before) => Acceptance::Accepted,
            Some(_) => Acceptance::Extended,
        }
    }
}

/// The length of the one of our local parts with which these bytes end.
pub(super) fn own_local(local: &[u8]) -> Option<usize> {
    if local.ends_with(OWN_LOCAL) {
        return Some(OWN_LOCAL.len());
    }
    let reach = local.len().saturating_sub(NUMBER_LENGTH + 1);
    let plus = local
        .get(reach..)?
        .iter()
        .rposition(|&byte| byte == b'+')?
        .checked_add(reach)?;
    let (name, token) = local.split_at_checked(plus)?;
    let token = token.get(1..)?;
    let is_token = token.len() == TOKEN_LENGTH && token.iter().all(u8::is_ascii_alphanumeric);
    let is_number =
        (1..=NUMBER_LENGTH).contains(&token.len()) && token.iter().all(u8::is_ascii_digit);
    (name.ends_with(OWN_LOCAL) && (is_token || is_number))
        .then(|| OWN_LOCAL.len() + 1 + token.len())
}

/// Whether a domain is the given one, or that one with what an address cannot end in: `example.com_`, `example.comまで`.
fn is_domain(domain: &[u8], given: &[u8]) -> bool {
    let Some((start, rest)) = domain.split_at_checked(given.len()) else {
        return false;
    };
    let ends = match letter::first(rest, Reading::Text) {
        None | Some((Class::CrowdedLetter, _)) => true,
        Some((class, _)) => {
            (class.is_letter() && class != Class::Letter
                || rest.starts_with(b"-")
                || rest.starts_with(b"_"))
                && !rest.contains(&b'.')
        }
    };
    ends && start.eq_ignore_ascii_case(given)
}

/// Whether what precedes a local part is no part of it: nothing, marks alone (`--nobody@…`), an ellipsis, a word of a
/// script without spaces, or a letter of an encoding that only its bytes tell apart.
fn is_apart(before: &[u8]) -> bool {
    before.iter().all(|byte| b"._-+".contains(byte))
        || before.ends_with(b"..")
        || matches!(
            letter::last(before, Reading::Text),
            Some((Class::CrowdedLetter | Class::StrayLetter, _))
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(local: &str, domain: &str) -> Acceptance {
        let options = OracleOptions {
            allowed_addresses: vec!["Info@Club.example.org".into(), "no at".into()],
            allowed_domains: vec!["Kept.example".into()],
            kept_columns: Vec::new(),
        };
        Accepted::new(&options).judge(local.as_bytes(), domain.as_bytes())
    }

    #[test]
    fn tells_ours_from_others() {
        use Acceptance::{Accepted, Extended, Unknown};
        for (local, domain, expected) in [
            ("nobody", "example.com", Accepted),
            ("nobody+a1b2c3d4e5f6", "example.com", Accepted),
            ("nobody+17", "example.com", Accepted),
            ("nobody+18446744073709551615", "example.com", Accepted),
            ("...nobody", "example.com", Accepted),
            ("more...nobody", "example.com", Accepted),
            ("--nobody", "example.com", Accepted),
            ("連絡先はnobody", "example.comまで", Accepted),
            ("nobody", "example.com_", Accepted),
            ("nobody", "example.com-", Accepted),
            ("nobody+", "example.com", Unknown),
            ("nobody+a1b2c3d4e5f", "example.com", Unknown),
            ("nobody+a1b2c3d4e5f6g", "example.com", Unknown),
            ("nobody+a1B2c3D4e5f6", "Example.COM", Accepted),
            ("Nobody+a1B2c3D4e5f6", "example.com", Unknown),
            ("nobody+a1b2c3d4e5f6", "example.org", Unknown),
            ("nobody+184467440737095516150", "example.com", Unknown),
            ("nobody", "example.org", Unknown),
            ("Nobody", "example.com", Unknown),
            ("nobody", "Example.com", Unknown),
            ("nobody", "example.com.au", Unknown),
            ("nobody", "example.com-x.au", Unknown),
            ("nobody", "example.comx", Unknown),
            ("nobody", "mail.example.com", Unknown),
            ("ann.nobody", "example.com", Extended),
            ("annnobody", "example.com", Extended),
            ("ünobody", "example.com", Extended),
            ("ann+nobody+17", "example.com", Extended),
            ("ann", "example.com", Unknown),
            ("info", "club.example.org", Accepted),
            ("INFO", "CLUB.example.org", Accepted),
            ("xinfo", "club.example.org", Extended),
            ("bob", "club.example.org", Unknown),
            ("anyone", "kept.example", Accepted),
            ("anyone", "sub.kept.example", Unknown),
            ("anyone", "kept.example.org", Unknown),
        ] {
            assert_eq!(judge(local, domain), expected, "{local}@{domain}");
        }
    }
}
