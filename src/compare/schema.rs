//! Containment of schemas: whether the outer schema allows all that the inner one allows, keyword by keyword.
//!
//! For a request the old schema is the inner one, for a response the new one is. Recursion is cut by assuming what
//! is being shown: a pair of schemas that is met again holds if the rest does, since values are finite.

use std::collections::HashSet;
use std::fmt::Display;

use serde_json::{Value, json};

use super::flat::WithBranches;
use super::print::print;
use super::{Effect, Side, rule};
use crate::contract::{Direction, SchemaId, Types};
use crate::rule::Rule;
use crate::spec::{Pointer, SourceLocation};
use crate::text::list::one_of;
use crate::wire::Channel;

/// Values nested deeper than this are compared as a whole.
const DEEPEST: usize = 48;

/// What is asked of two schemas.
#[derive(Debug)]
pub(super) struct Question<'s, 'a> {
    pub inner: &'s Side<'a>,
    pub outer: &'s Side<'a>,
    pub direction: Direction,
    /// The values travel as text, of these characters; `None` for those that travel as JSON.
    pub text: Option<Channel>,
}

/// How the value below a level is reached.
#[derive(Clone, Debug)]
pub(super) enum Key {
    /// A branch of a union: the same value.
    Same,
    Property(String),
    /// Any name that is not documented.
    Undocumented,
    Item,
}

/// A name that no document has.
pub(super) const UNDOCUMENTED: &str = "undocumentedName";

/// A pair of schemas on the way down to the one that is compared.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub inner: Vec<SchemaId>,
    pub outer: Vec<SchemaId>,
    /// All that holds for the inner value, the union around a branch included.
    pub made_of: Vec<SchemaId>,
    /// How the next level is reached.
    pub key: Key,
}

/// One difference between two schemas.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    pub effect: Effect,
    pub rule: &'static Rule,
    /// The value that is meant, `*` for any item or name.
    pub at: Pointer,
    /// What has changed, from the old to the new document.
    pub what: String,
    /// Why, where the effect does not say it all.
    pub why: Option<&'static str>,
    pub inner: SourceLocation,
    pub outer: SourceLocation,
    pub evidence: Option<Value>,
}

/// Compares two schemas; the places are those of a value that nothing is said of.
pub(super) fn differences(question: &Question<'_, '_>, inner: SchemaId, outer: SchemaId) -> Vec<Difference> {
    let mut walk = Walk { question, levels: Vec::new(), seen: HashSet::new(), found: Vec::new(), at: Pointer::root() };
    let nowhere = (
        question.inner.contract.schemas.get(inner).location.clone(),
        question.outer.contract.schemas.get(outer).location.clone(),
    );
    walk.level(vec![inner], vec![outer], vec![inner], nowhere);
    walk.found
}

pub(super) struct Walk<'q, 's, 'a> {
    pub question: &'q Question<'s, 'a>,
    pub levels: Vec<Level>,
    seen: HashSet<(Vec<SchemaId>, Vec<SchemaId>)>,
    pub found: Vec<Difference>,
    pub at: Pointer,
}

