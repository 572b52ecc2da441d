//! The OpenAPI document: it is served as committed, its permissions are right, and Swagger UI works offline.

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

on_both_engines!(every_operation_requires_its_documented_scopes);

/// The operations without authentication. New ones must be added here.
const OPEN: [(&str, &str); 13] = [
    ("get", "/callbacks/{callbackId}/{provider}"),
    ("post", "/callbacks/{callbackId}/{provider}"),
    ("post", "/sentinel/api/account/{accountId}/app/token"),
    ("post", "/sentinel/api/v2/account/{accountId}/app/token"),
    ("get", "/sentinel/well-known/jwks"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("post", "/api/account/{accountId}/login"),
    ("post", "/api/account/{accountId}/logout"),
    ("post", "/api/account/{accountId}/refresh"),
    ("get", "/api/account/{accountId}/service/baseURI.json"),
    ("get", "/api/account/{accountId}/service/{name}/baseURI.json"),
    ("get", "/metrics"),
];

fn committed() -> Value {
    serde_json::from_str(include_str!("../../../../openapi.json")).unwrap()
}

/// Method, path template and description of each operation.
fn operations() -> Vec<(String, String, Value)> {
    let document = committed();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone().into_iter();
        let path = path.clone();
        methods.map(move |(method, operation)| (method, path.clone(), operation)).collect::<Vec<_>>()
    };
    document["paths"].as_object().unwrap().iter().flat_map(of_path).collect()
}

/// The path with the examples of its parameters and of the required query parameters.
fn example(path: &str, operation: &Value) -> String {
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let example = match &parameter["example"] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match parameter["in"].as_str().unwrap() {
            "path" => path = path.replace(&format!("{{{name}}}"), &example.expect(name)),
            "query" if parameter["required"] == true => {
                query.push(format!("{name}={}", example.expect(name)));
            }
            _ => {}
        }
    }
    assert!(!path.contains('{'), "a parameter of {path} has no example");
    format!("{path}?{}", query.join("&"))
}

/// The scopes of which a client needs one; empty if no client may call the operation.
fn scopes(operation: &Value) -> Vec<&str> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    let scopes = requirements.filter_map(|requirement| requirement["app_jwt"].as_array()).flatten();
    scopes.map(|scope| scope.as_str().unwrap()).collect()
}

#[test]
fn the_committed_document_is_served() {
    let service = Service::shared(Engine::Sqlite);
    assert_eq!(
        service.get_as("", "/openapi.json").json(),
        committed(),
        "run: outbound openapi > openapi.json"
    );
    let printed = service.installation.run(&["openapi"]).succeeded().out;
    assert_eq!(printed, include_str!("../../../../openapi.json"));
    assert_eq!(committed()["openapi"], "3.1.0");
}

#[test]
fn only_the_listed_operations_need_no_authentication() {
    let operations = operations();
    let open = operations.iter().filter(|(_, _, operation)| operation["security"].is_null());
    let mut open: Vec<_> = open.map(|(method, path, _)| (&**method, &**path)).collect();
    let mut expected = OPEN.to_vec();
    open.sort_unstable();
    expected.sort_unstable();
    assert_eq!(open, expected);
}

fn every_operation_requires_its_documented_scopes(engine: Engine) {
    let service = Service::shared(engine);
    let other = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    for (method, path, operation) in operations() {
        if operation["security"].is_null() {
            continue;
        }
        let required_scopes = scopes(&operation);
        let lacking =
            ["handoffs.read", "handoffs.write"].into_iter().find(|scope| !required_scopes.contains(scope));
        let lacking = service.new_token(ACCOUNT, lacking.unwrap());
        let (method, path) = (method.to_uppercase(), example(&path, &operation));
        for (headers, expected) in [
            (vec![], (401, "missing_credential")),
            (vec![("authorization", &*other)], (403, "other_account")),
            (vec![("authorization", &lacking)], (403, "no_right")),
        ] {
            let response = service.send(&method, &path, &headers, "");
            assert_eq!(response.error(), (expected.0, expected.1.to_owned()), "{method} {path}");
        }
        // Authorized requests fail later: the ids of the examples do not exist, and the body is missing.
        let status = service.send(&method, &path, &[("authorization", &service.token)], "").status;
        let expected: &[u16] = if required_scopes.is_empty() { &[403] } else { &[200, 404, 415, 428] };
        assert!(expected.contains(&status), "{method} {path}: {status}");
    }
}

/// The values of `attribute` in a page of HTML.
fn attributes<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    let start = format!("{attribute}=\"");
    let values = html.split(&start).skip(1);
    values.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn swagger_ui_loads_nothing_from_other_hosts() {
    let service = Service::shared(Engine::Sqlite);
    let page = service.get_as("", "/api/api-docs");
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    let assets = [attributes(page.text(), "src"), attributes(page.text(), "href")].concat();
    assert!(assets.len() > 4, "{assets:?}");
    for asset in assets {
        assert!(!asset.contains("//"), "{asset} is on another host");
        let path = format!("/api/api-docs/{}", asset.trim_start_matches("./"));
        let response = service.get_as("", &path);
        assert!(response.status == 200 && !response.body.is_empty(), "{path}: {}", response.status);
    }
    let initializer = service.get_as("", "/api/api-docs/swagger-initializer.js");
    assert!(initializer.text().contains("\"/openapi.json\""), "{}", initializer.text());
    assert!(
        initializer.text().contains("\"validatorUrl\": \"none\""),
        "Swagger UI would use an external validator"
    );
    assert!(!initializer.text().contains("http"), "{}", initializer.text());
}
