//! Web sessions, password changes and setup.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use common::{PASSWORD, World, id};
use outbound_app::{
    AccessError, AppError, ChangeOwnPassword, FirstAdministrator, LoginRejection, LoginRequest, ReadDrafts,
    SetupError, WebLogin, WriteHandoffs,
};
use outbound_auth::Secret;
use outbound_model::Role;
use sqlx::{Connection, Executor, SqliteConnection};

const ADDRESS: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn log_in(world: &World, name: &str, password: &str) -> Result<WebLogin, LoginRejection> {
    let (account, username, password) = (id("A"), name.to_owned(), Secret::new(password));
    world.app.log_in_web(LoginRequest { account, username, password, address: ADDRESS }).await
}

async fn is_open(world: &World, cookie: &Secret) -> bool {
    world.app.authorize_web::<ReadDrafts>(cookie).await.is_ok()
}

#[tokio::test]
async fn a_cookie_has_the_rights_of_the_role() {
    let world = World::new().await;
    world.user("lea", Role::Lpa).await;
    let login = log_in(&world, "LEA", PASSWORD).await.unwrap();
    let grant = world.app.authorize_web::<ReadDrafts>(&login.cookie).await.unwrap();
    assert_eq!((grant.account(), grant.principal()), (&id("A"), "lea"));
    let rejected = world.app.authorize_web::<WriteHandoffs>(&login.cookie).await;
    assert!(matches!(rejected, Err(AppError::Access(AccessError::NoRight))));
}

#[tokio::test]
async fn modified_cookies_are_rejected() {
    let world = World::new().await;
    world.user("lea", Role::Lpa).await;
    let login = log_in(&world, "lea", PASSWORD).await.unwrap();
    let secret = login.cookie.expose().strip_prefix("A.").unwrap();
    for wrong in ["", secret, &format!("B.{secret}"), &format!("A.{secret}0"), "A.", "../A."] {
        assert!(!is_open(&world, &Secret::new(wrong)).await, "{wrong}");
    }
}

#[tokio::test]
async fn a_form_token_is_valid_for_one_session() {
    let world = World::new().await;
    world.user("lea", Role::Lpa).await;
    let one = log_in(&world, "lea", PASSWORD).await.unwrap();
    let other = log_in(&world, "lea", PASSWORD).await.unwrap();
    assert!(world.app.is_form_token(&one.cookie, one.session.csrf()));
    for wrong in [other.session.csrf(), &one.cookie, &Secret::new("")] {
        assert!(!world.app.is_form_token(&one.cookie, wrong));
    }
}

#[tokio::test]
async fn sessions_last_eight_hours_in_use_and_one_hour_idle() {
    let world = World::new().await;
    world.user("lea", Role::Lpa).await;
    let login = log_in(&world, "lea", PASSWORD).await.unwrap();
    for _ in 0..15 {
        world.advance_clock(30 * 60);
        assert!(is_open(&world, &login.cookie).await);
    }
    world.advance_clock(30 * 60);
    assert!(!is_open(&world, &login.cookie).await);
    let login = log_in(&world, "lea", PASSWORD).await.unwrap();
    world.advance_clock(3600);
    assert!(!is_open(&world, &login.cookie).await);
}

#[tokio::test]
async fn a_password_change_needs_the_old_password_and_ends_other_sessions() {
    let world = World::new().await;
    world.user("lea", Role::Agent).await;
    let [own, other] = [log_in(&world, "lea", PASSWORD).await, log_in(&world, "lea", PASSWORD).await];
    let (own, other) = (own.unwrap(), other.unwrap());
    let grant = own.session.grant::<ChangeOwnPassword>().unwrap();
    let change = |old: &str, new: &str| {
        let (old, new) = (Secret::new(old), Secret::new(new));
        world.app.change_own_password(&grant, old, new, ADDRESS)
    };
    assert!(matches!(change("wrong horse", "another horse").await, Err(LoginRejection::Credentials)));
    assert!(matches!(change(PASSWORD, "short").await, Err(LoginRejection::App(AppError::Invalid(_)))));
    assert!(world.app.web_session(&other.cookie).await.is_ok());
    let changed = change(PASSWORD, "another horse").await.unwrap().unwrap();
    for (cookie, expected) in [(&own.cookie, false), (&other.cookie, false), (&changed.cookie, true)] {
        assert_eq!(world.app.web_session(cookie).await.is_ok(), expected);
    }
    assert!(log_in(&world, "lea", "another horse").await.is_ok());
}

/// The error must not say that the password is unchanged.
#[tokio::test]
async fn a_password_change_without_a_new_session_is_reported_as_a_change() {
    let world = World::new().await;
    world.user("lea", Role::Agent).await;
    let own = log_in(&world, "lea", PASSWORD).await.unwrap();
    let grant = own.session.grant::<ChangeOwnPassword>().unwrap();
    // From now on, no session can be opened.
    let mut file = SqliteConnection::connect(&world.operational_database()).await.unwrap();
    file.execute("ALTER TABLE sessions RENAME TO no_sessions").await.unwrap();
    let (old, new) = (Secret::new(PASSWORD), Secret::new("another horse"));
    assert!(world.app.change_own_password(&grant, old, new, ADDRESS).await.unwrap().is_none());
    file.execute("ALTER TABLE no_sessions RENAME TO sessions").await.unwrap();
    assert!(log_in(&world, "lea", "another horse").await.is_ok());
}

fn first_administrator(account: &str, password: &str) -> FirstAdministrator {
    FirstAdministrator {
        account: id(account),
        name: "boss".parse().unwrap(),
        password: Secret::new(password),
    }
}

#[tokio::test]
async fn a_setup_code_creates_one_administrator() {
    let world = World::new().await;
    assert!(!world.app.setup_is_open().await.unwrap());
    let code = world.app.offer_setup().await.unwrap().unwrap();
    let typed = Secret::new(format!(" {} ", code.expose().replace('-', "").to_uppercase()));
    assert!(matches!(
        world.app.set_up(&typed, first_administrator("A", "short")).await,
        Err(SetupError::App(_))
    ));
    world.app.set_up(&typed, first_administrator("A", PASSWORD)).await.unwrap();
    assert!(log_in(&world, "boss", PASSWORD).await.is_ok());
    assert!(matches!(
        world.app.set_up(&code, first_administrator("new", PASSWORD)).await,
        Err(SetupError::Closed)
    ));
    assert!(world.app.offer_setup().await.unwrap().is_none());
}

#[tokio::test]
async fn ten_wrong_codes_close_the_setup() {
    let world = World::new().await;
    let code = world.app.offer_setup().await.unwrap().unwrap();
    for _ in 0..10 {
        let rejected = world.app.set_up(&Secret::new("00000"), first_administrator("A", PASSWORD)).await;
        assert!(matches!(rejected, Err(SetupError::Code)));
    }
    assert!(matches!(
        world.app.set_up(&code, first_administrator("A", PASSWORD)).await,
        Err(SetupError::Closed)
    ));
}
