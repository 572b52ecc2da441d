//! Logins and sessions of the API, their audit entries, and lockouts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use common::{PASSWORD, World, id};
use futures::future::join_all;
use outbound_app::{
    AccessError, AppError, Credential, Login, LoginRejection, ReadHandoffs, Right, WriteHandoffs,
};
use outbound_auth::Secret;
use outbound_model::{AuditAction, Role};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// Authorizes the bearer of a login for the right `R`. Returns the principal or the rejection.
async fn authorize<R: Right>(world: &World, login: &Login, account: &str) -> Result<String, AccessError> {
    let credential = Credential::LeBearer(login.bearer.clone());
    match world.app.authorize::<R>(Some(&id(account)), &credential).await {
        Ok(grant) => Ok(grant.principal().to_owned()),
        Err(AppError::Access(rejection)) => Err(rejection),
        Err(other) => panic!("{other}"),
    }
}

async fn is_open(world: &World, login: &Login) -> bool {
    authorize::<ReadHandoffs>(world, login, "A").await != Err(AccessError::SessionOver)
}

async fn refresh(world: &World, login: &Login) -> Result<(), LoginRejection> {
    world.app.refresh_session(&id("A"), &login.cookie, &login.csrf).await.map(drop)
}

async fn anna(world: &World) -> Login {
    world.user("anna", Role::CampaignManager).await;
    world.log_in("A", "ANNA", PASSWORD).await.unwrap()
}

#[tokio::test]
async fn a_bearer_has_the_rights_of_its_role_in_its_account() {
    let world = World::new().await;
    let login = anna(&world).await;
    world.user("lea", Role::Lpa).await;
    let lea = world.log_in("A", "lea", PASSWORD).await.unwrap();
    assert_eq!(authorize::<WriteHandoffs>(&world, &login, "A").await, Ok("anna".to_owned()));
    assert_eq!(authorize::<ReadHandoffs>(&world, &lea, "A").await, Ok("lea".to_owned()));
    assert_eq!(authorize::<WriteHandoffs>(&world, &lea, "A").await, Err(AccessError::NoRight));
    for other in ["B", "unknown"] {
        assert_eq!(authorize::<ReadHandoffs>(&world, &login, other).await, Err(AccessError::OtherAccount));
    }
}

#[tokio::test]
async fn other_secrets_are_not_accepted_as_bearers() {
    let world = World::new().await;
    let login = anna(&world).await;
    for secret in [&login.cookie, &login.csrf, &Secret::new("0".repeat(64))] {
        let wrong = Login { bearer: secret.clone(), ..login.clone() };
        assert!(!is_open(&world, &wrong).await);
    }
}

#[tokio::test]
async fn wrong_accounts_names_and_passwords_are_rejected() {
    let world = World::new().await;
    anna(&world).await;
    for (account, name, password) in [
        ("A", "anna", "correct horsf"),
        ("A", "anna", ""),
        ("A", "bob", PASSWORD),
        ("B", "anna", PASSWORD),
        ("unknown", "anna", PASSWORD),
        ("A", " anna", PASSWORD),
    ] {
        let rejected = world.log_in(account, name, password).await;
        assert!(matches!(rejected, Err(LoginRejection::Credentials)), "{account} {name} {password}");
    }
}

#[tokio::test]
async fn an_idle_session_ends_after_an_hour() {
    let world = World::new().await;
    let login = anna(&world).await;
    world.advance_clock(HOUR - 1);
    assert!(is_open(&world, &login).await);
    world.advance_clock(1);
    assert!(!is_open(&world, &login).await);
    assert!(matches!(refresh(&world, &login).await, Err(LoginRejection::SessionOver)));
}

#[tokio::test]
async fn a_refreshed_session_ends_after_eight_hours() {
    let world = World::new().await;
    let login = anna(&world).await;
    for _ in 0..15 {
        world.advance_clock(30 * MINUTE);
        refresh(&world, &login).await.unwrap();
    }
    world.advance_clock(30 * MINUTE - 1);
    refresh(&world, &login).await.unwrap();
    assert!(is_open(&world, &login).await);
    world.advance_clock(1);
    assert!(!is_open(&world, &login).await);
}

#[tokio::test]
async fn cookie_and_csrf_token_must_belong_to_the_same_session() {
    let world = World::new().await;
    let (one, other) = (anna(&world).await, world.log_in("A", "anna", PASSWORD).await.unwrap());
    let app = &world.app;
    let rejected = app.refresh_session(&id("A"), &one.cookie, &other.csrf).await;
    assert!(matches!(rejected, Err(LoginRejection::Csrf)));
    assert!(matches!(app.log_out(&id("A"), &one.cookie, &one.bearer).await, Err(LoginRejection::Csrf)));
    let rejected = app.log_out(&id("B"), &one.cookie, &one.csrf).await;
    assert!(matches!(rejected, Err(LoginRejection::SessionOver)));
    assert!(is_open(&world, &one).await);
}

#[tokio::test]
async fn logout_revocation_and_password_changes_end_sessions_at_once() {
    let world = World::new().await;
    let (one, other) = (anna(&world).await, world.log_in("A", "anna", PASSWORD).await.unwrap());
    world.app.log_out(&id("A"), &one.cookie, &one.csrf).await.unwrap();
    assert!(!is_open(&world, &one).await);
    assert!(is_open(&world, &other).await);
    let (manage, name) = (world.app.operator(&id("A")), "anna".parse().unwrap());
    world.app.change_password(&manage, &name, Secret::new("another horse")).await.unwrap();
    assert!(!is_open(&world, &other).await);
    assert!(matches!(world.log_in("A", "anna", PASSWORD).await, Err(LoginRejection::Credentials)));
    let again = world.log_in("A", "anna", "another horse").await.unwrap();
    world.app.revoke_user(&manage, &name).await.unwrap();
    assert!(!is_open(&world, &again).await);
    assert!(matches!(world.log_in("A", "anna", "another horse").await, Err(LoginRejection::Credentials)));
}

