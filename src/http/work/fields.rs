//! What somebody typed into a form.

use crate::query::pairs;

/// The fields of a form in their order; a name may stand several times.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads what browsers send (`application/x-www-form-urlencoded`); lines end as they do everywhere else.
    pub(super) fn parse(body: &str) -> Fields {
        let all = pairs(body).into_iter();
        Fields(
            all.map(|(name, value)| (name, value.replace("\r\n", "\n")))
                .collect(),
        )
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
        let mut fields = Fields::parse("b=1&a=%D5%80+x&b=2%0D%0A3&c=");
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["1", "2\n3"]);
        assert_eq!((fields.one("a"), fields.one("c")), ("Հ x", ""));
        assert_eq!(fields.take("b").as_deref(), Some("1"));
        let left: Vec<_> = fields.iter().collect();
        assert_eq!(left, [("a", "Հ x"), ("c", "")]);
    }
}
