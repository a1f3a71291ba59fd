//! What is to be done with the pool next: decided from what is there, without asking anybody.

use crate::db::spares::{Spare, SpareState};

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// This one goes: it is of no use, or one too many.
    Remove(&'a Spare),
    /// This one is made, or made to its end.
    Fill(&'a Spare),
    /// Another one is begun.
    Begin,
    /// All is as it should be, or there is no time.
    Nothing,
}

/// Removing comes first: it makes room, and takes no time of those who wait for an install.
#[must_use]
pub fn decide<'a>(spares: &'a [Spare], recipe: &str, size: u32, is_idle: bool) -> Next<'a> {
    let is_good = |spare: &&Spare| spare.state != SpareState::Leaving && spare.recipe == recipe;
    if let Some(spare) = spares.iter().find(|spare| !is_good(spare)) {
        return Next::Remove(spare);
    }
    // Those that are ready stay before those that are not, and the older ones before the younger.
    let mut kept: Vec<&Spare> = spares.iter().collect();
    kept.sort_by_key(|spare| spare.state == SpareState::Filling);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if let Some(spare) = kept.get(size) {
        return Next::Remove(spare);
    }
    if !is_idle {
        return Next::Nothing;
    }
    match kept.iter().find(|spare| spare.state == SpareState::Filling) {
        Some(spare) => Next::Fill(spare),
        None if kept.len() < size => Next::Begin,
        None => Next::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spare(id: &str, state: SpareState, recipe: &str) -> Spare {
        Spare {
            id: id.parse().expect("an id"),
            state,
            recipe: recipe.to_owned(),
            url: format!("http://store-{id}.localhost"),
            edition: None,
            proof: None,
            ready_at: None,
        }
    }

    #[test]
    fn a_pool_is_filled_to_its_size_when_nobody_waits() {
        let ready = spare("aaaa", SpareState::Ready, "now");
        assert_eq!(decide(&[], "now", 1, true), Next::Begin);
        assert_eq!(decide(&[], "now", 1, false), Next::Nothing);
        assert_eq!(decide(&[], "now", 0, true), Next::Nothing);
        assert_eq!(decide(std::slice::from_ref(&ready), "now", 1, true), Next::Nothing);
        assert_eq!(decide(std::slice::from_ref(&ready), "now", 2, true), Next::Begin);
    }

    #[test]
    fn one_that_was_begun_is_made_to_its_end_before_another_is_begun() {
        let spares = [spare("aaaa", SpareState::Filling, "now")];
        assert_eq!(decide(&spares, "now", 2, true), Next::Fill(&spares[0]));
        assert_eq!(decide(&spares, "now", 2, false), Next::Nothing);
    }

    #[test]
    fn what_was_made_from_something_else_goes_although_somebody_waits() {
        let spares = [spare("aaaa", SpareState::Ready, "now"), spare("bbbb", SpareState::Ready, "before")];
        assert_eq!(decide(&spares, "now", 2, false), Next::Remove(&spares[1]));
        let spares = [spare("aaaa", SpareState::Leaving, "now")];
        assert_eq!(decide(&spares, "now", 1, false), Next::Remove(&spares[0]));
    }

    #[test]
    fn a_pool_that_shrinks_gives_up_those_that_are_not_ready_and_then_the_youngest() {
        let spares = [
            spare("aaaa", SpareState::Filling, "now"),
            spare("bbbb", SpareState::Ready, "now"),
            spare("cccc", SpareState::Ready, "now"),
        ];
        assert_eq!(decide(&spares, "now", 2, true), Next::Remove(&spares[0]));
        assert_eq!(decide(&spares[1..], "now", 1, true), Next::Remove(&spares[2]));
        assert_eq!(decide(&spares[1..], "now", 0, true), Next::Remove(&spares[1]));
    }
}