#[tokio::test]
async fn five_failures_lock_out_known_and_unknown_logins() {
    let world = World::new().await;
    anna(&world).await;
    for name in ["anna", "unknown"] {
        for _ in 0..5 {
            assert!(matches!(world.log_in("A", name, "wrong").await, Err(LoginRejection::Credentials)));
        }
        let locked = world.log_in("A", name, PASSWORD).await;
        assert!(matches!(locked, Err(LoginRejection::Locked { seconds: 900 })), "{name}: {locked:?}");
    }
    world.advance_clock(15 * MINUTE);
    world.log_in("A", "anna", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_successful_login_resets_the_failures() {
    let world = World::new().await;
    anna(&world).await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert!(matches!(world.log_in("A", "anna", "wrong").await, Err(LoginRejection::Credentials)));
        }
        world.log_in("A", "anna", PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn concurrent_logins_with_the_right_password_all_succeed() {
    let world = World::new().await;
    anna(&world).await;
    for outcome in join_all((0..12).map(|_| world.log_in("A", "anna", PASSWORD))).await {
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}

#[tokio::test]
async fn changes_of_credentials_are_audited_without_secrets() {
    let world = World::new().await;
    let login = anna(&world).await;
    let (manage, name) = (world.app.operator(&id("A")), "anna".parse().unwrap());
    let scopes = "handoffs.read".parse().unwrap();
    let client = world.app.create_client(&manage, "app", scopes).await.unwrap();
    world.app.revoke_client(&manage, &client.id).await.unwrap();
    world.app.change_password(&manage, &name, Secret::new("another horse")).await.unwrap();
    world.app.revoke_user(&manage, &name).await.unwrap();
    let records = world.app.audit(&manage, None, 100).await.unwrap();
    let actions: Vec<_> = records.iter().rev().map(|record| record.entry.action).collect();
    assert_eq!(
        actions,
        [
            AuditAction::UserCreated,
            AuditAction::ClientCreated,
            AuditAction::ClientRevoked,
            AuditAction::PasswordChanged,
            AuditAction::UserRevoked
        ]
    );
    let everything = format!("{records:?}");
    for secret in [PASSWORD, "another horse", "argon2", client.secret.expose(), login.bearer.expose()] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[tokio::test]
async fn lockouts_of_an_account_become_one_audit_entry() {
    let world = World::new().await;
    for name in ["anna", "bob", "carl"] {
        for account in ["A", "unknown"] {
            for _ in 0..6 {
                assert!(world.log_in(account, name, "wrong").await.is_err());
            }
        }
    }
    for _ in 0..2 {
        world.app.write_lockouts().await.unwrap();
    }
    let records = world.app.audit(&world.app.operator(&id("A")), None, 100).await.unwrap();
    let [record] = &*records else { panic!("{records:?}") };
    assert_eq!((record.entry.action, &*record.entry.subject), (AuditAction::LoginLocked, "anna"));
    assert!(record.entry.details.contains("\"lockouts\":3"), "{}", record.entry.details);
    assert!(record.entry.details.contains("carl"), "{}", record.entry.details);
}

#[tokio::test]
async fn new_signing_keys_are_in_the_installation_audit() {
    let world = World::new().await;
    for _ in 0..3 {
        world.app.maintain_signing_keys().await.unwrap();
        world.app.maintain_signing_keys().await.unwrap();
        world.advance_clock(29 * 24 * HOUR);
    }
    let records = world.app.installation_audit(100).await.unwrap();
    let seen: Vec<_> = records.iter().map(|r| (r.sequence, r.entry.action, r.entry.at.to_string())).collect();
    let entry =
        |number, day: &str| (number, AuditAction::SigningKeyCreated, format!("1970-{day}T00:00:00.000Z"));
    assert_eq!(seen, [entry(2, "01-30"), entry(1, "01-01")]);
    assert!(records[0].entry.details.contains("1970-01-31"), "{}", records[0].entry.details);
    assert_eq!(world.app.installation_audit(1).await.unwrap().len(), 1);
    let keys = world.app.jwks().await.unwrap().to_string();
    assert!(keys.contains(&records[0].entry.subject), "{keys}");
}

#[tokio::test]
async fn invalid_passwords_and_taken_names_are_rejected() {
    let world = World::new().await;
    anna(&world).await;
    let manage = world.app.operator(&id("A"));
    for (name, password, expected) in [
        ("bob", "ninechars", "a password must have at least 10 characters"),
        ("bob", &*"x".repeat(1025), "a password must have at least 10 characters"),
        ("Anna", PASSWORD, "the login name Anna is taken"),
    ] {
        let new = outbound_app::NewUser {
            name: name.parse().unwrap(),
            role: Role::Lpa,
            password: Secret::new(password),
        };
        let rejected = world.app.create_user(&manage, new).await.unwrap_err().to_string();
        assert!(rejected.starts_with(expected), "{name}: {rejected}");
    }
}

#[tokio::test]
async fn services_have_the_configured_hosts() {
    let world = World::new().await;
    let hosts: Vec<_> = world.app.services(&id("x")).into_iter().map(|s| (s.service, s.host)).collect();
    let expected = [
        ("sentinel", "va.handoff.example"),
        ("agentVep", "login.example"),
        ("proactiveHandoff", "va.handoff.example"),
        ("leDataReporting", "va.handoff.example"),
        ("proactive", "va.handoff.example"),
    ];
    assert_eq!(hosts, expected.map(|(service, host)| (service, host.to_owned())));
}
