//! Passwords of several words for the demo: quick to type on a phone, and long enough because failed logins are
//! limited.

use outbound_auth::Secret;
use outbound_model::Generator;

/// Words per password, with eight bits of entropy each.
const WORD_COUNT: usize = 6;

/// A new password, such as `amber-canoe-lamp-otter-reef-zinc`.
pub(crate) fn word_password(generator: &dyn Generator) -> Secret {
    let mut bytes = [0; WORD_COUNT];
    generator.fill(&mut bytes);
    let words = bytes.map(|byte| WORDS.get(usize::from(byte)).copied().unwrap_or_default());
    Secret::new(words.join("-"))
}

/// Short, distinct words, one for each value of a byte.
#[rustfmt::skip]
const WORDS: [&str; 256] = [
    "acorn", "amber", "apple", "april", "arrow", "atlas", "autumn", "bacon", "badge", "bagel", "baker",
    "bamboo", "banjo", "barley", "basil", "basin", "beach", "beacon", "berry", "birch", "bison", "bloom",
    "board", "bonus", "bottle", "breeze", "brick", "bridge", "bronze", "brook", "broom", "bucket", "butter",
    "button", "cabin", "cactus", "camel", "candle", "canoe", "canyon", "carbon", "cargo", "carpet",
    "carrot", "castle", "cedar", "celery", "chalk", "cherry", "chess", "circle", "citrus", "clay", "cliff",
    "cloud", "clover", "cobalt", "cocoa", "coffee", "comet", "copper", "coral", "corner", "cotton",
    "cradle", "crane", "cream", "cricket", "crown", "crystal", "cup", "daisy", "dawn", "delta", "denim",
    "desert", "dinner", "dolphin", "donkey", "dragon", "drum", "eagle", "earth", "easel", "echo", "eclipse",
    "elbow", "ember", "engine", "falcon", "feather", "fern", "fiddle", "field", "finch", "flame", "flint",
    "flute", "forest", "fossil", "fox", "frost", "garden", "garlic", "geyser", "ginger", "glacier", "globe",
    "goblet", "gold", "grape", "gravel", "guitar", "hammer", "harbor", "harvest", "hazel", "helmet",
    "heron", "hill", "honey", "horizon", "horse", "ice", "igloo", "indigo", "island", "ivory", "ivy",
    "jacket", "jade", "jasmine", "jelly", "jigsaw", "juniper", "kayak", "kettle", "kite", "kiwi", "ladder",
    "lagoon", "lake", "lamp", "lantern", "lark", "laurel", "lava", "leaf", "lemon", "lentil", "lily",
    "lime", "linen", "lion", "lizard", "lobster", "locket", "lotus", "magnet", "mango", "maple", "marble",
    "meadow", "melon", "meteor", "mint", "mirror", "mist", "monkey", "moon", "morning", "moss", "motor",
    "mountain", "muffin", "museum", "nectar", "needle", "nest", "north", "nutmeg", "oak", "oasis", "ocean",
    "olive", "onion", "opal", "orange", "orbit", "orchid", "otter", "owl", "oyster", "paddle", "panda",
    "paper", "parrot", "pasta", "peach", "pearl", "pebble", "pencil", "pepper", "piano", "pigeon", "pillow",
    "pine", "planet", "plum", "polar", "pollen", "pond", "poppy", "prairie", "prism", "puffin", "pumpkin",
    "quartz", "quill", "quilt", "rabbit", "radar", "radio", "rain", "raven", "reef", "ribbon", "river",
    "robin", "rocket", "rose", "ruby", "saddle", "saffron", "sail", "salmon", "sand", "satin", "scarf",
    "shell", "silver", "sky", "slate", "snow", "sparrow", "spice", "spring", "squirrel", "star", "stone",
    "storm", "summer", "sun", "swan", "table", "tango",
];
