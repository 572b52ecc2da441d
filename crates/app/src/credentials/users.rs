//! Creates, lists and revokes an account's users, and changes their passwords and roles.

use outbound_auth::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARACTERS, Secret};
use outbound_model::{AccountId, AuditAction, Invalid, Role, UserId, Username, random_u64};
use outbound_store::{CredentialTransaction, StoreError, User};
use serde_json::json;

use crate::credentials::passwords::Requester;
use crate::credentials::quotas::Quota;
use crate::{App, AppError, Grant, LoginRejection, ManageCredentials};

/// A user to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The login name.
    pub name: Username,
    /// The role.
    pub role: Role,
    /// The password: at least ten characters and at most 1024 bytes.
    pub password: Secret,
}

impl App {
    /// Creates a user. Login names of revoked users cannot be used again.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_user(
        &self,
        grant: &Grant<ManageCredentials>,
        new: NewUser,
    ) -> Result<User, AppError> {
        let user = User {
            id: UserId::from_random(random_u64(&*self.generator)),
            password_hash: self.new_password_hash(grant.account(), new.password).await?,
            name: new.name,
            role: new.role,
            created_at: self.clock.now(),
            revoked_at: None,
        };
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        transaction.add_user(&user).await.map_err(|error| match error {
            StoreError::Conflict => AppError::UsernameTaken(user.name.clone()),
            other => other.into(),
        })?;
        Quota::USERS.check(&mut *transaction).await?;
        let details = json!({ "role": user.role.as_str() });
        self.commit_audited(transaction, grant, AuditAction::UserCreated, &user.name, details).await?;
        Ok(user)
    }

    /// All users of the account including revoked ones, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn users(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<User>, AppError> {
        Ok(self.store.read_credentials(grant.account()).users().await?)
    }

    /// Revokes a user, whose sessions end. The last administrator cannot be revoked.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn revoke_user(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &Username,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        let user = read_user(&mut *transaction, name).await?;
        require_another_administrator(&mut *transaction, &user).await?;
        transaction.revoke_user(&user.id, self.clock.now()).await?;
        self.commit_audited(transaction, grant, AuditAction::UserRevoked, &user.name, json!({})).await
    }

    /// Changes the password of a user, whose sessions end.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn change_password(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &Username,
        password: Secret,
    ) -> Result<(), AppError> {
        let user = self.store.read_credentials(grant.account()).user(name).await?;
        user.ok_or_else(|| AppError::UnknownUser(name.clone()))?;
        let hash = self.new_password_hash(grant.account(), password).await?;
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        let user = read_user(&mut *transaction, name).await?;
        transaction.set_password(&user.id, &hash).await?;
        self.commit_audited(transaction, grant, AuditAction::PasswordChanged, &user.name, json!({})).await
    }

    /// Changes the role of a user, which applies from the next request on. The last administrator keeps the role.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn change_role(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &Username,
        role: Role,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        let user = read_user(&mut *transaction, name).await?;
        if role != Role::Administrator {
            require_another_administrator(&mut *transaction, &user).await?;
        }
        transaction.set_role(&user.id, role).await?;
        let details = json!({ "from": user.role.as_str(), "to": role.as_str() });
        self.commit_audited(transaction, grant, AuditAction::RoleChanged, &user.name, details).await
    }

    pub(crate) async fn new_password_hash(
        &self,
        account: &AccountId,
        password: Secret,
    ) -> Result<String, AppError> {
        validate_password(&password)?;
        let permit = self.passwords.permit(account, Requester::Account(account.clone())).await;
        let permit = permit.map_err(|rejection| match rejection {
            LoginRejection::App(error) => error,
            LoginRejection::Busy => AppError::PasswordsBusy,
            other => AppError::Internal(Box::new(other)),
        })?;
        permit.password_hash(password, self.generator.clone()).await
    }
}

/// Reads a user in the transaction; an error if there is none.
async fn read_user(transaction: &mut dyn CredentialTransaction, name: &Username) -> Result<User, AppError> {
    let user = transaction.user(name).await?;
    user.ok_or_else(|| AppError::UnknownUser(name.clone()))
}

/// Returns an error if the user is the last administrator of the account, because only administrators can create
/// another one over HTTP or in the web tool. The transaction holds the lock of the account: if two administrators revoke
/// each other at the same time, one of them remains.
async fn require_another_administrator(
    transaction: &mut dyn CredentialTransaction,
    user: &User,
) -> Result<(), AppError> {
    if transaction.is_last_administrator(&user.id).await? {
        return Err(AppError::LastAdministrator(user.name.clone()));
    }
    Ok(())
}

/// Checks the length of a password.
pub(crate) fn validate_password(password: &Secret) -> Result<(), Invalid> {
    let text = password.expose();
    if text.chars().count() < MIN_PASSWORD_CHARACTERS || text.len() > MAX_PASSWORD_BYTES {
        return Err(Invalid::new(format!(
            "a password must have at least {MIN_PASSWORD_CHARACTERS} characters and at most {MAX_PASSWORD_BYTES} bytes"
        )));
    }
    Ok(())
}
