//! Quotas of an account, and its last administrator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use outbound_app::{App, AppError, CacheSettings, NewUser, Quota};
use outbound_auth::Secret;
use outbound_model::testing::ManualClock;
use outbound_model::{AccountId, ClientId, Role, Scope, Timestamp, UserId, Username};
use outbound_store::{Client, Credentials, User};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use support::{Node, node};

/// One node per engine, each with an empty database.
async fn nodes() -> Vec<(Node, String, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let postgres = Postgres::shared().unwrap().database().unwrap();
    let clock = ManualClock::default();
    let one = node(&sqlite, &clock, CacheSettings::default()).await;
    let other = node(&postgres, &clock, CacheSettings::default()).await;
    vec![(one, sqlite, folder), (other, postgres, tempfile::tempdir().unwrap())]
}

fn account() -> AccountId {
    "A".parse().unwrap()
}

fn time() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000).unwrap()
}

fn user(number: u64) -> User {
    User {
        id: UserId::from_random(number),
        name: format!("user{number}").parse().unwrap(),
        role: Role::Lpa,
        password_hash: "none".to_owned(),
        created_at: time(),
        revoked_at: number.is_multiple_of(2).then(time),
    }
}

fn client(number: u64) -> Client {
    Client {
        id: format!("c{number}").parse().unwrap(),
        name: "x".to_owned(),
        scopes: [Scope::HandoffsRead].into_iter().collect(),
        secret_hash: vec![0; 32],
        created_at: time(),
        revoked_at: number.is_multiple_of(2).then(time),
    }
}

/// Adds clients and users up to one less than the quotas.
async fn fill_quotas(database: &str) {
    let store = SqlStore::open(database, &Options::default()).await.unwrap();
    let mut transaction = store.write_credentials(&account()).await.unwrap();
    for number in 1..Quota::CLIENTS.most {
        transaction.add_client(&client(number)).await.unwrap();
    }
    for number in 1..Quota::USERS.most {
        transaction.add_user(&user(number)).await.unwrap();
    }
    transaction.commit().await.unwrap();
    store.close().await;
}

fn new_user(name: &str, role: Role) -> NewUser {
    NewUser { name: name.parse().unwrap(), role, password: Secret::new("correct horse") }
}

#[tokio::test]
async fn quotas_of_clients_and_users_are_enforced() {
    for (node, database, _folder) in nodes().await {
        let app = &node.app;
        app.create_account(account()).await.unwrap();
        fill_quotas(&database).await;
        let scopes = || [Scope::HandoffsRead].into_iter().collect();
        let last: ClientId = "last".parse().unwrap();
        app.create_client_once(&app.operator(&account()), last.clone(), "last", scopes()).await.unwrap();
        let again = app.create_client_once(&app.operator(&account()), last, "last", scopes()).await;
        assert!(matches!(again, Err(AppError::AlreadyCreated)), "{again:?}");
        let more = app.create_client(&app.operator(&account()), "more", scopes()).await.unwrap_err();
        assert_eq!(
            more.to_string(),
            "the account already has the maximum of 1000 clients, including revoked ones"
        );

        app.create_user(&app.operator(&account()), new_user("last", Role::Lpa)).await.unwrap();
        let more = app.create_user(&app.operator(&account()), new_user("more", Role::Lpa)).await.unwrap_err();
        assert_eq!(
            more.to_string(),
            "the account already has the maximum of 5000 users, including revoked ones"
        );
    }
}

async fn administrators(app: &App) -> usize {
    let users = app.users(&app.operator(&account())).await.unwrap();
    users.iter().filter(|user| user.role == Role::Administrator && user.revoked_at.is_none()).count()
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other() {
    for (node, database, _folder) in nodes().await {
        let app = node.app;
        app.create_account(account()).await.unwrap();
        let other = support::node(&database, &ManualClock::default(), CacheSettings::default()).await.app;
        let operator = app.operator(&account());
        let name = |text: &str| -> Username { text.parse().unwrap() };
        app.create_user(&app.operator(&account()), new_user("a", Role::Administrator)).await.unwrap();
        let alone = app.revoke_user(&operator, &name("a")).await;
        assert!(matches!(alone, Err(AppError::LastAdministrator(_))), "{alone:?}");
        let alone = app.change_role(&operator, &name("A"), Role::Lpa).await;
        assert!(matches!(alone, Err(AppError::LastAdministrator(_))), "{alone:?}");
        app.change_role(&operator, &name("a"), Role::Administrator).await.unwrap();
        app.create_user(&app.operator(&account()), new_user("b", Role::Administrator)).await.unwrap();
        for round in 0..10 {
            let (a, b) = (name("a"), name("b"));
            let other_operator = other.operator(&account());
            let (one, two) = tokio::join!(
                app.change_role(&operator, &a, Role::Lpa),
                other.change_role(&other_operator, &b, Role::CampaignManager),
            );
            assert_eq!(one.is_ok(), two.is_err(), "round {round}: {one:?} {two:?}");
            assert_eq!(administrators(&app).await, 1);
            for user in [a, b] {
                app.change_role(&operator, &user, Role::Administrator).await.unwrap();
            }
        }
        app.revoke_user(&operator, &name("b")).await.unwrap();
        assert_eq!(administrators(&app).await, 1);
    }
}
