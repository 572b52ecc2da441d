//! Types of statements. Each concern defines its statements once for both engines. The tests check all of
//! them.
//!
//! There are three types: [`TenantSql`] accesses one account, which is always `$1` and is bound only by
//! `tenant`. [`ReportingSql`] does so by the account's number and is bound only by `reporting::connection`.
//! [`InstallationSql`] accesses data of the installation.

/// A statement on one account's data. `$1` is the account; other arguments begin at `$2`.
#[derive(Clone, Copy)]
pub(crate) struct TenantSql(pub(crate) &'static str);

/// A statement on one account's data in the tables of reporting. `$1` is the number of the account.
#[derive(Clone, Copy)]
pub(crate) struct ReportingSql(pub(crate) &'static str);

/// A statement on data of the installation or of all accounts.
#[derive(Clone, Copy)]
pub(crate) struct InstallationSql(pub(crate) &'static str);

/// A statement that differs between the engines (`dialect`).
#[derive(Clone, Copy)]
pub(crate) struct PerEngine<S> {
    pub(crate) sqlite: S,
    pub(crate) postgres: S,
}

impl<S: Copy> PerEngine<S> {
    pub(crate) fn for_engine(self, is_postgres: bool) -> S {
        if is_postgres { self.postgres } else { self.sqlite }
    }
}

/// Declares statements, and a list of them for the tests.
macro_rules! statements {
    ($Kind:ident, $LIST:ident: $( $(#[$meta:meta])* $NAME:ident = $sql:expr; )*) => {
        $( $(#[$meta])* pub(crate) const $NAME: $Kind = $Kind($sql); )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, $Kind)] = &[$( (stringify!($NAME), $NAME) ),*];
    };
}

/// Declares statements that lock the rows that they select. `$sql` is a macro that takes the locking clause.
macro_rules! locking_statements {
    ($Kind:ident, $LIST:ident: $( $(#[$meta:meta])* $NAME:ident = $sql:ident; )*) => {
        $( $(#[$meta])* pub(crate) const $NAME: PerEngine<$Kind> = PerEngine {
            sqlite: $Kind($sql!("")),
            postgres: $Kind($sql!(" FOR UPDATE SKIP LOCKED")),
        }; )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, PerEngine<$Kind>)] = &[$( (stringify!($NAME), $NAME) ),*];
    };
}

/// Declares statements that differ between the engines. `$sql` is a macro that takes `sqlite` or `postgres`.
macro_rules! per_engine_statements {
    ($Kind:ident, $LIST:ident: $( $(#[$meta:meta])* $NAME:ident = $sql:ident; )*) => {
        $( $(#[$meta])* pub(crate) const $NAME: PerEngine<$Kind> = PerEngine {
            sqlite: $Kind($sql!(sqlite)),
            postgres: $Kind($sql!(postgres)),
        }; )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, PerEngine<$Kind>)] = &[$( (stringify!($NAME), $NAME) ),*];
    };
}

pub(crate) use {locking_statements, per_engine_statements, statements};
