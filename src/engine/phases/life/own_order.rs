//! The order that a document says a list has by itself.

use serde_json::Value;

use super::all_pages::Pages;
use super::fields::{self, Said};
use super::lists::List;
use super::orders::{DIRECTIONS, SORTS};
use crate::check::Subject;
use crate::check::laws::{self, Field};
use crate::contract::Types;
use crate::engine::Transport;
use crate::text::words;

/// Words of a sentence by which it does not always hold.
const DOUBT: [&str; 17] = [
    "unless",
    "if",
    "when",
    "pinned",
    "featured",
    "except",
    "may",
    "not",
    "no",
    "relevance",
    "depending",
    "grouped",
    "can",
    "within",
    "each",
    "every",
    "inside",
];
/// Words between an age and `first` that speak of its making.
const MADE: [&str; 6] = ["created", "added", "placed", "made", "registered", "ones"];
/// What is in such an order is not said by these words.
const OF_ELSE: [&str; 12] = [
    "updated",
    "modified",
    "changed",
    "used",
    "viewed",
    "active",
    "read",
    "played",
    "published",
    "started",
    "opened",
    "edited",
];

/// An order that is documented.
#[derive(Debug, PartialEq)]
enum Order {
    /// By age, the newest first or the oldest.
    Age(bool),
    /// By a field, and in which direction, if that is said: downwards.
    Field(Field, Option<bool>),
}

impl<T: Transport> List<'_, T> {
    /// Whether the list is in the order that it has by itself.
    pub(super) async fn own_order(&mut self) {
        let described = self.stage.described(self.operation);
        let document = &self.stage.tested.contract.document;
        let texts = described.responses.iter().filter(|known| known.status.contains(200)).map(|known| &known.location);
        let texts = std::iter::once(&described.location).chain(texts);
        let said: Vec<String> = texts
            .flat_map(|at| ["summary", "description"].map(|name| at.join(name)))
            .filter_map(|at| Some(document.get(&at)?.as_str()?.to_lowercase()))
            .collect();
        let items: Vec<Value> = self.items.iter().cloned().map(Value::Object).collect();
        let is_alone = |field: &Field| items.iter().all(|item| field.values(item).len() <= 1);
        let fields: Vec<Field> = Field::all(items.iter()).into_iter().filter(is_alone).collect();
        let mut orders = said.iter().flat_map(|text| sentences(text)).filter_map(|sentence| orders(sentence, &fields));
        let Some(first) = orders.next().or_else(|| Some((self.by_default()?, None))) else { return };
        // Who says two things means something else by one of them.
        if orders.any(|other| other != first) || self.is_sorted_already() {
            return;
        }
        drop(orders);
        let judge_one = |list: &Subject<'_>, order: &Order, within: Option<&Field>| match order {
            Order::Age(is_newest_first) => laws::judge_age(list, *is_newest_first, within),
            Order::Field(field, is_descending) => laws::judge_own_order(list, field, *is_descending, within),
        };
        let (first, then) = &first;
        let judge = |list: &Subject<'_>| {
            judge_one(list, first, None).or_else(|| match (first, then) {
                (Order::Field(field, _), Some(then)) => judge_one(list, then, Some(field)),
                _ => None,
            })
        };
        let Some(sent) = self.ask(&[]).await else { return };
        let finding = judge(&self.stage.subject(&sent));
        if finding.is_some() {
            return self.judge(&sent, finding);
        }
        // What is on one page may have been made at once.
        if !matches!(first, Order::Age(_)) {
            return;
        }
        let Some(Pages { pages, joined }) = self.all().await else { return };
        let finding = judge(&self.stage.subject(&joined));
        self.judge_by(&pages[0], finding, &pages.iter().collect::<Vec<_>>());
    }

    /// The order that the parameters ask for that are left out, by their defaults.
    fn by_default(&self) -> Option<Order> {
        let sort = self.parameter(&SORTS, Types::STRING)?;
        let (field, is_descending) = self.order(self.default(sort)?.as_str()?)?;
        let direction = self.parameter(&DIRECTIONS, Types::STRING).filter(|direction| *direction != sort);
        let said = || Some(self.default(direction?)?.as_str()?.to_lowercase().starts_with("desc"));
        Some(Order::Field(field, is_descending.or_else(said)))
    }

    /// Whether the plain request says by what the list is to be sorted.
    fn is_sorted_already(&self) -> bool {
        self.parameter(&SORTS, Types::ANY).is_some_and(|sort| self.is_given(sort))
    }
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', ';', '\n']).flat_map(|part| part.split(" - ")).filter(|part| !part.trim().is_empty())
}

/// The order that a sentence in small letters names, and the one of what is alike in that.
fn orders(sentence: &str, fields: &[Field]) -> Option<(Order, Option<Order>)> {
    let Some((first, rest)) = sentence.split_once(" then ") else { return Some((order(sentence, fields)?, None)) };
    let is_doubtful = words::of(rest).iter().any(|word| DOUBT.contains(&word.as_str()));
    let first = order(first, fields).filter(|_| !is_doubtful)?;
    // A third one is not looked at.
    let rest = rest.split(" then ").next().unwrap_or_default();
    let rest = rest.strip_prefix("by ").unwrap_or(rest);
    let by_field = order(&format!("sorted by {rest}"), fields).filter(|order| matches!(order, Order::Field(..)));
    let is_of_age =
        ["newest", "oldest", "latest", "most recent"].iter().any(|word| rest.trim_start().starts_with(word));
    let then = by_field.or_else(|| is_of_age.then(|| order(rest, fields)).flatten());
    Some((first, then))
}

