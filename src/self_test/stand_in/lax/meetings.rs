//! Bugs for which two things must meet, as handlers have them that take a decision by one value before they look at another.
//!
//! They were written before the generator could find them, and none is of a value: each holds whatever the document calls its
//! properties. References, by what they have in common:
//! - another rule for another value of a property: spree/spree#7407, laravel/framework#23218, inhere/php-validate#2,
//!   Redocly/redocly-cli#2957;
//! - what is empty, null or 0 skips what comes after: yiisoft/yii2#13785, yiisoft/validator#336, flatiron/revalidator#111;
//! - what is below an optional parent: typestack/class-validator#419, ruby-grape/grape#1636, vlucas/valitron#262;
//! - items behind the first: java-json-tools/json-schema-core#20, azolee/validator#1;
//! - branches of unions: muehmar/gradle-openapi-schema#126, networknt/json-schema-validator#1078 and #185;
//! - two parameters together: shlinkio/shlink#177, AceFire6/ordered-arrowverse#3, hibernate/hibernate-orm#51,
//!   craftercms/studio#3028, daniel3303/Equibles#2924;
//! - a parameter that has the body taken unseen: dotwebstack/dotwebstack-framework#169, Veinar/envcloak#17;
//! - two values that are too much together: directus/v8-archive#614, Gernott/mask#412, frappe/erpnext#15885;
//! - two that are missing, or null, together: DataBiosphere/consent#2931, katharsis-project/katharsis-framework#351,
//!   tempestphp/tempest-framework#1496.

use super::meeting::{Meeting, Other, Place, Wrong};
use super::state::State;
use super::{Change, Lax};
use Other::{Beside, Branch, Item};
use Place::{Below, Beyond, Nested, Parameters, Whole};
use State::*;

