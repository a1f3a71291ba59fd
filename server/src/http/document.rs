//! The OpenAPI document: what the handlers say, and what holds for all of them.

use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
    path::{Operation, Parameter, ParameterIn, PathItem},
};

use super::rest;

/// What every route may answer: status and meaning.
const ALWAYS: [(&str, &str); 4] = [
    ("401", "Nobody is signed in, and no token that is valid was shown"),
    ("403", "Whoever asks may not do that"),
    ("429", "It was asked for too often; the header Retry-After says when to ask again"),
    ("503", "The cluster or the database cannot be used just now, or there was no answer in time"),
];

/// What routes with parameters in the address's query may answer besides.
const WITH_QUERY: [(&str, &str); 2] =
    [("400", "The query cannot be read"), ("422", "A parameter of the query holds something that cannot be taken")];

/// The OpenAPI document of the REST API.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = rest::routes().into_openapi();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let in_query = |parameter: &RefOr<Parameter>| match parameter {
                RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
                RefOr::Ref(_) => false,
            };
            let has_query = operation.parameters.as_ref().is_some_and(|all| all.iter().any(in_query));
            let more = WITH_QUERY.iter().filter(|_| has_query);
            for (status, meaning) in ALWAYS.iter().chain(more) {
                let known = &mut operation.responses.responses;
                known.entry((*status).to_owned()).or_insert_with(|| RefOr::T(problem(meaning)));
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn problem(meaning: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(meaning).content("application/problem+json", content).build()
}