/// The one order that a sentence in small letters names.
fn order(sentence: &str, fields: &[Field]) -> Option<Order> {
    let all = words::of(sentence);
    let has = |word: &str| all.iter().any(|own| own == word);
    if DOUBT.iter().any(|word| has(word)) {
        return None;
    }
    let is_descending = match (is_downwards(sentence), is_upwards(sentence)) {
        (true, true) => return None,
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    // `By id, in ascending order` says it all.
    let is_told = ["ascending", "descending"].into_iter().any(has);
    let alone = sentence.trim_start().strip_prefix("by ").filter(|_| is_told).map(|rest| ("by ", rest));
    let named = ["sorted by ", "ordered by ", "in order of "].into_iter();
    let named = named.filter_map(|by| sentence.split_once(by).map(|(_, rest)| (by, rest)));
    if let Some((by, rest)) = named.chain(alone).next() {
        let named = rest.split([',', '(', ':']).next().unwrap_or_default();
        return match by {
            "in order of " if ["creation", "their creation"].contains(&named.trim()) => Some(Order::Age(false)),
            _ => field(named, fields).map(|field| Order::Field(field, is_descending)),
        };
    }
    if has("chronological") && has("order") {
        return Some(Order::Age(has("reverse")));
    }
    if sentence.contains("alphabetical order") {
        let name = fields.iter().find(|field| matches!(field.path(), [only] if only == "name" || only == "title"));
        return name.map(|field| Order::Field(field.clone(), Some(false)));
    }
    let age = all.iter().enumerate().find_map(|(at, word)| match word.as_str() {
        "newest" | "latest" | "recent" | "recently" => Some((at, true)),
        "oldest" | "earliest" => Some((at, false)),
        _ => None,
    });
    let (at, is_newest_first) = age?;
    let until = all[at..].iter().position(|word| word == "first")?;
    let between: Vec<&str> =
        all[at + 1..at + until].iter().map(String::as_str).filter(|word| !MADE.contains(word)).collect();
    let is_named = |word: &str| fields.iter().any(|field| field.path().iter().any(|name| words::plain(name) == word));
    let is_of_age = match between[..] {
        [] => true,
        [word] => !OF_ELSE.contains(&word) && !is_named(word),
        _ => false,
    };
    is_of_age.then_some(Order::Age(is_newest_first))
}

/// The field that the words after `sorted by` name.
fn field(named: &str, fields: &[Field]) -> Option<Field> {
    const OTHERS: [&str; 20] = [
        "the",
        "its",
        "their",
        "ascending",
        "descending",
        "asc",
        "desc",
        "in",
        "order",
        "alphabetically",
        "and",
        "by",
        "default",
        "first",
        "newest",
        "oldest",
        "lowest",
        "highest",
        "always",
        "field",
    ];
    let words: Vec<&str> = named.split_whitespace().map(|word| word.trim_matches('`')).collect();
    let name: Vec<&str> = words.into_iter().filter(|word| !OTHERS.contains(word)).collect();
    let said = Said { text: "", is_key: false };
    let found = fields::named(&name.join("_"), said, fields).filter(|_| !name.is_empty())?;
    // What is within an object is named with it.
    let is_whole = words::plain(&found.path().concat()) == words::plain(&name.concat());
    (found.path().len() == 1 || is_whole).then_some(found)
}

fn is_downwards(sentence: &str) -> bool {
    ["desc", "newest first", "latest first", "highest first", "largest first", "recent first", "reverse"]
        .iter()
        .any(|words| sentence.contains(words))
}

fn is_upwards(sentence: &str) -> bool {
    ["ascending", " asc", "oldest first", "earliest first", "lowest first", "smallest first", "alphabetical"]
        .iter()
        .any(|words| sentence.contains(words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(sentence: &str) -> Option<String> {
        let item = json!({"id": 1, "name": "a", "created_at": "", "price": {"amount": 1}, "rank": 1});
        let all = Field::all(std::iter::once(&item));
        let text = |order: Order| match order {
            Order::Age(true) => "newest".to_owned(),
            Order::Age(false) => "oldest".to_owned(),
            Order::Field(field, down) => {
                format!("{field} {}", down.map_or("either", |down| if down { "down" } else { "up" }))
            }
        };
        let (first, then) = orders(&sentence.to_lowercase(), &all)?;
        Some(std::iter::once(first).chain(then).map(text).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn an_order_is_named_in_many_ways() {
        for (sentence, order) in [
            ("All wares, newest first", "newest"),
            ("The most recently created wares first", "newest"),
            ("The latest wares first", "newest"),
            ("Wares in reverse chronological order", "newest"),
            ("In order of creation", "oldest"),
            ("Lists wares sorted by name", "name either"),
            ("Ordered by `created_at` descending, then by id", "created_at down, id either"),
            ("Sorted by rank, then newest first", "rank either, newest"),
            ("Sorted by rank (highest first), and then by name ascending", "rank down, name up"),
            ("Sorted by their name, in ascending order", "name up"),
            ("Sorted by price amount (lowest first)", "price.amount up"),
            ("Wares in alphabetical order", "name up"),
            ("By id, in ascending order", "id up"),
            (" By `created_at` descending", "created_at down"),
        ] {
            assert_eq!(told(sentence).as_deref(), Some(order), "{sentence}");
        }
    }

    #[test]
    fn what_may_mean_something_else_names_none() {
        for sentence in [
            "Newest first, unless pinned",
            "Recently updated wares first",
            "The most recent rank first",
            "Can be sorted by name",
            "Sorted by relevance",
            "Sorted by rank, then by relevance",
            "Sorted by the `sort` parameter",
            "The newest ware",
            "By name",
            "By somebody, in ascending order",
            "Lists wares",
        ] {
            assert_eq!(told(sentence), None, "{sentence}");
        }
    }
}
