//! JSON that is written already.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A value as JSON: made once, and given out as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(String);

impl Json {
    /// What plain data is written as: data whose maps have texts as keys.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Json {
        Json(serde_json::to_string(value).expect("it is plain data"))
    }

    /// The JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, read again.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).expect("it was written as JSON")
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}
