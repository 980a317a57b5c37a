//! Patterns (ECMA-262) as documents write them.

use super::ecma::{Grammar, grammar};

/// What can be made of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternReading {
    /// Strings can be judged by it.
    Usable,
    /// It may be an expression, yet engines differ over what it says, or the validator cannot judge by it.
    Unclear,
    /// It is no expression by any grammar of ECMA-262.
    Broken,
}

impl PatternReading {
    /// What can be made of this pattern.
    pub fn of(pattern: &str) -> Self {
        let is_judged = || jsonschema::validator_for(&serde_json::json!({"pattern": pattern})).is_ok();
        match grammar(pattern) {
            Grammar::Kept if is_judged() => Self::Usable,
            Grammar::Kept | Grammar::Loose => Self::Unclear,
            Grammar::Broken => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PatternReading;

    #[test]
    fn what_is_an_expression_and_can_be_judged_by_is_usable_and_nothing_else_is() {
        for pattern in ["^[A-Z]{2,3}$", r"^(?=.*\d)\w+$", r"\p{Lu}", r"(?<=a)b", r"(?<n>a)", ""] {
            assert_eq!(PatternReading::of(pattern), PatternReading::Usable, "{pattern}");
        }
        for pattern in ["(", "[a", "a{2,1}", "(?P<", "a++b", "(?i)abc"] {
            assert_eq!(PatternReading::of(pattern), PatternReading::Broken, "{pattern}");
        }
        assert_eq!(PatternReading::of(r"\Aa\z"), PatternReading::Unclear);
    }
}
