//! Connections to providers.

use outbound_app::{AppError, MAX_CONNECTIONS, NewConnection};
use outbound_auth::Secret;
use outbound_connectors::Provider;

use crate::fixture::{Fixture, SECRET};
use crate::signed_callbacks::twilio_inbound;

fn new(name: &str) -> NewConnection {
    NewConnection { name: name.to_owned(), base_url: "http://127.0.0.1:8090".to_owned(), secret: None }
}

#[tokio::test]
async fn a_connection_is_created_listed_and_deleted() {
    let fixture = Fixture::without_connection().await;
    let grant = fixture.app().operator(&fixture.account);
    let given = NewConnection { secret: Some(Secret::new("abc")), ..new("Given") };
    let (first, secret) = fixture.app().create_connection(&grant, given).await.unwrap();
    assert_eq!((secret.expose(), &*first.kind), ("abc", "sandbox"));
    let (second, generated) = fixture.app().create_connection(&grant, new("Generated")).await.unwrap();
    assert_eq!(generated.expose().len(), 64);
    assert_ne!(first.callback_id, second.callback_id);
    let url = fixture.app().callback_url(&second.callback_id, Provider::Twilio);
    assert_eq!(url, format!("https://va.handoff.example/callbacks/{}/twilio", second.callback_id));
    let mut listed = fixture.app().connections(&grant).await.unwrap();
    listed.sort_by_key(|connection| connection.name.clone());
    assert_eq!(listed, [second.clone(), first.clone()]);
    fixture.app().delete_connection(&grant, &first.id).await.unwrap();
    assert_eq!(fixture.app().connections(&grant).await.unwrap(), [second]);
    let again = fixture.app().delete_connection(&grant, &first.id).await;
    assert!(matches!(again, Err(AppError::UnknownConnection(_))), "{again:?}");
}

#[tokio::test]
async fn connections_are_checked_and_limited() {
    let fixture = Fixture::without_connection().await;
    let grant = fixture.app().operator(&fixture.account);
    for base_url in ["", "127.0.0.1", "ftp://127.0.0.1", "http://user@127.0.0.1", "http://127.0.0.1/?a"] {
        let wrong = NewConnection { base_url: base_url.to_owned(), ..new("Test") };
        let rejected = fixture.app().create_connection(&grant, wrong).await;
        assert!(matches!(rejected, Err(AppError::Connector(_))), "{base_url}");
    }
    for base_url in [
        "https://graph.facebook.com",
        "https://api.twilio.com.",
        "https://TWILIO.com:443/",
        "https://rcsbusinessmessaging.googleapis.com",
    ] {
        let wrong = NewConnection { base_url: base_url.to_owned(), ..new("Test") };
        let rejected = fixture.app().create_connection(&grant, wrong).await.unwrap_err();
        assert!(rejected.to_string().contains("only sandboxes"), "{base_url}: {rejected}");
    }
    let other = NewConnection { base_url: "http://nottwilio.com".to_owned(), ..new("Other") };
    let (other, _) = fixture.app().create_connection(&grant, other).await.unwrap();
    fixture.app().delete_connection(&grant, &other.id).await.unwrap();
    assert!(matches!(fixture.app().create_connection(&grant, new(" ")).await, Err(AppError::Invalid(_))));
    for number in 0..MAX_CONNECTIONS {
        fixture.app().create_connection(&grant, new(&format!("C{number}"))).await.unwrap();
    }
    let rejected = fixture.app().create_connection(&grant, new("One more")).await;
    assert!(matches!(rejected, Err(AppError::TooManyConnections)), "{rejected:?}");
}

#[tokio::test]
async fn paths_of_callbacks_that_were_replaced_or_deleted_are_rejected_at_once() {
    let fixture = Fixture::without_connection().await;
    let grant = fixture.app().operator(&fixture.account);
    let given = NewConnection { secret: Some(Secret::new(SECRET)), ..new("Test") };
    let (before, _) = fixture.app().create_connection(&grant, given).await.unwrap();
    let deliver = async |callback: &str, id: &str| {
        twilio_inbound(callback, id, "12125550100", "Hello").deliver(fixture.app()).await
    };
    // The connection is cached.
    deliver(&before.callback_id, "SM-a").await.unwrap();
    let after = fixture.app().rotate_callback(&grant, &before.id).await.unwrap();
    assert_ne!(after.callback_id, before.callback_id);
    assert!(after.callback_id.len() == 32 && after.callback_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(fixture.app().connections(&grant).await.unwrap(), std::slice::from_ref(&after));
    let rejected = deliver(&before.callback_id, "SM-b").await;
    assert!(matches!(rejected, Err(AppError::UnknownCallback)), "{rejected:?}");
    deliver(&after.callback_id, "SM-b").await.unwrap();
    fixture.app().delete_connection(&grant, &after.id).await.unwrap();
    let rejected = deliver(&after.callback_id, "SM-c").await;
    assert!(matches!(rejected, Err(AppError::UnknownCallback)), "{rejected:?}");
    let unknown = fixture.app().rotate_callback(&grant, "none").await;
    assert!(matches!(unknown, Err(AppError::UnknownConnection(_))), "{unknown:?}");
}
