//! Time zones of phone numbers.

use outbound_model::Phone;
use outbound_schedule::{Candidates, Zone};

use crate::support::{of_phone, zone};

fn names(candidates: &Candidates) -> Vec<&str> {
    candidates.zones().iter().map(Zone::name).collect()
}

#[test]
fn numbers_with_an_area_code_have_its_zones() {
    for (number, expected) in [
        ("+1 212 555 0123", &["America/New_York"][..]),
        ("+1 312 555 0123", &["America/Chicago"]),
        ("+1 303 555 0123", &["America/Denver"]),
        ("+1 415 555 0123", &["America/Los_Angeles"]),
        ("+1 602 555 0123", &["America/Phoenix"]), // Arizona has no summer time
        ("+1 907 555 0123", &["America/Adak", "America/Anchorage"]),
        ("+1 808 555 0123", &["Pacific/Honolulu"]),
        // Florida, Indiana, Tennessee and Kentucky have two zones, which area codes and exchanges distinguish.
        ("+1 305 555 0123", &["America/New_York"]),
        ("+1 850 555 0123", &["America/New_York"]),
        ("+1 850 432 0123", &["America/Chicago"]),
        ("+1 219 879 0123", &["America/Chicago"]),
        ("+1 270 555 0123", &["America/New_York"]),
        ("+1 270 442 0123", &["America/Chicago"]),
        ("+1 208 328 0123", &["America/Boise", "America/Los_Angeles"]),
        ("+1 416 555 0123", &["America/Toronto"]),
        ("+1 709 555 0123", &["America/Halifax", "America/St_Johns"]),
        ("+1 787 555 0123", &["America/Puerto_Rico"]),
        ("+1 876 210 1234", &["America/Jamaica"]), // a mobile number, but the code is Jamaica's
        ("+49 30 22732773", &["Europe/Berlin"]),
        ("+49 171 1234567", &["Europe/Berlin"]),
        ("+34 91 123 45 67", &["Europe/Madrid"]),
        ("+34 928 12 34 56", &["Atlantic/Canary"]),
        ("+61 2 9374 4000", &["Australia/Sydney"]),
        ("+61 2 6513 9812", &["Australia/Sydney"]),
        ("+61 7 3100 1234", &["Australia/Brisbane"]),
        ("+7 495 123 45 67", &["Europe/Moscow"]),
        ("+7 701 234 56 78", &["Asia/Almaty", "Asia/Aqtobe"]), // a mobile number of Kazakhstan
        ("+62 21 3912345", &["Asia/Jakarta"]),
        ("+55 11 2345 6789", &["America/Sao_Paulo"]),
        ("+55 92 99123 4567", &["America/Manaus"]), // mobile numbers of Brazil have an area code
        ("+55 68 99912 3456", &["America/Rio_Branco"]),
    ] {
        assert_eq!(names(&of_phone(number)), expected, "{number}");
    }
}

#[test]
fn other_numbers_have_all_zones_of_their_country() {
    let australia = [
        "Australia/Adelaide",
        "Australia/Brisbane",
        "Australia/Eucla",
        "Australia/Lord_Howe",
        "Australia/Perth",
        "Australia/Sydney",
        "Indian/Christmas",
        "Indian/Cocos",
    ];
    let spain = ["Atlantic/Canary", "Europe/Madrid"];
    let indonesia = ["Asia/Jakarta", "Asia/Jayapura", "Asia/Makassar"];
    let brazil = ["America/Manaus", "America/Noronha", "America/Rio_Branco", "America/Sao_Paulo"];
    for (number, expected) in [
        ("+61 412 345 678", &australia[..]),
        ("+61 1800 123 456", &australia),
        ("+34 612 34 56 78", &spain),
        ("+62 812 3456 7890", &indonesia),
        ("+55 800 123 4567", &brazil),
        ("+55 00", &brazil), // no such number
    ] {
        assert_eq!(names(&of_phone(number)), expected, "{number}");
    }
    for (number, count) in
        [("+7 916 123 45 67", 16), ("+7 800 555 35 35", 16), ("+1 800 555 0123", 42), ("+1 999 555 0123", 42)]
    {
        assert_eq!(of_phone(number).zones().len(), count, "{number}");
    }
}

#[test]
fn corrections_replace_zones_of_other_countries() {
    for (number, expected) in [
        ("+7 401 212 34 56", &["Europe/Kaliningrad"][..]),
        ("+212 650 123456", &["Africa/Casablanca", "Africa/El_Aaiun"]),
        ("+505 8123 4567", &["America/Managua"]),
        ("+56 61 221 2345", &["America/Punta_Arenas"]),
        ("+56 2 2123 4567", &["America/Santiago"]),
        (
            "+56 9 6123 4567",
            &["America/Coyhaique", "America/Punta_Arenas", "America/Santiago", "Pacific/Easter"],
        ),
    ] {
        assert_eq!(names(&of_phone(number)), expected, "{number}");
    }
    assert!(names(&of_phone("+7 916 123 45 67")).contains(&"Europe/Kaliningrad"));
}

#[test]
fn nothing_is_known_about_numbers_of_no_country() {
    for number in ["+800 1234 5678", "+881 612 345 678", "+999 123 456 789", "+210 12"] {
        assert_eq!(names(&of_phone(number)), [""; 0], "{number}");
    }
    assert_eq!(Candidates::new(None, None).zones(), []);
}

#[test]
fn an_explicit_zone_wins() {
    let phone = Phone::read("+1 212 555 0123").unwrap();
    let candidates = Candidates::new(Some(zone("Pacific/Auckland")), Some(&phone));
    assert_eq!(names(&candidates), ["Pacific/Auckland"]);
}
