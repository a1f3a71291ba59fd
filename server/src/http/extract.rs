//! Parts of a request, with refusals that are problem documents.

use std::{error::Error, iter::successors, sync::Arc};

use app::{
    error::AppError,
    model::StoreId,
    service::{Accounts, Stores},
};
use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::{DeserializeOwned, value::Error as ValueError};

use super::{MAX_BODY, problem::Problem};

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::too_large(MAX_BODY))
            }
            Err(rejection) => {
                let fault = match &rejection {
                    JsonRejection::JsonDataError(error) => field_at_fault::<serde_json::Error>(error),
                    _ => None,
                };
                Err(fault.unwrap_or_else(|| Problem::unreadable(rejection.status(), rejection.body_text())))
            }
        }
    }
}

/// The platform, as whoever sent the request may use it.
pub(super) struct Service(pub(super) Arc<dyn Stores>);

/// The users, likewise.
pub(super) struct Users(pub(super) Arc<dyn Accounts>);

/// What was found out about a request before it came here.
fn known<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, AppError> {
    let found = parts.extensions.get::<T>().cloned();
    found.ok_or_else(|| AppError::Internal { reference: "no-identity".to_owned() })
}

impl<S: Send + Sync> FromRequestParts<S> for Service {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(known(parts).map(Self)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Users {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(known(parts).map(Self)?)
    }
}

/// The id in the path. What cannot be an id is a store that does not exist.
pub(super) struct Id(pub(super) StoreId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::unreadable(rejection.status(), rejection.body_text()))?;
        text.parse().map(Self).map_err(|_| AppError::no_store(&text).into())
    }
}

/// The parameters after the question mark.
pub(super) struct Parameters<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(field_at_fault::<ValueError>(&rejection)
                .unwrap_or_else(|| Problem::unreadable(rejection.status(), rejection.body_text()))),
        }
    }
}

/// The refusal that names the field which holds what it cannot, where it was read so far. `E` is the error of the format.
fn field_at_fault<E: Error + 'static>(rejection: &(impl Error + 'static)) -> Option<Problem> {
    let mut causes = successors(rejection.source(), |error: &&(dyn Error + 'static)| (**error).source());
    let error = causes.find_map(|cause| cause.downcast_ref::<serde_path_to_error::Error<E>>())?;
    let field = error.path().to_string();
    // At the root something else is wrong than one field: one is missing, or it is no object.
    let reason = format!("{field} cannot be read: {}.", error.inner());
    (field != ".").then(|| AppError::Invalid { field, reason }.into())
}
