//! The ids of a campaign.

use std::fmt;
use std::str::FromStr;

use outbound_model::Invalid;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The length of the vendor's campaign ids. There are 10^16 of them; the store rejects one that an account has already.
const ID_LENGTH: usize = 9;

/// A `proactiveCampaignId`: 9 letters and digits.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9A-Za-z]{9}$", example = "a9cRASfbQ")]
pub struct CampaignId(String);

impl CampaignId {
    fn from_random(mut number: u64) -> Self {
        let letters = LETTERS.len() as u64;
        let next = |_| {
            let index = usize::try_from(number % letters).unwrap_or_default();
            number /= letters;
            LETTERS.get(index).map(|letter| char::from(*letter))
        };
        Self((0..ID_LENGTH).filter_map(next).collect())
    }

    /// The id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CampaignId {
    type Err = Invalid;

    fn from_str(id: &str) -> Result<Self, Invalid> {
        if id.len() == ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self(id.to_owned()));
        }
        Err(Invalid::new("a campaign id has 9 letters and digits"))
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CampaignId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// The three ids of a campaign. They are stored with it, so that they never change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignIds {
    /// `proactiveCampaignId`
    pub proactive: CampaignId,
    /// `leCampaignId`: 10 digits.
    pub le_campaign: u64,
    /// `leEngagementId`: 10 digits.
    pub le_engagement: u64,
}

impl CampaignIds {
    /// Derives the ids from 24 random bytes.
    pub fn from_random(bytes: [u8; 24]) -> Self {
        let [one, two, three] = [0, 8, 16].map(|start| {
            bytes.iter().skip(start).take(8).fold(0, |number: u64, byte| (number << 8) | u64::from(*byte))
        });
        Self {
            proactive: CampaignId::from_random(one),
            le_campaign: ten_digits(two),
            le_engagement: ten_digits(three),
        }
    }
}

fn ten_digits(random: u64) -> u64 {
    const SMALLEST: u64 = 1_000_000_000;
    SMALLEST + random % (9 * SMALLEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_vendors_form() {
        for bytes in [[0; 24], [255; 24], [7; 24]] {
            let ids = CampaignIds::from_random(bytes);
            assert_eq!(ids.proactive.as_str().parse(), Ok(ids.proactive.clone()));
            for number in [ids.le_campaign, ids.le_engagement] {
                assert_eq!(number.to_string().len(), 10);
            }
        }
    }

    #[test]
    fn each_id_depends_on_its_own_bytes() {
        let ids = |changed: usize| {
            let mut bytes = [7; 24];
            bytes[changed] = 8;
            CampaignIds::from_random(bytes)
        };
        let (one, two, three) = (ids(0), ids(8), ids(16));
        assert_ne!(one.proactive, two.proactive);
        assert_ne!(two.le_campaign, three.le_campaign);
        assert_ne!(three.le_engagement, one.le_engagement);
    }

    #[test]
    fn other_strings_are_no_ids() {
        for id in ["", "a9cRASfb", "a9cRASfbQQ", "a9cRASfb-", "a9cRASfbé"] {
            assert!(id.parse::<CampaignId>().is_err(), "{id}");
        }
    }
}
