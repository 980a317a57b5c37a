//! How a place of a message is called after the collection whose items it names: `warehouseId`, `parent_warehouse`,
//! `label_ids` and `category` after `/warehouses`, `/labels` and `/categories`.

use crate::text::words;

/// The last words of what names one of many.
const KEYS: [&str; 16] = [
    "id",
    "ids",
    "uuid",
    "uuids",
    "guid",
    "guids",
    "key",
    "keys",
    "slug",
    "slugs",
    "ref",
    "refs",
    "identifier",
    "identifiers",
    "pk",
    "fk",
];
/// Plurals that no ending makes, with what one is called.
const PLURALS: [(&str, &str); 5] =
    [("people", "person"), ("children", "child"), ("men", "man"), ("women", "woman"), ("indices", "index")];
/// An abbreviation has so many letters.
const SHORT: usize = 3;

/// The words of a name, without those that say that it names one of many.
#[derive(Debug)]
pub(crate) struct Noun {
    stems: Vec<String>,
    /// Whether there were such words.
    pub is_key: bool,
}

impl Noun {
    /// That of a place of a message.
    pub fn of(name: &str) -> Self {
        let mut words = words::of(name);
        let before = words.len();
        while words.last().is_some_and(|word| KEYS.contains(&word.as_str())) {
            words.pop();
        }
        let is_key = words.len() < before;
        Self { stems: words.iter().map(|word| stem(word)).collect(), is_key }
    }

    /// Whether nothing but a key is named: `id`, `uuid`.
    pub fn is_bare(&self) -> bool {
        self.stems.is_empty()
    }

    /// Its words in one.
    pub fn text(&self) -> String {
        self.stems.concat()
    }

    /// They, and what is left without the first ones: `parentWarehouse` is a warehouse.
    pub fn endings(&self) -> impl Iterator<Item = String> {
        (0..self.stems.len()).map(|from| self.stems[from..].concat())
    }

    /// How close it is to the name of a collection, the closest first; `None` where it is called otherwise.
    pub fn closeness(&self, collection: &str) -> Option<u8> {
        let known: Vec<String> = words::of(collection).iter().map(|word| stem(word)).collect();
        let own = &self.stems;
        if own.is_empty() || known.is_empty() {
            return None;
        }
        if *own == known || own.concat() == known.concat() {
            return Some(0);
        }
        // `ownerid` in one word.
        let is_glued = |key: &&str| own.concat().strip_suffix(*key).is_some_and(|rest| stem(rest) == known.concat());
        if KEYS.iter().any(is_glued) {
            return Some(0);
        }
        if own.ends_with(&known) {
            return Some(1);
        }
        if !self.is_key {
            return None;
        }
        if known.ends_with(own) {
            return Some(2);
        }
        let ([own], [known]) = (&own[..], &known[..]) else { return None };
        let is_short = own.len().min(known.len()) >= SHORT;
        (is_short && (own.starts_with(known.as_str()) || known.starts_with(own.as_str()))).then_some(3)
    }
}

/// The part of a word that its singular and its plural have in common.
pub(crate) fn stem(word: &str) -> String {
    if let Some((_, singular)) = PLURALS.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    let stem = match word {
        _ if word.ends_with("ies") => word.strip_suffix("es"),
        _ if ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) => None,
        _ if ["sses", "xes", "ches", "shes", "zes"].iter().any(|ending| word.ends_with(ending)) => {
            word.strip_suffix("es")
        }
        _ => word.strip_suffix('s'),
    };
    let stem = stem.unwrap_or(word);
    let stem = stem.strip_suffix('e').filter(|rest| rest.len() > 1).unwrap_or(stem);
    stem.strip_suffix('y').map_or_else(|| stem.to_owned(), |rest| format!("{rest}i"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_called_after_collections_in_many_ways() {
        let close = |name: &str, collection: &str| Noun::of(name).closeness(collection);
        for (name, collection, closeness) in [
            ("warehouseId", "warehouses", Some(0)),
            ("warehouse", "warehouses", Some(0)),
            ("warehouseid", "warehouses", Some(0)),
            ("label_ids", "labels", Some(0)),
            ("category", "categories", Some(0)),
            ("movie_id", "movies", Some(0)),
            ("status_id", "statuses", Some(0)),
            ("box-key", "boxes", Some(0)),
            ("person_id", "people", Some(0)),
            ("purchaseOrderId", "purchase-orders", Some(0)),
            ("parentWarehouseId", "warehouses", Some(1)),
            ("order_id", "purchase-orders", Some(2)),
            ("orgId", "organizations", Some(3)),
            ("order", "purchase-orders", None),
            ("assignee_id", "users", None),
            ("id", "users", None),
            ("name", "names-of-all", None),
        ] {
            assert_eq!(close(name, collection), closeness, "{name} in {collection}");
        }
        assert!(Noun::of("uuid").is_bare() && !Noun::of("user").is_bare());
    }
}
