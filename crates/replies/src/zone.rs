//! Time zones by their IANA names, from the database in the binary.

use inboxlink_model::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A time zone that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(TimeZone);

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Zone {
    /// The zone of that name, `Europe/Berlin`; case does not matter.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// The name in its canonical spelling.
    pub(crate) fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What the clocks there show. Moments beyond the years that a calendar
    /// knows (-9999 to 9999) are none.
    pub(crate) fn local(&self, at: Timestamp) -> Option<jiff::civil::DateTime> {
        let moment = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(self.0.to_datetime(moment))
    }

    /// When the clocks there show this. Where they skip it, as much later; where
    /// they show it twice, the first time.
    pub(crate) fn moment(&self, local: jiff::civil::DateTime) -> Option<Timestamp> {
        let zoned = self.0.to_ambiguous_zoned(local).compatible().ok()?;
        Some(Timestamp(zoned.timestamp().as_millisecond()))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom("there is no such time zone"))
    }
}
