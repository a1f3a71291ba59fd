//! A domain of the owner's, at which the shop is; and what the DNS says about one.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A host name of at least two labels, such as `www.corner-shop.example`: lower-case letters, digits and hyphens (RFC 1123). What is
/// written in other letters is kept as the DNS has it (RFC 5891).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(value_type = String, example = "www.corner-shop.example")]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// What is wrong with a text that should be a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDomain {
    /// Nothing.
    #[error("Write the domain, such as www.example.com.")]
    Empty,
    /// A port, a path, or both.
    #[error("A domain is only the name, without a port and without a path.")]
    NotOnlyAName,
    /// One label.
    #[error("A domain has a dot in it, such as www.example.com.")]
    OneLabel,
    /// An address, or something that programs take for one.
    #[error("That is an address, not a domain.")]
    Address,
    /// It is none.
    #[error("That is no domain: letters, digits, hyphens and dots, and no hyphen at an end of a part.")]
    Malformed,
}

/// What the DNS says about a domain that is to lead to a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DomainReport {
    /// The domain.
    pub domain: DomainName,
    /// When the DNS was asked.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What follows from it.
    pub verdict: DomainVerdict,
    /// That in words: what is found and what is to be done, one or two sentences.
    pub told: String,
    /// The records that were found.
    pub found: Vec<DnsRecord>,
    /// The records that are to be there: the first of them alone, or the others together.
    pub wanted: Vec<DnsRecord>,
}

/// What follows from the records of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DomainVerdict {
    /// It leads to this store.
    Usable,
    /// So it does, and another store is at it, to which it leads as well.
    Taken,
    /// It leads here, and nothing says that it is for this store.
    Unproven,
    /// Some of its addresses are others than the platform's.
    Partly,
    /// It leads somewhere else.
    Elsewhere,
    /// It leads nowhere.
    Missing,
    /// The DNS did not answer.
    Unanswered,
}

/// A record of the DNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DnsRecord {
    /// Its type, such as `CNAME`.
    pub kind: String,
    /// Whose it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// What a person sends to give a store a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDomain {
    /// The domain, as a person writes it.
    pub domain: String,
}

impl DomainName {
    /// Longest name, in characters (RFC 1035).
    const MAX_CHARACTERS: usize = 253;

    /// The domain as the DNS has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the record is that says whose it is.
    #[must_use]
    pub fn proof_name(&self) -> String {
        format!("_urumi.{}", self.0)
    }
}

impl FromStr for DomainName {
    type Err = InvalidDomain;

    /// A whole address that somebody copied is taken for its name.
    fn from_str(text: &str) -> Result<Self, InvalidDomain> {
        let text = text.trim();
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let text = text.strip_suffix('/').unwrap_or(text);
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(InvalidDomain::Empty);
        }
        if text.contains(['/', '?', '#', '@']) || text.rsplit_once(':').is_some_and(|(_, port)| is_number(port)) {
            return Err(InvalidDomain::NotOnlyAName);
        }
        let name = idna::domain_to_ascii_strict(text).map_err(|_| InvalidDomain::Malformed)?;
        if name.len() > Self::MAX_CHARACTERS {
            return Err(InvalidDomain::Malformed);
        }
        match name.rsplit('.').next() {
            Some(last) if is_number(last) => Err(InvalidDomain::Address),
            Some(last) if last.len() == name.len() => Err(InvalidDomain::OneLabel),
            _ => Ok(Self(name)),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl TryFrom<String> for DomainName {
    type Error = InvalidDomain;

    fn try_from(text: String) -> Result<Self, InvalidDomain> {
        text.parse()
    }
}

impl From<DomainName> for String {
    fn from(domain: DomainName) -> Self {
        domain.0
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_kept_as_the_dns_has_it() {
        let cases = [
            ("www.example.com", "www.example.com"),
            (" Shop.Example.COM. ", "shop.example.com"),
            ("https://shop.example.com/", "shop.example.com"),
            ("käse.example", "xn--kse-qla.example"),
            ("a.b.c.d.example", "a.b.c.d.example"),
        ];
        for (text, kept) in cases {
            assert_eq!(text.parse::<DomainName>().as_ref().map(DomainName::as_str), Ok(kept), "{text:?}");
        }
    }

    #[test]
    fn each_kind_of_bad_domain_has_its_own_reason() {
        let long = format!("{}.example", vec!["x".repeat(60); 5].join("."));
        let cases = [
            ("", InvalidDomain::Empty),
            ("https://", InvalidDomain::Empty),
            ("example.com:8080", InvalidDomain::NotOnlyAName),
            ("example.com/shop", InvalidDomain::NotOnlyAName),
            ("me@example.com", InvalidDomain::NotOnlyAName),
            ("localhost", InvalidDomain::OneLabel),
            ("192.0.2.1", InvalidDomain::Address),
            ("example.123", InvalidDomain::Address),
            ("::1", InvalidDomain::NotOnlyAName),
            ("-shop.example.com", InvalidDomain::Malformed),
            ("shop..example.com", InvalidDomain::Malformed),
            ("my shop.example.com", InvalidDomain::Malformed),
            ("*.example.com", InvalidDomain::Malformed),
            ("under_score.example.com", InvalidDomain::Malformed),
            (&long, InvalidDomain::Malformed),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<DomainName>(), Err(reason), "{text:?}");
        }
    }
}
