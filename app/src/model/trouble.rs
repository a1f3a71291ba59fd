//! Why somebody who came from another sign-in service was not let in.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{UnknownWord, word::words};

/// Why not. The word stands in the address of the page that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum SignInTrouble {
    /// The service does not answer.
    Away,
    /// The service did not let them, or they did not want to.
    Denied,
    /// They did not come from here, or took too long.
    Stale,
    /// What the service says cannot be believed.
    Unusable,
    /// Nobody added them, and whoever is not added is not let in.
    NotInvited,
    /// There is no administrator yet.
    NoAdministrator,
    /// An administrator keeps them out.
    Disabled,
    /// Another user has the name that the service says.
    NameTaken,
    /// Another user is connected with it already.
    Connected,
}

words!(SignInTrouble);

impl SignInTrouble {
    /// In a sentence or two, for people; `service` is what it is called.
    #[must_use]
    pub fn text(self, service: &str) -> String {
        match self {
            Self::Away => format!("{service} does not answer. Try again later, or sign in with a password."),
            Self::Denied => format!("{service} did not let you in."),
            Self::Stale => "That took too long, or began in another browser. Try again.".to_owned(),
            Self::Unusable => {
                format!(
                    "What {service} answered cannot be relied on. The server's log says why; tell an administrator."
                )
            }
            Self::NotInvited => {
                format!(
                    "{service} knows you, but nobody has added you here. Ask an administrator for an invitation, and connect {service} under your name."
                )
            }
            Self::NoAdministrator => "There is no administrator yet, who comes first.".to_owned(),
            Self::Disabled => "An administrator has disabled your account.".to_owned(),
            Self::NameTaken => format!(
                "There is already a user of your name here. If that is you, sign in with the password, and connect {service} under your name."
            ),
            Self::Connected => format!("That account of {service} belongs to another user here."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_reads_back_from_its_word_and_says_something_of_its_own() {
        let mut told: Vec<String> = SignInTrouble::ALL.iter().map(|trouble| trouble.text("It")).collect();
        for trouble in SignInTrouble::ALL {
            assert_eq!(trouble.as_str().parse().as_ref(), Ok(trouble));
        }
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), SignInTrouble::ALL.len());
    }
}
