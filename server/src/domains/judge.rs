//! What follows from the records of a domain: decided without asking anybody.

use std::{collections::BTreeSet, net::IpAddr};

use app::model::{DnsRecord, DomainName, DomainReport, DomainVerdict, StoreId};
use jiff::Timestamp;

use super::dns::Found;

/// What is asked.
pub(super) struct Asked<'a> {
    /// About this domain.
    pub domain: &'a DomainName,
    /// Which is to lead to this store.
    pub store: &'a StoreId,
    /// Which is at this host for as long as it is there: the one with its id.
    pub own: &'a str,
}

/// What the DNS answered.
pub(super) struct Seen {
    /// Where the domain leads.
    pub theirs: Found,
    /// Where the store's own host leads.
    pub ours: Found,
    /// What the texts say that prove whose the domain is.
    pub proofs: Vec<String>,
}

/// The report about it. A domain is for a store when its alias is the store's own host, or a text beside it names the store:
/// an address alone leads to every store here, and whoever came first could take somebody else's domain.
pub(super) fn judge(asked: &Asked<'_>, seen: Result<&Seen, &str>, at: Timestamp) -> DomainReport {
    let Asked { domain, store, own } = asked;
    let name = domain.to_string();
    let record =
        |kind: &str, name: &str, value: String| DnsRecord { kind: kind.to_owned(), name: name.to_owned(), value };
    let proof = store.namespace();
    let mut wanted = vec![record("CNAME", &name, (*own).to_owned())];
    let report = |verdict, told: String, found, wanted| DomainReport {
        domain: (*domain).clone(),
        at,
        verdict,
        told,
        found,
        wanted,
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(why) => {
            return report(
                DomainVerdict::Unanswered,
                format!("Where it leads is not known: {why}."),
                Vec::new(),
                wanted,
            );
        }
    };
    let ours = &seen.ours.addresses;
    let proof_name = domain.proof_name();
    let kind_of = |address: &IpAddr| if address.is_ipv4() { "A" } else { "AAAA" };
    if !ours.is_empty() {
        wanted.extend(ours.iter().map(|address| record(kind_of(address), &name, address.to_string())));
        wanted.push(record("TXT", &proof_name, proof.clone()));
    }
    let mut found: Vec<DnsRecord> =
        seen.theirs.aliases.iter().map(|alias| record("CNAME", &name, alias.clone())).collect();
    let shown = |address: &IpAddr| match ours.contains(address) || is_public(address) {
        true => address.to_string(),
        false => "an address that is not public".to_owned(),
    };
    let addresses = seen.theirs.addresses.iter();
    found.extend(addresses.map(|address| record(kind_of(address), &name, shown(address))));
    found.extend(seen.proofs.iter().map(|text| record("TXT", &proof_name, text.clone())));

    let is_alias = seen.theirs.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(own));
    let is_proven = is_alias || seen.theirs.is_local || seen.proofs.iter().any(|text| text.trim() == proof);
    let foreign: BTreeSet<&IpAddr> = seen.theirs.addresses.difference(ours).collect();
    let listed = foreign.iter().map(|address| shown(address)).collect::<Vec<_>>().join(", ");
    let (verdict, told) = if seen.theirs.addresses.is_empty() && !is_alias {
        let is_only_here = !ours.is_empty() && ours.iter().all(IpAddr::is_loopback);
        let told = match is_only_here {
            true => format!(
                "{name} leads nowhere yet. This Urumi is reached on its own machine only: to try it there, write {name} beside 127.0.0.1 into the machine's file of hosts."
            ),
            false => format!("{name} leads nowhere yet. Set one of the records below, and look again."),
        };
        (DomainVerdict::Missing, told)
    } else if ours.is_empty() && !is_alias {
        let told = format!(
            "Where {own} leads is not known to the DNS that Urumi asks, so that it cannot be compared. A CNAME to it is enough."
        );
        (DomainVerdict::Elsewhere, told)
    } else if !is_alias && foreign.len() == seen.theirs.addresses.len() {
        let told = format!(
            "{name} leads to {listed}, which is not here. Where that is a proxy that passes visitors on, switch it off until the shop has moved."
        );
        (DomainVerdict::Elsewhere, told)
    } else if !is_alias && !foreign.is_empty() {
        let told = format!(
            "{name} leads here, and also to {listed}: some visitors would not find the shop. Remove the records that say so."
        );
        (DomainVerdict::Partly, told)
    } else if !is_proven {
        let told = format!(
            "{name} leads here, but nothing says that it is for this store. Add the TXT record below, or use the CNAME instead."
        );
        (DomainVerdict::Unproven, told)
    } else {
        (DomainVerdict::Usable, format!("{name} leads to this store."))
    };
    report(verdict, told, found, wanted)
}

