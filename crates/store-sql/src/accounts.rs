//! Accounts and their revisions.

use async_trait::async_trait;
use outbound_model::AccountId;
use outbound_store::{Account, Accounts, StoreError};

use crate::SqlStore;
use crate::dialect::increment_revision;
use crate::queues::QueueKey;
use crate::rows::{from_row, parse_stored, time};
use crate::statement::{InstallationSql, TenantSql, statements};
use crate::tenant::Tenant;

statements! { InstallationSql, INSTALLATION:
    INSERT_ACCOUNT = "INSERT INTO accounts (account_id, created_at) VALUES ($1, $2)";

    ACCOUNTS = "SELECT account_id, created_at FROM accounts ORDER BY account_id";
}

statements! { TenantSql, TENANT:
    REVISION = "SELECT revision FROM accounts WHERE account_id = $1";

    /// The first statement of each transaction that changes served data. It increments the revision and locks
    /// the account until the transaction ends.
    INCREMENT_REVISION = increment_revision!("");
}

struct AccountRow {
    account_id: String,
    created_at: i64,
}

from_row!(AccountRow { account_id, created_at });

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        Ok(Self { id: parse_stored(&row.account_id)?, created_at: time(row.created_at)? })
    }
}

#[async_trait]
impl Accounts for SqlStore {
    async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        let row = [account.id.as_str().into(), account.created_at.into()];
        match self.pools.execute(INSERT_ACCOUNT, &row).await {
            Err(StoreError::Conflict) => Err(StoreError::AccountExists(account.id.clone())),
            other => other.map(drop),
        }
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = self.pools.all(ACCOUNTS, &[]).await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn revision(&self, account: &AccountId) -> Result<Option<i64>, StoreError> {
        let mut connection = self.pools.reader(QueueKey::Revision(account.clone())).await?;
        let rows: Vec<(i64,)> = Tenant::new(account, &mut connection).all(REVISION, &[]).await?;
        Ok(rows.first().map(|(revision,)| *revision))
    }
}
