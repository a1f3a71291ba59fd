//! What the address says about the list: which stores, in which order, from where on. Everything that can be chosen on the page
//! is in its address, so that it can be kept, shared and gone back to.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};

use crate::model::{Order, PageStart, Status, StorePage, StoreQuery};

/// Stores on one page.
const PAGE: u32 = 50;

/// Which stores are shown, as people think of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All but deleted ones.
    #[default]
    All,
    /// Open ones.
    Ready,
    /// Those being installed or deleted.
    Working,
    /// Those that wait for their turn.
    Queued,
    /// Failed and degraded ones.
    Failed,
    /// Tombstones.
    Deleted,
}

impl Show {
    /// In the order of the page.
    pub const ALL: [Self; 6] = [Self::All, Self::Ready, Self::Working, Self::Queued, Self::Failed, Self::Deleted];

    /// The word in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Ready => "ready",
            Self::Working => "working",
            Self::Queued => "queued",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
        }
    }

    /// The word for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Ready => "Ready",
            Self::Working => "Working",
            Self::Queued => "Queued",
            Self::Failed => "Failed",
            Self::Deleted => "Deleted",
        }
    }

    fn statuses(self) -> Vec<Status> {
        match self {
            Self::All => Vec::new(),
            Self::Ready => vec![Status::Ready],
            Self::Working => vec![Status::Provisioning, Status::Deleting],
            Self::Queued => vec![Status::Queued],
            Self::Failed => vec![Status::Failed, Status::Degraded],
            Self::Deleted => vec![Status::Deleted],
        }
    }
}

/// What the address asks for. What it says wrongly counts as not said: an old link still shows stores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Part of a name or the beginning of an id.
    pub text: String,
    /// Which stores.
    pub show: Show,
    /// In which order.
    pub order: Order,
    /// From where on.
    pub start: PageStart,
}

impl View {
    /// The view that the request's address asks for.
    pub fn of_request() -> Self {
        Self::of(&use_query_map().read_untracked())
    }

    fn of(address: &ParamsMap) -> Self {
        let id = |name: &str| address.get(name).and_then(|id| id.parse().ok());
        let show = address.get("show").unwrap_or_default();
        Self {
            text: address.get("q").unwrap_or_default(),
            show: Show::ALL.into_iter().find(|one| one.as_str() == show).unwrap_or_default(),
            order: address.get("order").and_then(|order| order.parse().ok()).unwrap_or_default(),
            start: match (id("after"), id("before")) {
                (Some(after), _) => PageStart::After(after),
                (None, Some(before)) => PageStart::Before(before),
                (None, None) => PageStart::Start,
            },
        }
    }

    /// What the service is asked for.
    pub fn query(&self) -> StoreQuery {
        StoreQuery {
            text: self.text.clone(),
            statuses: self.show.statuses(),
            order: self.order,
            start: self.start.clone(),
            limit: PAGE,
        }
    }

    /// Whether what led to this place has gone meanwhile, so that the list had better begin anew: there is nothing after it, or
    /// less than a page before it.
    pub fn is_past(&self, page: &StorePage) -> bool {
        match self.start {
            PageStart::Start => false,
            PageStart::After(_) => page.stores.is_empty(),
            PageStart::Before(_) => !page.more_before,
        }
    }

    /// Whether it holds fewer than all stores because somebody looks for something.
    pub fn is_narrowed(&self) -> bool {
        !self.text.trim().is_empty() || self.show != Show::All
    }

    /// The address of the same view from another place on.
    pub fn from(&self, start: PageStart) -> String {
        Self { start, ..self.clone() }.address()
    }

    /// The address of other stores, looked for and ordered the same way.
    pub fn showing(&self, show: Show) -> String {
        Self { show, start: PageStart::Start, ..self.clone() }.address()
    }

    fn address(&self) -> String {
        let mut pairs = Vec::new();
        if !self.text.trim().is_empty() {
            pairs.push(format!("q={}", Url::escape(&self.text)));
        }
        if self.show != Show::default() {
            pairs.push(format!("show={}", self.show.as_str()));
        }
        if self.order != Order::default() {
            pairs.push(format!("order={}", self.order));
        }
        match &self.start {
            PageStart::Start => {}
            PageStart::After(id) => pairs.push(format!("after={id}")),
            PageStart::Before(id) => pairs.push(format!("before={id}")),
        }
        if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", pairs.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_reads_back_from_its_address() {
        let view = View {
            text: "Tea & 100% 店 %41+1".to_owned(),
            show: Show::Failed,
            order: Order::Name,
            start: PageStart::After("bcdfghjk".parse().expect("an id")),
        };
        let address = view.address();
        let mut map = ParamsMap::new();
        for pair in address.trim_start_matches("/?").split('&') {
            let (name, value) = pair.split_once('=').expect("a pair");
            // This takes the escapes out.
            map.insert(name.to_owned(), value.to_owned());
        }
        assert_eq!(View::of(&map), view, "{address}");
    }

    #[test]
    fn the_plain_view_has_the_plain_address() {
        assert_eq!(View::default().address(), "/");
    }

    #[test]
    fn what_an_address_says_wrongly_counts_as_not_said() {
        let mut map = ParamsMap::new();
        for (name, value) in [("show", "everything"), ("order", "sideways"), ("after", "../etc")] {
            map.insert(name, value.to_owned());
        }
        assert_eq!(View::of(&map), View::default());
    }
}
