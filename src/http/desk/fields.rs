//! What somebody typed into a form.

use crate::query::pairs;

/// The fields of a form in their order; a name may stand several times.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Fields(Vec<(String, String)>);

/// A form has at most so many fields: several times as many as the longest record of the catalogue fills in.
pub(super) const FIELDS_MAX: usize = 4000;

impl Fields {
    /// Reads what browsers send (`application/x-www-form-urlencoded`); lines end as they do everywhere else. `None` if there are more
    /// than [`FIELDS_MAX`]: whoever is asked to sign in is sent each of them back.
    pub(super) fn parse(body: &str) -> Option<Fields> {
        if body.split('&').nth(FIELDS_MAX).is_some() {
            return None;
        }
        let all = pairs(body).into_iter();
        let all = all.map(|(name, value)| (name, value.replace("\r\n", "\n")));
        Some(Fields(all.collect()))
    }

    /// The first value of a name, without spaces around it; empty if there is none.
    pub(in crate::http) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default().trim()
    }

    /// The values of a name, as they came.
    pub(in crate::http) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = self.0.iter().filter(move |(given, _)| given == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// All of them, by name and value.
    pub(in crate::http) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Takes out what stands under a name; gives the first of it.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let value = self.all(name).next().map(str::to_owned);
        self.0.retain(|(given, _)| given != name);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_stand_several_times_and_keep_their_order() {
        let mut fields = Fields::parse("b=1&a=%D5%80+x&b=2%0D%0A3&c=").unwrap();
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["1", "2\n3"]);
        assert_eq!((fields.one("a"), fields.one("c")), ("Հ x", ""));
        assert_eq!(fields.take("b").as_deref(), Some("1"));
        assert!(Fields::parse(&"a&".repeat(FIELDS_MAX - 1)).is_some());
        assert!(Fields::parse(&"a&".repeat(FIELDS_MAX)).is_none());
        let left: Vec<_> = fields.iter().collect();
        assert_eq!(left, [("a", "Հ x"), ("c", "")]);
    }
}