/// Whether everybody may know of the address: others tell who asks what networks there are behind the platform.
fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_benchmark = first == 198 && (18..20).contains(&second);
            let is_own = address.is_private() || address.is_loopback() || address.is_link_local();
            !(is_own || address.is_unspecified() || is_shared || is_benchmark)
        }
        IpAddr::V6(address) => {
            let is_mapped = address.to_ipv4_mapped().is_some();
            !(address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback() || is_mapped)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "store-abcd1234.shops.example.com";

    fn found(aliases: &[&str], addresses: &[&str]) -> Found {
        Found {
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            addresses: addresses.iter().map(|address| address.parse().expect("an address")).collect(),
            is_local: false,
        }
    }

    fn verdict_of(theirs: Found, ours: &[&str], proofs: &[&str]) -> DomainReport {
        let (domain, store) = ("www.corner.example".parse().expect("a domain"), "abcd1234".parse().expect("an id"));
        let asked = Asked { domain: &domain, store: &store, own: OWN };
        let proofs = proofs.iter().map(|proof| (*proof).to_owned()).collect();
        judge(&asked, Ok(&Seen { theirs, ours: found(&[], ours), proofs }), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_domain_is_usable_when_it_leads_here_and_says_for_which_store() {
        let ours = ["192.0.2.1", "2001:db8::1"];
        let cases: [(Found, &[&str], DomainVerdict); 10] = [
            (found(&[OWN], &ours), &[], DomainVerdict::Usable),
            (found(&["a.example", "STORE-abcd1234.shops.example.com"], &ours), &[], DomainVerdict::Usable),
            (found(&[], &["192.0.2.1"]), &["store-abcd1234"], DomainVerdict::Usable),
            (Found { is_local: true, ..found(&[], &["192.0.2.1"]) }, &[], DomainVerdict::Usable),
            (found(&[], &["192.0.2.1"]), &[], DomainVerdict::Unproven),
            (found(&[], &["192.0.2.1"]), &["store-zzzz9999", "v=spf1"], DomainVerdict::Unproven),
            // Another store's address is no proof for this one.
            (found(&["store-zzzz9999.shops.example.com"], &ours), &[], DomainVerdict::Unproven),
            (found(&[], &["192.0.2.1", "2001:db8::9"]), &["store-abcd1234"], DomainVerdict::Partly),
            (found(&[], &["198.51.100.7"]), &["store-abcd1234"], DomainVerdict::Elsewhere),
            (found(&[], &[]), &["store-abcd1234"], DomainVerdict::Missing),
        ];
        for (theirs, proofs, verdict) in cases {
            let report = verdict_of(theirs.clone(), &ours, proofs);
            assert_eq!(report.verdict, verdict, "{theirs:?} {proofs:?}");
            assert!(report.told.contains("www.corner.example") && report.told.ends_with('.'), "{}", report.told);
        }
    }

    #[test]
    fn what_is_to_be_set_is_an_alias_or_all_addresses_with_a_text() {
        let report = verdict_of(found(&[], &[]), &["192.0.2.1", "2001:db8::1"], &[]);
        let wanted: Vec<String> = report.wanted.iter().map(|r| format!("{} {} {}", r.kind, r.name, r.value)).collect();
        assert_eq!(
            wanted,
            [
                "CNAME www.corner.example store-abcd1234.shops.example.com",
                "A www.corner.example 192.0.2.1",
                "AAAA www.corner.example 2001:db8::1",
                "TXT _urumi.www.corner.example store-abcd1234",
            ]
        );
    }

    #[test]
    fn where_the_platforms_own_address_is_not_known_an_alias_is_enough() {
        assert_eq!(verdict_of(found(&[OWN], &[]), &[], &[]).verdict, DomainVerdict::Usable);
        let other = verdict_of(found(&[], &["192.0.2.1"]), &[], &["store-abcd1234"]);
        assert_eq!((other.verdict, other.wanted.len()), (DomainVerdict::Elsewhere, 1));
        assert!(other.told.contains(OWN));
    }

    #[test]
    fn addresses_behind_the_platform_are_told_to_nobody() {
        let inside =
            ["10.96.0.10", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "198.18.0.4", "fd00::1"];
        for address in inside {
            let report = verdict_of(found(&[], &[address]), &["203.0.113.9"], &[]);
            assert_eq!(report.verdict, DomainVerdict::Elsewhere);
            let told = format!("{report:?}");
            assert!(!told.contains(address) && told.contains("not public"), "{told}");
        }
        let own = verdict_of(found(&[], &["127.0.0.1"]), &["127.0.0.1"], &[]);
        assert!(format!("{own:?}").contains("127.0.0.1"), "where the platform is only here, that is no secret");
    }

    #[test]
    fn a_dns_that_does_not_answer_is_told() {
        let (domain, store) = ("www.corner.example".parse().expect("a domain"), "abcd1234".parse().expect("an id"));
        let asked = Asked { domain: &domain, store: &store, own: OWN };
        let report = judge(&asked, Err("it is away"), Timestamp::UNIX_EPOCH);
        assert_eq!(report.verdict, DomainVerdict::Unanswered);
        assert_eq!(report.told, "Where it leads is not known: it is away.");
    }
}