const LENGTHS: &[&str] = &["minLength", "maxLength"];
const BOUNDS: &[&str] = &["minimum", "maximum"];
const COUNTS: &[&str] = &["minItems", "maxItems"];
const ANY: &[&str] = &["format", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum"];

pub(super) const ALL: &[Lax] = &[
    // Another rule for another value of a property.
    overlooks("formats are not checked beside the last of several listed values", &["format"], Whole, Beside(Last)),
    overlooks("formats are not checked beside a listed value in the middle", &["format"], Whole, Beside(Middle)),
    overlooks("lengths are not checked beside the last of several listed values", LENGTHS, Whole, Beside(Last)),
    overlooks("bounds are not checked beside a listed value in the middle", BOUNDS, Whole, Beside(Middle)),
    overlooks("patterns are not checked beside a listed value in the middle", &["pattern"], Whole, Beside(Middle)),
    overlooks("formats are not checked beside what is true", &["format"], Whole, Beside(True)),
    overlooks("patterns are not checked beside the first of several listed values", &["pattern"], Whole, Beside(First)),
    overlooks("patterns are not checked beside what is false", &["pattern"], Whole, Beside(False)),
    overlooks("enums are not checked beside what is false", &["enum"], Whole, Beside(False)),
    overlooks("lists may be too long or short beside what is true", COUNTS, Whole, Beside(True)),
    overlooks("lists may repeat items beside the last of several listed values", &["uniqueItems"], Whole, Beside(Last)),
    overlooks(
        "what is required may be missing beside the last of several listed values",
        &["required"],
        Whole,
        Beside(Last),
    ),
    overlooks("what is required may be missing beside what is false", &["required"], Whole, Beside(False)),
    overlooks("what is inside is not checked beside what is true", ANY, Below, Beside(True)),
    overlooks("what is inside is not checked beside what is false", ANY, Below, Beside(False)),
    overlooks("what is inside is not checked beside a listed value in the middle", ANY, Below, Beside(Middle)),
    overlooks(
        "what is inside may lack what is required beside the last of several listed values",
        &["required"],
        Below,
        Beside(Last),
    ),
    // What is empty, null or 0 skips what comes after.
    overlooks("formats are not checked beside null", &["format"], Whole, Beside(Null)),
    overlooks("bounds are not checked beside null", BOUNDS, Whole, Beside(Null)),
    overlooks("enums are not checked beside an empty text", &["enum"], Whole, Beside(Blank)),
    overlooks("lengths are not checked beside the number 0", LENGTHS, Whole, Beside(Zero)),
    overlooks("types are not checked beside an empty list", &["type"], Whole, Beside(Empty)),
    overlooks("formats are not checked beside a list of several", &["format"], Whole, Beside(Several)),
    overlooks("what is inside is not checked beside null", ANY, Below, Beside(Null)),
    // What is at its limit takes another way.
    overlooks("lengths are not checked beside a number at its maximum", LENGTHS, Whole, Beside(Most)),
    overlooks("bounds are not checked beside a text of the greatest length", BOUNDS, Whole, Beside(Longest)),
    overlooks("enums are not checked beside a full list", &["enum"], Whole, Beside(Full)),
    // What is below an optional parent, or the item of a list.
    overlooks(
        "within an object, patterns are not checked beside the last of several listed values",
        &["pattern"],
        Nested,
        Beside(Last),
    ),
    overlooks(
        "within an object, lengths are not checked beside what is there without need",
        LENGTHS,
        Nested,
        Beside(Present),
    ),
    overlooks("within an object, bounds are not checked beside what is false", BOUNDS, Nested, Beside(False)),
    overlooks(
        "within an object, what is required may be missing beside a list of several",
        &["required"],
        Nested,
        Beside(Several),
    ),
    overlooks(
        "bounds are not checked in the middle of a list",
        BOUNDS,
        Whole,
        Item(|at, count| at > 0 && at + 1 < count),
    ),
    overlooks(
        "what is required may be missing in the second item of two",
        &["required"],
        Whole,
        Item(|at, count| at == 1 && count == 2),
    ),
    overlooks(
        "types are not checked in the first of three items",
        &["type"],
        Whole,
        Item(|at, count| at == 0 && count == 3),
    ),
    // Branches of unions.
    overlooks("formats are not checked in the second branch of a union", &["format"], Whole, Branch(1)),
    overlooks("patterns are not checked in the first branch of a union", &["pattern"], Whole, Branch(0)),
    overlooks("lengths are not checked in the third branch of a union", LENGTHS, Whole, Branch(2)),
    // A parameter beside another, or beside the body.
    overlooks("a parameter's bounds are not checked beside another parameter", BOUNDS, Parameters, Beside(Present)),
    overlooks("a parameter's enum is not checked beside what is true", &["enum"], Parameters, Beside(True)),
    overlooks(
        "a parameter's format is not checked beside the last of several listed values",
        &["format"],
        Parameters,
        Beside(Last),
    ),
    overlooks("a parameter's length is not checked beside a list of several", LENGTHS, Parameters, Beside(Several)),
    overlooks("the body is not checked where a parameter is true", ANY, Beyond, Beside(True)),
    overlooks(
        "the body may lack what is required where a parameter has the last of its values",
        &["required"],
        Beyond,
        Beside(Last),
    ),
    // Two values that are too much, or too little, together.
    refuses("two texts of the greatest length are refused", Longest, Whole, Longest),
    refuses("two numbers at their maximum are refused", Most, Whole, Most),
    refuses("a number at its minimum is refused beside one at its maximum", Least, Whole, Most),
    refuses("the number 0 is refused beside what is false", Zero, Whole, False),
    refuses("null is refused beside null", Null, Whole, Null),
    refuses("null is refused beside an empty list", Null, Whole, Empty),
    refuses("an empty text is refused beside a list of several", Blank, Whole, Several),
    refuses("the last of several listed values is refused where something optional is left out", Last, Whole, Absent),
    refuses("a listed value in the middle is refused beside what is true", Middle, Whole, True),
    refuses("the last of several listed values is refused beside null", Last, Whole, Null),
    refuses("a full list is refused beside a text of the greatest length", Full, Whole, Longest),
    refuses("letters beyond ASCII are refused beside a list of several", Foreign, Whole, Several),
    refuses("the last of several listed values is refused beside a number at its maximum", Last, Whole, Most),
    refuses("within an object, null is refused beside the last of several listed values", Null, Nested, Last),
    refuses("within an object, a text of the greatest length is refused beside what is false", Longest, Nested, False),
    refuses(
        "within an object, a number below 0 is refused beside the last of several listed values",
        Negative,
        Nested,
        Last,
    ),
    refuses("two parameters at their maximum are refused", Most, Parameters, Most),
    refuses("a parameter that is false is refused beside a list of several", False, Parameters, Several),
    refuses("a parameter's value in the middle is refused beside the last value of another", Middle, Parameters, Last),
    refuses("letters beyond ASCII are refused beside a parameter that is true", Foreign, Beyond, True),
];

const fn overlooks(sentence: &'static str, keywords: &'static [&'static str], place: Place, other: Other) -> Lax {
    Lax { sentence, change: Change::Meets(Meeting { wrong: Wrong::Overlooks(keywords), place, other }) }
}

const fn refuses(sentence: &'static str, one: State, place: Place, other: State) -> Lax {
    Lax { sentence, change: Change::Meets(Meeting { wrong: Wrong::Refuses(one), place, other: Beside(other) }) }
}
