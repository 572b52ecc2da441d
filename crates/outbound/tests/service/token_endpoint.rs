//! The token endpoint: every way in which clients send the parameters, and its errors.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::support::{ACCOUNT, Client, Engine, OTHER_ACCOUNT, Response, Service, on_both_engines};

on_both_engines!(
    parameters_are_accepted_in_query_body_and_header,
    a_response_has_the_documented_fields,
    a_token_may_have_fewer_scopes_than_its_client,
    errors_do_not_reveal_which_credential_is_wrong,
    malformed_requests_get_oauth_errors,
    a_malformed_basic_credential_is_an_invalid_client,
    a_body_over_the_limit_gets_an_oauth_error,
);

const PATHS: [&str; 2] =
    ["/sentinel/api/account/12345678/app/token", "/sentinel/api/v2/account/12345678/app/token"];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Requests a token of the demo account. Replaces `ID` and `SECRET` with those of `client`.
fn request_token(
    service: &Service,
    client: &Client,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let fill = |text: &str| text.replace("ID", &client.id).replace("SECRET", &client.secret);
    service.send("POST", &fill(path), headers, &fill(body))
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn parameters_are_accepted_in_query_body_and_header(engine: Engine) {
    let service = Service::shared(engine);
    let both = "client_id=ID&client_secret=SECRET";
    let grant = "grant_type=client_credentials";
    let charset = [("content-type", "application/x-www-form-urlencoded; charset=UTF-8")];
    let in_header = basic(&service.client.id, &service.client.secret);
    let basic = [("authorization", &*in_header), FORM];
    for path in PATHS {
        for (query, headers, body) in [
            (format!("?v=1.0&{grant}"), &[FORM][..], both.to_owned()),
            ("?v=1.0".to_owned(), &[FORM], format!("{both}&{grant}")),
            ("?v=2.0".to_owned(), &charset, format!("{grant}&{both}")),
            (String::new(), &[FORM], both.to_owned()),
            ("/".to_owned(), &[FORM], both.to_owned()),
            (format!("?{grant}&{both}"), &[FORM], String::new()),
            (format!("?{both}"), &[], String::new()),
            (format!("?{both}"), &[("content-type", "application/json")], String::new()),
            ("?client_id=ID".to_owned(), &[FORM], format!("client_secret=SECRET&{grant}")),
            (format!("?{grant}&client_id=ID"), &[FORM], format!("{both}&{grant}")),
            ("?v=1.0".to_owned(), &basic, grant.to_owned()),
            (format!("?{grant}"), &basic, String::new()),
        ] {
            let response = request_token(service, &service.client, &format!("{path}{query}"), headers, &body);
            assert_eq!(response.status, 200, "{path}{query} {headers:?} {body}: {}", response.text());
        }
    }
}

fn a_response_has_the_documented_fields(engine: Engine) {
    let service = Service::shared(engine);
    for path in PATHS {
        let response =
            request_token(service, &service.client, path, &[FORM], "client_id=ID&client_secret=SECRET");
        assert_eq!(response.header("content-type"), "application/json;charset=utf-8");
        assert_eq!((response.header("cache-control"), response.header("pragma")), ("no-store", "no-cache"));
        let body = response.json();
        assert_eq!(
            body.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["access_token", "token_type", "expires_in"]
        );
        assert_eq!((&body["token_type"], &body["expires_in"]), (&"Bearer".into(), &"3600".into()));
        let claims = claims(&body["access_token"]);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        assert_eq!((&claims["aud"], &claims["azp"]), (&ACCOUNT.into(), &service.client.id.clone().into()));
    }
}

fn a_token_may_have_fewer_scopes_than_its_client(engine: Engine) {
    let service = Service::shared(engine);
    let reader = service.create_client(ACCOUNT, "handoffs.read");
    for (client, scope, expected) in [
        (
            &service.client,
            "",
            Ok(
                "handoffs.read handoffs.write reports.read events.write campaigns.read campaigns.write campaigns.launch",
            ),
        ),
        (
            &service.client,
            "&scope=",
            Ok(
                "handoffs.read handoffs.write reports.read events.write campaigns.read campaigns.write campaigns.launch",
            ),
        ),
        (&service.client, "&scope=handoffs.read", Ok("handoffs.read")),
        (&service.client, "&scope=handoffs.write+handoffs.read", Ok("handoffs.read handoffs.write")),
        (&reader, "", Ok("handoffs.read")),
        (&reader, "&scope=handoffs.write", Err("invalid_scope")),
        (&reader, "&scope=handoffs.read%20handoffs.write", Err("invalid_scope")),
        (&service.client, "&scope=admin", Err("invalid_scope")),
    ] {
        let response = request_token(
            service,
            client,
            PATHS[0],
            &[FORM],
            &format!("client_id=ID&client_secret=SECRET{scope}"),
        );
        match expected {
            Ok(granted) => assert_eq!(claims(&response.json()["access_token"])["scope"], granted, "{scope}"),
            Err(code) => assert_eq!(response.error(), (400, code.to_owned()), "{scope}"),
        }
    }
}

fn errors_do_not_reveal_which_credential_is_wrong(engine: Engine) {
    let service = Service::shared(engine);
    let revoked = service.create_client(ACCOUNT, "handoffs.read");
    service.installation.run(&["client", "revoke", "--account", ACCOUNT, &revoked.id]).succeeded();
    let other = service.create_client(OTHER_ACCOUNT, "handoffs.read");
    let unknown_account = PATHS[0].replace(ACCOUNT, "999");
    let no_account = PATHS[0].replace(ACCOUNT, "a%20b");
    let wrong = Client { secret: "0".repeat(64), ..service.client.clone() };
    let unknown = Client { id: "00000000-0000-4000-8000-000000000000".to_owned(), ..service.client.clone() };
    let malformed = Client { id: "x'--%00".to_owned(), ..service.client.clone() };
    let empty = Client { id: String::new(), secret: String::new() };
    let valid = &service.client;
    let (unknown_account, no_account) = (&*unknown_account, &*no_account);
    let mut bodies = Vec::new();
    for (path, client) in [
        (PATHS[0], &wrong),
        (PATHS[1], &unknown),
        (PATHS[0], &malformed),
        (PATHS[0], &empty),
        (PATHS[0], &revoked),
        (PATHS[1], &other),
        (unknown_account, valid),
        (no_account, valid),
    ] {
        let response = request_token(service, client, path, &[FORM], "client_id=ID&client_secret=SECRET");
        assert_eq!(response.error(), (401, "invalid_client".to_owned()), "{path} {client:?}");
        assert_eq!(response.header("www-authenticate"), "Basic realm=\"outbound\"");
        bodies.push(response.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

fn malformed_requests_get_oauth_errors(engine: Engine) {
    let service = Service::shared(engine);
    let json = ("content-type", "application/json");
    let both = "client_id=ID&client_secret=SECRET";
    let many = format!("{}{both}", "x=1&".repeat(100));
    for (query, header, body, status, code, sentence) in [
        ("", FORM, "client_secret=SECRET", 400, "invalid_request", "client_id is missing"),
        ("", FORM, "client_id=ID", 400, "invalid_request", "client_secret is missing"),
        ("?v=1.0", FORM, "", 400, "invalid_request", "client_id is missing"),
        ("", FORM, &*format!("{both}&client_id=other"), 400, "invalid_request", "client_id is given twice"),
        ("?client_id=other", FORM, both, 400, "invalid_request", "client_id is given twice"),
        ("", FORM, &*many, 400, "invalid_request", "more than 100 parameters"),
        (
            "",
            FORM,
            &format!("{both}&grant_type=password"),
            400,
            "unsupported_grant_type",
            "client_credentials",
        ),
        ("", json, r#"{"client_id":"ID","client_secret":"SECRET"}"#, 415, "invalid_request", "form"),
    ] {
        let response =
            request_token(service, &service.client, &format!("{}{query}", PATHS[0]), &[header], body);
        assert_eq!(response.error(), (status, code.to_owned()), "{query} {body}");
        let description = response.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.contains(sentence), "{description}");
        assert_eq!(response.header("cache-control"), "no-store");
        assert!(!response.text().contains(&service.client.secret));
    }
}

fn a_malformed_basic_credential_is_an_invalid_client(engine: Engine) {
    let service = Service::shared(engine);
    let no_colon = format!("Basic {}", STANDARD.encode("no colon"));
    let not_text = format!("basic {}", STANDARD.encode([0xff, b':', b'x']));
    for bad in ["Basic !!!", "Basic", "BASIC  ", &no_colon, &not_text] {
        for body in ["", "client_id=ID&client_secret=SECRET"] {
            let response =
                request_token(service, &service.client, PATHS[0], &[("authorization", bad), FORM], body);
            assert_eq!(response.error(), (401, "invalid_client".to_owned()), "{bad} {body}");
            assert_eq!(response.header("www-authenticate"), "Basic realm=\"outbound\"");
        }
    }
}

/// The limit of 1 MiB is documented in docs/limits.md.
fn a_body_over_the_limit_gets_an_oauth_error(engine: Engine) {
    let service = Service::shared(engine);
    let both = "client_id=ID&client_secret=SECRET&x=";
    let filled = both.replace("ID", &service.client.id).replace("SECRET", &service.client.secret);
    for (path, length, status) in
        [(PATHS[0], 1 << 20, 200), (PATHS[1], (1 << 20) + 1, 413), (PATHS[0], 1 << 21, 413)]
    {
        let body = format!("{filled}{}", "x".repeat(length - filled.len()));
        let response = request_token(service, &service.client, path, &[FORM], &body);
        assert_eq!(response.status, status, "{length}");
        if status == 413 {
            assert_eq!(response.error().1, "invalid_request");
            assert!(response.json()["error_description"].as_str().unwrap().contains("1048576 bytes"));
        }
    }
}
