//! The passwords of a store: made once, kept in the store's own Secret and nowhere else.

use app::model::StoreId;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ObjectMeta, PostParams},
};

use super::namespace::MANAGED_BY;
use crate::{
    entropy::Entropy,
    kubernetes::{COMPONENT_LABEL, FIELD_MANAGER, STORE_LABEL, Trouble, within},
    provisioner::chart::{ADMIN_USER, SECRET_NAME},
};

/// Characters of a password: 24 of 5.8 bits are 139 bits.
const PASSWORD_LENGTH: usize = 24;

/// Characters of the text that WordPress' eight keys are derived from.
const SALT_LENGTH: usize = 64;

/// What the platform needs of a store's Secret.
pub(super) struct StoreSecret {
    pub(super) uid: String,
    pub(super) admin_user: String,
    pub(super) admin_password: String,
    pub(super) platform_token: String,
}

/// Why a store's Secret is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("The Secret {SECRET_NAME} with the store's passwords is gone.")]
    Gone,
    #[error("The Secret {SECRET_NAME} with the store's passwords has no {0} any more.")]
    Without(&'static str),
}

/// A store's Secret that was made, or was there.
pub(super) struct Kept {
    pub(super) uid: String,
    pub(super) is_new: bool,
}

/// Makes the Secret unless it is there.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn ensure(client: &Client, id: &StoreId, entropy: &Entropy) -> Result<Kept, Trouble> {
    let api: Api<Secret> = Api::namespaced(client.clone(), &id.namespace());
    let params = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
    let (secret, is_new) = match within(api.create(&params, &generate(id, entropy))).await {
        // Passwords stay what they were: the pods have them already.
        Err(trouble) if trouble.is_status(409) => (within(api.get(SECRET_NAME)).await?, false),
        made => (made?, true),
    };
    Ok(Kept { uid: secret.uid().unwrap_or_default(), is_new })
}

/// The store's Secret, or why it is of no use.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn read(client: &Client, id: &StoreId) -> Result<Result<StoreSecret, Unusable>, Trouble> {
    let api: Api<Secret> = Api::namespaced(client.clone(), &id.namespace());
    Ok(within(api.get_opt(SECRET_NAME)).await?.ok_or(Unusable::Gone).and_then(parse))
}

fn parse(secret: Secret) -> Result<StoreSecret, Unusable> {
    let uid = secret.uid().unwrap_or_default();
    let data = secret.data.unwrap_or_default();
    let text = |key: &'static str| {
        let value = data.get(key).and_then(|value| String::from_utf8(value.0.clone()).ok());
        value.filter(|value| !value.is_empty()).ok_or(Unusable::Without(key))
    };
    // What only the pods need is missed there, when they start anew.
    for key in ["database-password", "database-root-password", "wordpress-salt"] {
        text(key)?;
    }
    Ok(StoreSecret {
        uid,
        admin_user: text("admin-user")?,
        admin_password: text("admin-password")?,
        platform_token: text("platform-token")?,
    })
}

fn generate(id: &StoreId, entropy: &Entropy) -> Secret {
    let entries = [
        ("admin-user", ADMIN_USER.to_owned()),
        ("admin-password", entropy.password(PASSWORD_LENGTH)),
        ("database-password", entropy.password(PASSWORD_LENGTH)),
        ("database-root-password", entropy.password(PASSWORD_LENGTH)),
        ("wordpress-salt", entropy.password(SALT_LENGTH)),
        ("platform-token", entropy.password(PASSWORD_LENGTH)),
    ];
    let labels = [
        (STORE_LABEL, id.as_str()),
        (COMPONENT_LABEL, "credentials"),
        ("app.kubernetes.io/name", "store"),
        ("app.kubernetes.io/managed-by", MANAGED_BY),
    ];
    Secret {
        metadata: ObjectMeta {
            name: Some(SECRET_NAME.to_owned()),
            labels: Some(labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into()),
            ..ObjectMeta::default()
        },
        type_: Some("Opaque".to_owned()),
        data: Some(entries.map(|(key, value)| (key.to_owned(), ByteString(value.into_bytes()))).into()),
        ..Secret::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_stores_share_no_password_and_no_password_is_used_twice() {
        let entropy = Entropy::seeded(1);
        let id: StoreId = "abcd".parse().expect("an id");
        let values = |secret: Secret| secret.data.expect("data").into_values().map(|value| value.0).collect::<Vec<_>>();
        let mut all: Vec<_> =
            values(generate(&id, &entropy)).into_iter().chain(values(generate(&id, &entropy))).collect();
        all.retain(|value| value != ADMIN_USER.as_bytes());
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((count, all.len()), (10, 10));
    }

    #[test]
    fn a_secret_of_which_a_part_is_missing_or_empty_is_unusable_and_says_which() {
        let id: StoreId = "abcd".parse().expect("an id");
        let whole = || generate(&id, &Entropy::seeded(1));
        assert!(parse(whole()).is_ok());
        for key in ["admin-password", "wordpress-salt"] {
            let (mut without, mut empty) = (whole(), whole());
            without.data.as_mut().expect("data").remove(key);
            empty.data.as_mut().expect("data").insert(key.to_owned(), ByteString(Vec::new()));
            assert_eq!(parse(without).err(), Some(Unusable::Without(key)));
            assert_eq!(parse(empty).err(), Some(Unusable::Without(key)));
        }
    }
}
