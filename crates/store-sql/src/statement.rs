//! What a statement is. Each concern keeps its own, every one written once for both engines; the tests walk
//! all of them.
//!
//! Two kinds, told apart by their type: [`TenantSql`] works on one account, which is always `$1` and which
//! only `tenant` binds; [`InstallationSql`] is what belongs to no account.

/// A statement on one account's data: `$1` is the account, its own arguments begin at `$2`.
#[derive(Clone, Copy)]
pub(crate) struct TenantSql(pub(crate) &'static str);

/// A statement on what belongs to no account.
#[derive(Clone, Copy)]
pub(crate) struct InstallationSql(pub(crate) &'static str);

/// A statement of which a few words differ between the engines (`dialect`).
#[derive(Clone, Copy)]
pub(crate) struct PerEngine<S> {
    pub(crate) sqlite: S,
    pub(crate) postgres: S,
}

impl<S: Copy> PerEngine<S> {
    pub(crate) fn of(self, is_postgres: bool) -> S {
        if is_postgres { self.postgres } else { self.sqlite }
    }
}

/// Declares statements, and the list of them that the tests walk.
macro_rules! statements {
    ($Kind:ident, $LIST:ident: $( $(#[$meta:meta])* $NAME:ident = $sql:expr; )*) => {
        $( $(#[$meta])* pub(crate) const $NAME: $Kind = $Kind($sql); )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, $Kind)] = &[$( (stringify!($NAME), $NAME) ),*];
    };
}

/// Declares statements that differ in how they lock the rows that they select: `$sql` is a macro that
/// takes those words.
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

pub(crate) use {locking_statements, statements};
