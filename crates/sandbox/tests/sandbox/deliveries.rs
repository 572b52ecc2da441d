//! Messages without a fault, from the connectors' requests to the connectors' events.

use std::sync::Arc;

use futures::future::join_all;
use http::Method;
use outbound_connectors::{CallbackEvent, Outcome};
use outbound_model::testing::SequenceGenerator;
use outbound_model::{Clock, Monotonic, Timestamp};
use outbound_sandbox::{ApiName, CallbackRoute, HttpClient, Sandbox, WallClock};

use crate::support::{Receiver, World, config, text};

const PHONE: &str = "+16001230001";

#[tokio::test]
async fn every_api_accepts_a_message_and_reports_its_steps_in_order() {
    for (api, expected) in [
        (ApiName::Meta, &["sent", "delivered", "read"][..]),
        (ApiName::Twilio, &["sent", "delivered"]),
        (ApiName::Rbm, &["delivered", "read"]),
    ] {
        let world = World::start().await;
        let Some(Outcome::Accepted { provider_id }) = world.text(api, PHONE).await else { panic!("{api:?}") };
        assert_eq!(world.steps(), expected, "{api:?}");
        for event in world.events() {
            let CallbackEvent::Status(status) = event else { panic!("{event:?}") };
            assert_eq!(status.message_id, Some(text(PHONE).id), "{api:?}: our id returns");
            assert_eq!(status.provider_id, provider_id, "{api:?}");
            assert_eq!(status.recipient.unwrap().as_str(), PHONE, "{api:?}");
        }
    }
}

#[tokio::test]
async fn the_virtual_clock_jumps_to_each_callback() {
    let world = World::start().await;
    world.text(ApiName::Rbm, PHONE).await;
    let times: Vec<_> = world
        .events()
        .into_iter()
        .map(|event| match event {
            CallbackEvent::Status(status) => status.time.unwrap().to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(times, ["2026-11-28T10:00:00.600Z", "2026-11-28T10:00:02.600Z"]);
}

/// A clock that starts at the epoch and runs as the machine's.
struct MachineClock(std::time::Instant);

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH.plus_millis(self.0.elapsed().as_millis().try_into().unwrap())
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::from_micros(0).plus(self.0.elapsed())
    }
}

#[tokio::test]
async fn the_wall_clock_waits_until_each_callback_is_due() {
    let receiver = Receiver::start().await;
    let route = CallbackRoute::new(ApiName::Rbm, &receiver.url("/callbacks/rbm")).unwrap();
    let machine = Arc::new(MachineClock(std::time::Instant::now()));
    let clock = Arc::new(WallClock::new(machine.clone()));
    let generator = Arc::new(SequenceGenerator::default());
    let sandbox = Sandbox::start(config().with_callbacks(route), clock, generator).await.unwrap();
    let world = World { sandbox, receiver, client: HttpClient::default() };
    let sent = machine.now();
    world.text(ApiName::Rbm, "+16001230008").await;
    assert_eq!(world.steps(), ["delivered"]);
    assert!(machine.now() >= sent.plus_millis(600));
}

#[tokio::test]
async fn some_phones_do_not_read() {
    let world = World::start().await;
    for (phone, expected) in [("+16001230007", 3), ("+16001230008", 2), ("+16001230009", 2)] {
        let before = world.steps().len();
        world.text(ApiName::Meta, phone).await;
        assert_eq!(world.steps().len() - before, expected, "{phone}");
    }
}

#[tokio::test]
async fn failed_callbacks_are_repeated_as_the_provider_does() {
    let statuses = [500, 503, 200];
    for (api, attempts) in [(ApiName::Meta, 5), (ApiName::Twilio, 4), (ApiName::Rbm, 4)] {
        let world = World::start().await;
        world.receiver.answer(&statuses);
        world.text(api, PHONE).await;
        let received = world.receiver.received();
        assert_eq!(received.len(), attempts, "{api:?}");
        assert_eq!(received[0].body.len(), received[1].body.len(), "{api:?}: the same callback");
        let entry = &world.ledger()[0];
        let responses: Vec<_> = entry.callbacks.iter().map(|callback| callback.response).collect();
        assert_eq!(responses[..3], [Some(500), Some(503), Some(200)], "{api:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_always_fails_is_given_up() {
    for (api, attempts) in [(ApiName::Meta, 3 * 7), (ApiName::Twilio, 2 * 4), (ApiName::Rbm, 2 * 7)] {
        let world = World::start().await;
        world.receiver.answer(&[500; 100]);
        world.text(api, PHONE).await;
        assert_eq!(world.receiver.received().len(), attempts, "{api:?}");
    }
}

#[tokio::test]
async fn the_url_of_twilio_callbacks_chooses_their_attempts() {
    for (fragment, attempts) in [("", 2), ("#rc=1", 2 * 2), ("#ct=2000&rc=9", 2 * 6), ("#rc=x", 2)] {
        let world = World::start().await;
        world.receiver.answer(&[500; 100]);
        let callback = world.receiver.url(&format!("/callbacks/twilio{fragment}"));
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", PHONE).append_pair("From", "1").append_pair("Body", "Hi");
        form.append_pair("StatusCallback", &callback);
        let path = "/2010-04-01/Accounts/AC1/Messages.json";
        let basic = ("authorization", "Basic QUMxOnQ=");
        assert_eq!(world.request(Method::POST, path, &[basic], &form.finish()).await.status, 201);
        world.sandbox.idle().await;
        assert_eq!(world.receiver.received().len(), attempts, "{fragment}");
    }
}

#[tokio::test]
async fn many_messages_at_the_same_time_keep_their_own_order() {
    let world = World::with(|config| config.with_rate(None)).await;
    let phones: Vec<_> = (0..200).map(|number| format!("+1600123{number:03}1")).collect();
    let messages: Vec<_> = phones.iter().map(|phone| text(phone)).collect();
    let sends = messages.iter().map(|message| world.message(ApiName::Meta, message));
    for outcome in join_all(sends).await {
        assert!(matches!(outcome, Some(Outcome::Accepted { .. })));
    }
    world.sandbox.idle().await;
    let mut steps = std::collections::HashMap::<_, Vec<_>>::new();
    for event in world.events() {
        let CallbackEvent::Status(status) = &event else { panic!("{event:?}") };
        steps.entry(status.message_id).or_default().push(crate::support::step(&event));
    }
    assert_eq!(steps.len(), phones.len());
    for (id, steps) in steps {
        assert_eq!(steps, ["sent", "delivered", "read"], "{id:?}");
    }
}
