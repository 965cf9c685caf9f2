//! `aws.api_gateway`: access and execution logs of Amazon API Gateway, of REST, HTTP and
//! WebSocket APIs.

mod body;
mod execution;
mod formats;

use frame::{Input, Piece};
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;

use self::body::Request;
use self::execution::Executions;
use crate::wrap::{self, Unit};

/// The source.
pub struct ApiGateway;

const NAME: &str = "aws.api_gateway";
const SPEC: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html";

impl Source for ApiGateway {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "API Gateway access logs (JSON, CLF, XML, CSV) and execution logs",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::HTTP_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: None, service: None, category: Some("webserver") },
            LogSource { product: Some("aws"), service: Some("api_gateway"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["c-ip", "cs-method", "cs-uri-stem", "cs-user-agent", "cs-username", "sc-status"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let mut lines = wrap::sample_lines(sample);
        if lines.is_empty() && wrap::is_json(sample) {
            // Other kinds of JSON are told apart by the first few documents.
            documents(sample.get(..HEAD).unwrap_or(sample), &mut lines);
            if lines.is_empty() {
                documents(sample, &mut lines);
            }
        }
        let is_ours = |line: &&String| {
            let line = wrap::delivery_time(line).1.trim();
            execution::cut(line).is_some_and(|(_, text)| execution::is_known(text))
                || formats::matches(line)
        };
        let ours = lines.iter().filter(is_ours).count();
        // Bodies that an execution log holds may have lines of their own.
        if ours > 0 && ours * 2 >= lines.len() { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { settings, executions: Executions::default(), records: 0 };
        if wrap::is_json(input.sample()) && !is_envelope(input.sample()) {
            input.documents(&mut |piece| match piece {
                Piece::Document(document) => {
                    let unit = Unit { text: document.text, line: document.line, delivered: None };
                    reader.line(&unit, out);
                }
                Piece::Damage { line, why, excerpt } => {
                    let at = reader.place(line);
                    out.refuse(at, &why, &excerpt);
                }
            });
            return;
        }
        wrap::each(input, &mut |unit| match unit {
            Ok(unit) => reader.line(&unit, out),
            Err(broken) => {
                let at = reader.place(broken.line);
                out.refuse(at, broken.why, broken.text);
            }
        });
        reader.close(out);
    }
}

/// How many documents of a sample recognition looks at.
const DOCUMENTS_TRIED: usize = 16;
/// So much of the sample tells in nearly all cases.
const HEAD: usize = 8 << 10;

fn documents(sample: &[u8], lines: &mut Vec<String>) {
    let mut input = Input::new(frame::Content::Whole(sample));
    input.documents(&mut |piece| {
        if let Piece::Document(document) = piece
            && lines.len() < DOCUMENTS_TRIED
        {
            lines.push(document.text.to_owned());
        }
    });
}

/// Whether JSON is the wrap of CloudWatch Logs, not the log itself.
fn is_envelope(sample: &[u8]) -> bool {
    !wrap::first_lines(sample, 1).is_empty()
        || memchr::memmem::find(sample, b"\"messageType\"").is_some()
}

/// What is known on the way through a blob.
struct Reader<'s> {
    settings: &'s ReadSettings,
    executions: Executions,
    records: u64,
}

impl Reader<'_> {
    fn place(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    fn line(&mut self, unit: &Unit<'_>, out: &mut dyn Intake) {
        let (stated, text) = wrap::delivery_time(unit.text.trim());
        let delivered = stated.or(unit.delivered);
        if text.is_empty() {
            return;
        }
        if let Some((id, said)) = execution::cut(text) {
            let records = &mut self.records;
            self.executions.line((id, said), text, delivered, &mut || {
                *records += 1;
                Position { line: unit.line, record: *records - 1 }
            });
            while let Some(open) = self.executions.due() {
                emit(&open.request(), open.at, &open.text, None, false, out);
            }
            return;
        }
        let access = formats::parse(text, self.settings, &mut |request| {
            let at = self.place(unit.line);
            emit(&request, at, text, delivered, true, out);
        });
        if let Err(why) = access {
            if self.executions.goes_on(text) {
                return;
            }
            let at = self.place(unit.line);
            out.refuse(at, &why, text);
        }
    }

    fn close(&mut self, out: &mut dyn Intake) {
        while let Some(open) = self.executions.rest() {
            emit(&open.request(), open.at, &open.text, None, false, out);
        }
    }
}

fn emit(
    request: &Request<'_>,
    at: Position,
    raw: &str,
    delivered: Option<Time>,
    is_access: bool,
    out: &mut dyn Intake,
) {
    let Some(time) = request.hit.time.or(delivered) else {
        let why = "no time: neither the record nor its delivery has one";
        return out.refuse(at, why, raw);
    };
    out.event(&Event {
        source: NAME,
        time,
        // An execution log tells of the same request a second time.
        uid: request.uid().filter(|_| is_access),
        at,
        outcome: request.hit.outcome(),
        credential: request.credential(),
        address: request.hit.address(),
        raw,
        body: &request.timed(time),
    });
}
