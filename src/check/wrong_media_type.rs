//! A body of a media type that the operation does not take was accepted.

use crate::plan::{Fault, Intent};

use super::standing::Standing;
use super::{About, Check, Finding, Reading, Severity, pin};

/// The check.
#[derive(Debug)]
pub struct WrongMediaType;

impl Check for WrongMediaType {
    fn about(&self) -> About {
        About {
            name: "wrong-media-type",
            sentence: "A body whose media type is none of the documented ones gets a success.",
            clauses: &["content"],
            section: "RFC 9110, section 15.5.16",
        }
    }

    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        let subject = reading.subject;
        if subject.case.intent != Intent::Invalid(Fault::MediaType) || reading.standing != Standing::Accepted {
            return Vec::new();
        }
        let sent = subject.case.request.body.as_ref().and_then(|body| body.media_type.as_deref());
        let sent = sent.map_or("without a media type".to_owned(), |name| format!("of `{name}`"));
        let message =
            format!("{} came for a body {sent}, which is not among the documented ones", reading.answer.status);
        vec![reading.finding(self.about().name, Severity::Error, &pin::request(subject), message, &sent)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;

    #[test]
    fn another_media_type_must_be_refused() {
        let bench = Bench::messages();
        let mut case = case(Intent::Invalid(Fault::MediaType));
        case.request.body.as_mut().expect("body").media_type = Some("text/plain".to_owned());
        assert_eq!(bench.checks(&case, created()), ["wrong-media-type"]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
        let undocumented = bench.judge(&case, Ok(refused(415)));
        assert_eq!((undocumented.len(), undocumented[0].severity), (1, Severity::Warning));
    }
}
