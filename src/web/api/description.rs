//! The description of the API, with what holds for every route: how requests are refused, and
//! how instants are written. What one route does alone stands at its handler.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat,
    SchemaType, Type,
};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, Required, Response, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Under which paths there are routes that take bodies and parameters.
const ROUTES: &str = "/api/";
/// Where events are posted.
const EVENTS: &str = "/api/v1/events";
/// The media type of a refusal.
const PROBLEM: &str = "application/problem+json";
/// Parameters that are an instant, and those that may be a date as well.
const INSTANTS: [&str; 2] = ["as_of", "bucket"];
const LIMITS: [&str; 2] = ["from", "to"];

/// An id, as far as a description can say what it is.
pub(super) struct IdText;

impl PartialSchema for IdText {
    fn schema() -> RefOr<Schema> {
        text(1, 128).into()
    }
}

impl ToSchema for IdText {}

/// The bytes of a file.
pub(super) struct FileBytes;

impl PartialSchema for FileBytes {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new().schema_type(Type::String);
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        bytes.format(Some(format)).into()
    }
}

impl ToSchema for FileBytes {}

/// Another way to ask: a text, or the id of a question.
pub(super) struct VariantText;

impl PartialSchema for VariantText {
    fn schema() -> RefOr<Schema> {
        let one = |name: &str, value: ObjectBuilder| {
            let object = ObjectBuilder::new().property(name, value).required(name);
            object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let words = one("text", text(1, 1_000).pattern(Some(r"\S")));
        let question = one("question", text(1, 128));
        OneOfBuilder::new().item(words).item(question).into()
    }
}

impl ToSchema for VariantText {}

/// A contact: one who is there by id, or a new one by what is known.
pub(super) struct ContactText;

impl PartialSchema for ContactText {
    fn schema() -> RefOr<Schema> {
        let closed = |object: ObjectBuilder| {
            object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let known = ObjectBuilder::new().property("id", text(1, 128));
        let told = |name: &str| {
            // One of the three is there; the others may be null.
            let line = |field: &str, most| {
                let types = [Type::String, Type::Null].into_iter();
                let types = types.take(if field == name { 1 } else { 2 });
                text(1, most)
                    .schema_type(types.collect::<SchemaType>())
                    .pattern(Some(r"\S"))
            };
            let email = line("email", 254).pattern(Some(r"^[^@\s]+@[^@\s]+$"));
            let object = ObjectBuilder::new().property("name", line("name", 500));
            let object = object.property("email", email);
            let object = object.property("phone", line("phone", 500));
            closed(object.required(name))
        };
        AnyOfBuilder::new()
            .item(closed(known.required("id")))
            .item(told("name"))
            .item(told("email"))
            .item(told("phone"))
            .into()
    }
}

impl ToSchema for ContactText {}

fn text(least: usize, most: usize) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.min_length(Some(least)).max_length(Some(most))
}

/// The bodies of which every field may be left out: they may be left out themselves.
fn optional_bodies(description: &OpenApi) -> BTreeSet<String> {
    let schemas = description.components.iter().flat_map(|all| &all.schemas);
    let schemas = schemas.filter(|(_, schema)| match schema {
        RefOr::T(Schema::Object(object)) => object.required.is_empty(),
        _ => false,
    });
    let names = schemas.map(|(name, _)| format!("#/components/schemas/{name}"));
    names.collect()
}

/// Completes the description of every route.
pub(super) fn complete(description: &mut OpenApi) {
    let optional = optional_bodies(description);
    for (path, item) in &mut description.paths.paths {
        for operation in operations(item) {
            if let (EVENTS, Some(RefOr::T(body))) = (path.as_str(), &mut operation.request_body) {
                // No body is as good as an empty list.
                body.required = Some(Required::False);
            }
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                let schema = body.content.get("application/json");
                let schema = schema.and_then(|content| match content {
                    RefOr::T(content) => content.schema.as_ref(),
                    RefOr::Ref(_) => None,
                });
                if matches!(schema, Some(RefOr::Ref(one)) if optional.contains(&one.ref_location)) {
                    body.required = Some(Required::False);
                }
            }
            if path.starts_with(ROUTES) {
                add_refusals(path, operation);
                let parameters = operation.parameters.iter_mut().flatten();
                parameters.for_each(describe_instant);
            }
            let responses = operation.responses.responses.iter_mut();
            for (status, response) in responses {
                if let (true, RefOr::T(response)) = (is_refusal(status), response) {
                    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
                    response.content.clear();
                    response.content.insert(PROBLEM.to_owned(), problem.into());
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
    ];
    all.into_iter().flatten()
}

fn is_refusal(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

/// Adds how any request may be refused, unless the handler says it in its own words.
fn add_refusals(path: &str, operation: &mut Operation) {
    let body = match &operation.request_body {
        Some(RefOr::T(body)) => Some(body),
        _ => None,
    };
    let is_json = body.is_some_and(|body| body.content.contains_key("application/json"));
    let refusals = [
        (StatusCode::BAD_REQUEST, true, "The request cannot be used"),
        (StatusCode::UNAUTHORIZED, true, "Nobody is signed in"),
        (
            StatusCode::FORBIDDEN,
            true,
            "The role is too little, or it comes from elsewhere",
        ),
        (StatusCode::NOT_FOUND, path.contains('{'), "No such thing"),
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            body.is_some(),
            "The body is too large",
        ),
        (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            is_json,
            "The body is of another type",
        ),
        (StatusCode::INTERNAL_SERVER_ERROR, true, "Svar failed"),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            true,
            "Svar cannot do this now; ask again",
        ),
    ];
    for (status, is_possible, words) in refusals {
        if is_possible {
            let status = status.as_str().to_owned();
            let responses = &mut operation.responses.responses;
            responses
                .entry(status)
                .or_insert_with(|| Response::new(words).into());
        }
    }
}

/// An instant may be left empty, which is as if it were left out.
fn describe_instant(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else {
        return;
    };
    let name = parameter.name.as_str();
    let is_limit = LIMITS.contains(&name);
    if parameter.parameter_in != ParameterIn::Query || !(is_limit || INSTANTS.contains(&name)) {
        return;
    }
    let text = |format: KnownFormat| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.format(Some(SchemaFormat::KnownFormat(format)))
    };
    let empty = ObjectBuilder::new().schema_type(Type::String);
    let mut either = AnyOfBuilder::new()
        .item(text(KnownFormat::DateTime))
        .item(empty.max_length(Some(0)));
    if is_limit {
        either = either.item(text(KnownFormat::Date));
    }
    parameter.schema = Some(RefOr::T(Schema::AnyOf(either.build())));
}

#[cfg(test)]
mod tests {
    use utoipa::OpenApi as _;

    use super::*;

    #[test]
    fn every_route_says_how_it_refuses() {
        let (_, described) = super::super::v1().split_for_parts();
        let mut description = super::super::Description::openapi().nest("/api/v1", described);
        complete(&mut description);
        let told = serde_json::to_value(&description).unwrap();
        let paths = told["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|item| item.as_object().unwrap());
        let mut count = 0;
        for (method, operation) in operations {
            count += 1;
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "403", "500", "503"] {
                assert!(responses.contains_key(status), "{method} {operation}");
            }
            for (status, response) in responses {
                let is_problem = response["content"].get(PROBLEM).is_some();
                assert_eq!(is_problem, is_refusal(status), "{method} {operation}");
            }
        }
        assert!(count > 40);
    }
}
