//! The numbers in docs/limits.md are the defaults of the service.

use std::time::Duration;

use outbound_http::HttpLimits;

const DOCUMENT: &str = include_str!("../../../../docs/limits.md");

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

fn kibibytes(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes / (1024 * 1024))
}

#[test]
fn documented_limits_match_the_defaults() {
    let limits = HttpLimits::default();
    let bodies = format!(
        "{}; of an [import](manage.md) {}",
        mebibytes(limits.body_bytes),
        mebibytes(limits.import_bytes)
    );
    let streams = format!("{}, of one account {}", limits.streams, limits.account_streams);
    for (limit, number) in [
        ("TLS handshake", seconds(limits.handshake)),
        ("request line and headers", kibibytes(limits.head_bytes)),
        ("time for them, from the start of the connection", seconds(limits.head)),
        ("idle between two requests", seconds(limits.idle)),
        ("no byte of a response read", seconds(limits.stall)),
        ("[streams of changes]", streams),
        ("stop (SIGTERM, SIGINT)", seconds(limits.drain)),
        ("path and query", kibibytes(limits.target_bytes)),
        ("body |", bodies),
        ("time for the body", seconds(limits.body)),
        ("time until the response begins", seconds(limits.request)),
    ] {
        let row = DOCUMENT.lines().find(|line| line.starts_with(&format!("| {limit}")));
        let column = row.unwrap_or_else(|| panic!("no row: {limit}")).split(" | ").nth(1).unwrap();
        assert!(column.starts_with(&number), "{limit}: documented as {column}; the default is {number}");
    }
    assert_eq!((limits.linger.as_secs(), limits.connections), (1, 10_000));
    assert_eq!(limits.network_connections(), 2_500);
    let uploads = format!("{}; of one account {}", limits.uploads, limits.account_uploads);
    for sentence in [
        &*uploads,
        "it reads from it for another second",
        "| 10 000, or fewer",
        "| 2 500, a quarter of all |",
    ] {
        assert!(DOCUMENT.contains(sentence), "{sentence}");
    }
}
