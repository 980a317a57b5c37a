//! Asks a list for its orders, as far as its parameters are called what they do.

use serde_json::{Map, Value};

use super::all_pages::Pages;
use super::lists::List;
use super::parameters::folds_case;
use crate::check::laws::{self, Field};
use crate::contract::Types;
use crate::engine::Transport;
use crate::resource::stem;
use crate::text::words::{self, plain};

/// Names of parameters that say by which property a list is sorted.
pub(super) const SORTS: [&str; 6] = ["sort", "sortby", "orderby", "order", "ordering", "sortfield"];
/// Names of parameters that say in which direction.
pub(super) const DIRECTIONS: [&str; 7] =
    ["order", "direction", "sortorder", "sortdir", "sortdirection", "dir", "orderdir"];
/// Orders that are tried.
const MOST: usize = 6;

/// Names of flags that turn an order round.
const REVERSES: [&str; 4] = ["desc", "descending", "reverse", "reversed"];

impl<T: Transport> List<'_, T> {
    /// Whether the list is in each order that may be asked for, and without one in the default.
    pub(super) async fn orders(&mut self) {
        let Some(sort) = self.parameter(&SORTS, Types::STRING) else { return };
        let direction = self.parameter(&DIRECTIONS, Types::STRING).filter(|direction| *direction != sort);
        let directions = direction.map(|index| (index, self.choices(index)));
        let reverse = self.parameter(&REVERSES, Types::BOOLEAN);
        let mut tried = 0;
        for choice in self.sorts(sort) {
            let Some((field, is_descending)) = choice.as_str().and_then(|text| self.order(text)) else { continue };
            let mut asked = vec![(vec![(sort, choice.clone())], is_descending)];
            // A sign says it already.
            let open = directions.iter().filter(|_| is_descending.is_none());
            for (index, value) in open.flat_map(|(index, all)| all.iter().map(move |value| (*index, value))) {
                let lower = value.as_str().unwrap_or_default().to_lowercase();
                let is_descending =
                    if lower.starts_with("desc") { Some(true) } else { lower.starts_with("asc").then_some(false) };
                asked.push((vec![(sort, choice.clone()), (index, value.clone())], is_descending));
            }
            if let Some(reverse) = reverse.filter(|_| is_descending.is_none()) {
                // What is turned round may have been so before.
                let turned = plain(&self.name(reverse)).starts_with("desc").then_some(true);
                asked.push((vec![(sort, choice.clone()), (reverse, Value::from(true))], turned));
            }
            for (parameters, is_descending) in asked {
                if tried == MOST {
                    return;
                }
                tried += 1;
                let texts: Vec<&str> = parameters.iter().filter_map(|(_, value)| value.as_str()).collect();
                let said = format!("{}={}", self.name(sort), texts.join(" "));
                let folds_case = self.folds_case(sort, &field);
                // Those whose case tells may be on any page.
                let size = self.largest().filter(|_| folds_case);
                let asked: Vec<(usize, Value)> = size.into_iter().chain(parameters).collect();
                let Some(sent) = self.ask(&asked).await else { continue };
                let joined = if folds_case { Pages::from(self.stage, sent.clone()).await.joined } else { sent.clone() };
                let list = self.stage.subject(&joined);
                let finding = laws::judge_sorted(&list, &said, &field, is_descending, folds_case);
                self.judge(&sent, finding);
            }
        }
    }

    /// Whether the document says that capital and small letters of a field are sorted as one.
    fn folds_case(&self, sort: usize, field: &Field) -> bool {
        let said = self.said(sort);
        let stems = |name: &str| words::of(name).iter().map(|word| stem(word)).collect::<Vec<_>>();
        let mut sentences = said.split(['.', ';']).filter(|sentence| folds_case(sentence));
        // What is not named may be ranked by its meaning.
        sentences.any(|sentence| {
            let spoken = stems(sentence);
            field.path().last().is_some_and(|name| stems(name).iter().all(|word| spoken.contains(word)))
        })
    }

    /// The values by which a list may be sorted: those of an enumeration, or fields that a pattern takes or the description
    /// names.
    fn sorts(&self, sort: usize) -> Vec<Value> {
        let choices = self.choices(sort);
        if !choices.is_empty() {
            return choices;
        }
        let parameter = &self.stage.described(self.operation).parameters[sort];
        let schemas = &self.stage.tested.contract.schemas;
        let mut all = parameter.schema.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
        let pattern = all.find_map(|id| schemas.get(id).pattern.as_deref());
        let said = parameter.description.as_deref().unwrap_or_default();
        let has_sign = pattern.is_some() || said.contains("`-") || said.contains("-`");
        let names = self.items.first().into_iter().flat_map(Map::keys);
        // Whoever takes any name may know a few alone: those that are written out.
        let is_written = |name: &&String| {
            let quoted = ['`', '"', '\''].into_iter().any(|mark| {
                said.split(mark).skip(1).step_by(2).any(|quoted| quoted.trim_start_matches('-') == name.as_str())
            });
            quoted
                || pattern.is_some_and(|pattern| {
                    pattern.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name.as_str())
                })
        };
        let known = names.filter(is_written);
        let signs: &[&str] = if has_sign { &["-", ""] } else { &[""] };
        let all = known.flat_map(|name| signs.iter().map(move |sign| Value::from(format!("{sign}{name}"))));
        all.filter(|value| self.takes(sort, value)).collect()
    }

    /// The field that the value of a parameter names, and the direction, if it names one.
    pub(super) fn order(&self, text: &str) -> Option<(Field, Option<bool>)> {
        let signs = [("-", true), ("+", false)];
        let down = [":desc", "_desc", " desc", ".desc", "-desc"].map(|tail| (tail, true));
        let up = [":asc", "_asc", " asc", ".asc", "-asc"].map(|tail| (tail, false));
        let by_sign = signs.into_iter().find_map(|(sign, down)| Some((text.strip_prefix(sign)?, Some(down))));
        let lower = text.to_lowercase();
        let by_tail = down
            .into_iter()
            .chain(up)
            .find_map(|(tail, down)| lower.ends_with(tail).then(|| (&text[..text.len() - tail.len()], Some(down))));
        let (name, is_descending) = by_sign.or(by_tail).unwrap_or((text, None));
        Some((self.amount(&plain(name)).or_else(|| self.outer(name))?, is_descending))
    }

    /// The property of this name.
    fn outer(&self, name: &str) -> Option<Field> {
        let property = self.items.iter().flat_map(Map::keys).find(|known| plain(known) == plain(name))?;
        Some(Field::of(property))
    }
}
