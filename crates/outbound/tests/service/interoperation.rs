//! An independent JWT library verifies access tokens with the published key set.

use std::path::Path;
use std::process::Command;

use crate::support::{ACCOUNT, Engine, Service};

/// The interpreter that `./scripts/test` prepares, or `python3` if it has the library.
fn python() -> Option<String> {
    let configured = std::env::var("OUTBOUND_TEST_PYTHON").ok();
    let python = configured.clone().unwrap_or_else(|| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import jwt, cryptography"]).output();
    let usable = found.is_ok_and(|output| output.status.success());
    assert!(usable || configured.is_none(), "OUTBOUND_TEST_PYTHON={python} has no PyJWT");
    usable.then_some(python)
}

#[test]
fn pyjwt_accepts_tokens_and_rejects_modified_ones() {
    let Some(python) = python() else {
        println!("SKIPPED: no python3 with PyJWT here; ./scripts/test installs it");
        return;
    };
    let service = Service::shared(Engine::Sqlite);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/verify_appjwt.py");
    let keys = format!("{}/sentinel/well-known/jwks", service.server.base());
    let ran = Command::new(python).arg(script).args([&keys, &service.token, ACCOUNT]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let output = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(
        output.trim(),
        format!(
            "{} handoffs.read handoffs.write reports.read events.write campaigns.read campaigns.write campaigns.launch",
            service.client.id
        )
    );
}