impl Walk<'_, '_, '_> {
    /// Compares the schemas of one value.
    fn level(
        &mut self,
        inner: Vec<SchemaId>,
        outer: Vec<SchemaId>,
        made_of: Vec<SchemaId>,
        nowhere: (SourceLocation, SourceLocation),
    ) {
        if !self.seen.insert((inner.clone(), outer.clone())) {
            return;
        }
        let direction = self.question.direction;
        let a = WithBranches::of(&self.question.inner.contract.schemas, &inner, direction, &nowhere.0);
        let b = WithBranches::of(&self.question.outer.contract.schemas, &outer, direction, &nowhere.1);
        self.levels.push(Level { inner, outer, made_of, key: Key::Same });
        self.compare(&a, &b);
        self.levels.pop();
    }

    /// Compares the schemas of a property, an item or a branch.
    pub fn below(
        &mut self,
        key: Key,
        inner: Vec<SchemaId>,
        outer: Vec<SchemaId>,
        nowhere: (SourceLocation, SourceLocation),
    ) {
        let at = match &key {
            Key::Same => self.at.clone(),
            Key::Property(name) => self.at.join(name),
            Key::Undocumented | Key::Item => self.at.join("*"),
        };
        let mut made_of = inner.clone();
        if let Some(level) = self.levels.last_mut() {
            if matches!(key, Key::Same) {
                made_of.extend(level.made_of.iter().filter(|id| !inner.contains(id)));
            }
            level.key = key;
        }
        let above = std::mem::replace(&mut self.at, at);
        self.level(inner, outer, made_of, nowhere);
        self.at = above;
    }

    fn compare(&mut self, a: &WithBranches, b: &WithBranches) {
        if let Some(at) = &b.nothing {
            if a.nothing.is_none() {
                self.narrower(&rule::NOTHING, self.change_of("`false`", None, Some(at)), a, (&a.home, at), &[]);
            }
            return;
        }
        if let Some(at) = &a.nothing {
            self.wider(&rule::NOTHING, self.change_of("`false`", Some(at), None), (at, &b.home));
            return;
        }
        if self.levels.len() > DEEPEST {
            self.as_a_whole(a, b);
            return;
        }
        if self.unknown(a, b) {
            return;
        }
        self.types(a, b);
        if !a.types.value.intersects(b.types.value) {
            return;
        }
        let before = self.found.len();
        self.values(a, b);
        let both = a.types.value;
        if both.intersects(Types::NUMBER) {
            self.numbers(a, b);
        }
        if both.contains(Types::STRING) {
            self.texts(a, b);
        }
        self.formats(a, b);
        if both.contains(Types::ARRAY) {
            self.arrays(a, b);
        }
        if both.contains(Types::OBJECT) {
            self.objects(a, b);
        }
        if self.question.direction == Direction::Request {
            self.defaults(a, b);
        }
        self.others(a, b, self.found.len() > before);
    }

    /// Tells of parts that cannot be read and are not the same: they may allow or refuse anything.
    fn unknown(&mut self, a: &WithBranches, b: &WithBranches) -> bool {
        if a.unknown == b.unknown {
            return false;
        }
        let what = "a reference or keyword that cannot be read has changed".to_owned();
        self.push(Effect::Unknown, &rule::SCHEMA, what, (&a.home, &b.home), None);
        true
    }

    fn as_a_whole(&mut self, a: &WithBranches, b: &WithBranches) {
        let direction = self.question.direction;
        let one = print(&self.question.inner.contract.schemas, &a.members, direction);
        let other = print(&self.question.outer.contract.schemas, &b.members, direction);
        if one != other {
            let (inner, outer) = (a.home.clone(), b.home.clone());
            self.push(
                Effect::Unknown,
                &rule::SCHEMA,
                "a schema nested too deep to compare has changed".into(),
                (&inner, &outer),
                None,
            );
        }
    }

    fn types(&mut self, a: &WithBranches, b: &WithBranches) {
        let lost = a.types.value.without(b.types.value);
        let won = b.types.value.without(a.types.value);
        if lost == Types::NONE && won == Types::NONE {
            return;
        }
        let places = (&a.types.at, &b.types.at);
        let what = self.replaced("type", Some(named(a.types.value)), Some(named(b.types.value)));
        if lost == Types::NONE {
            self.wider(&rule::TYPE, what, places);
        } else if lost == Types::NULL && (a.nullability_ambiguous || b.nullability_ambiguous) {
            self.push(Effect::Unknown, &rule::TYPE, what, places, None);
            self.because("readers of OpenAPI disagree on whether null is allowed here");
        } else if self.question.text.is_some() && is_text_of_anything(b) && scalars_but_null().contains(lost) {
            self.wider(&rule::TYPE, what, places);
            self.because("the value travels as a string, and every string is allowed");
        } else {
            let crafted = [json!(null), json!(true), json!(1), json!(0.5), json!("a"), json!([]), json!({})];
            let crafted: Vec<Value> = crafted.into_iter().filter(|value| lost.intersects(Types::of(value))).collect();
            self.narrower(&rule::TYPE, what, a, places, &crafted);
        }
    }

    fn arrays(&mut self, a: &WithBranches, b: &WithBranches) {
        let sizes = |n: u64| Value::Array((0..n.min(1_000)).map(Value::from).collect());
        self.counts(a, b, ["minItems", "maxItems"], &|n| vec![sizes(n)]);
        match (&a.unique, &b.unique) {
            (None, Some(at)) => {
                let item = self.question.plain_item(a).unwrap_or(json!("a"));
                let what = self.change_of("`uniqueItems`", None, Some(at));
                self.narrower(&rule::UNIQUE_ITEMS, what, a, (&a.home, at), &[json!([item, item])]);
            }
            (Some(at), None) => {
                self.wider(&rule::UNIQUE_ITEMS, self.change_of("`uniqueItems`", Some(at), None), (at, &b.home))
            }
            _ => {}
        }
        if a.has(&["prefixItems"]) || b.has(&["prefixItems"]) {
            return;
        }
        match (a.items.as_slice(), b.items.as_slice()) {
            ([], []) => {}
            (_, []) => {
                let at = a.home.join("items");
                self.wider(&rule::ITEMS, self.change_of("the schema of the items", Some(&at), None), (&at, &b.home));
            }
            ([], [first, ..]) => {
                let at = self.question.outer.contract.schemas.get(*first).location.clone();
                let what = self.change_of("the schema of the items", None, Some(&at));
                // Which keyword below refuses an item does not matter.
                self.narrower_items(
                    &rule::ITEMS,
                    what,
                    a,
                    (&a.home, &at),
                    &[json!([null]), json!(["a"]), json!([0]), json!([{}])],
                );
            }
            (inner, outer) => self.below(Key::Item, inner.to_vec(), outer.to_vec(), (a.home.clone(), b.home.clone())),
        }
    }

    fn defaults(&mut self, a: &WithBranches, b: &WithBranches) {
        let shown = |default: &super::flat::Stated<Value>| default.value.to_string();
        let (old, new) = (a.default.as_ref(), b.default.as_ref());
        if old.map(|default| &default.value) == new.map(|default| &default.value) {
            return;
        }
        let places = (old.map_or(&a.home, |stated| &stated.at), new.map_or(&b.home, |stated| &stated.at));
        let what = self.replaced("default", old.map(shown), new.map(shown));
        if old.is_none() {
            self.push(Effect::Compatible, &rule::DEFAULT, what, places, None);
            self.because("what a request means that leaves it out was not said before");
        } else {
            self.push(Effect::Unknown, &rule::DEFAULT, what, places, None);
            self.because("a request that leaves it out is still valid, yet may mean something else");
        }
    }

    /// The outer schema allows more here.
    pub fn wider(&mut self, rule: &'static Rule, what: String, places: (&SourceLocation, &SourceLocation)) {
        self.push(Effect::Compatible, rule, what, places, None);
    }

    /// The outer schema seems to allow less here, by the keyword at its place.
    pub fn narrower(
        &mut self,
        rule: &'static Rule,
        what: String,
        a: &WithBranches,
        places: (&SourceLocation, &SourceLocation),
        crafted: &[Value],
    ) {
        let (effect, evidence) = self.question.settle(&self.levels, a, places.1, crafted);
        self.push(effect, rule, what, places, evidence);
    }

    /// The outer schema seems to allow fewer items, by some keyword of their schema.
    fn narrower_items(
        &mut self,
        rule: &'static Rule,
        what: String,
        a: &WithBranches,
        places: (&SourceLocation, &SourceLocation),
        crafted: &[Value],
    ) {
        let shown = crafted.iter().find_map(|value| {
            let level = self.levels.last()?;
            let shows =
                self.question.inner_allows(&level.made_of, value) && self.question.refuses_an_item(&level.outer, value);
            if shows { self.question.whole(&self.levels, value.clone()) } else { None }
        });
        let (effect, evidence) = match shown {
            Some(value) => (Effect::Breaking, Some(value)),
            None => self.question.settle(&self.levels, a, places.1, &[]),
        };
        self.push(effect, rule, what, places, evidence);
    }

    pub fn push(
        &mut self,
        effect: Effect,
        rule: &'static Rule,
        what: String,
        (inner, outer): (&SourceLocation, &SourceLocation),
        evidence: Option<Value>,
    ) {
        let at = self.at.clone();
        let (inner, outer) = (inner.clone(), outer.clone());
        self.found.push(Difference { effect, rule, at, what, why: None, inner, outer, evidence });
    }

    /// Gives the last difference a reason of its own.
    pub fn because(&mut self, why: &'static str) {
        if let Some(last) = self.found.last_mut() {
            last.why = Some(why);
        }
    }

    /// What the old and what the new document say, of what the inner and the outer one do.
    pub fn turned<T>(&self, inner: T, outer: T) -> (T, T) {
        match self.question.direction {
            Direction::Request => (inner, outer),
            Direction::Response => (outer, inner),
        }
    }

    /// "`maxLength` is 5 in place of 10", or that it is new or gone.
    pub fn replaced(&self, keyword: &str, inner: Option<impl Display>, outer: Option<impl Display>) -> String {
        let (inner, outer) = (inner.map(|value| value.to_string()), outer.map(|value| value.to_string()));
        match self.turned(inner, outer) {
            (Some(old), Some(new)) => format!("`{keyword}` is {new} in place of {old}"),
            (None, Some(new)) => format!("`{keyword}: {new}` is new"),
            (Some(old), None) => format!("`{keyword}: {old}` is gone"),
            (None, None) => format!("`{keyword}` has changed"),
        }
    }

    /// That something is new or gone.
    pub fn change_of(&self, subject: &str, inner: Option<&SourceLocation>, outer: Option<&SourceLocation>) -> String {
        match self.turned(inner, outer) {
            (None, Some(_)) => format!("{subject} is new"),
            (Some(_), None) => format!("{subject} is gone"),
            _ => format!("{subject} has changed"),
        }
    }
}

impl<'a> Question<'_, 'a> {
    fn plain_item(&self, flat: &WithBranches) -> Option<Value> {
        let generator = self.generator();
        if flat.items.is_empty() { None } else { generator.minimal_of(&flat.items) }
    }
}

fn named(types: Types) -> String {
    if types == Types::ANY { "any".to_owned() } else { one_of(types.names()) }
}

fn scalars_but_null() -> Types {
    Types::NUMBER.or(Types::BOOLEAN).or(Types::STRING)
}

/// Whether a schema allows every text.
fn is_text_of_anything(flat: &WithBranches) -> bool {
    flat.types.value.contains(Types::STRING)
        && flat.values.is_none()
        && flat.patterns.is_empty()
        && flat.others.is_empty()
        && flat.formats.is_empty()
        && !flat.counts.keys().any(|keyword| keyword.ends_with("Length"))
}
