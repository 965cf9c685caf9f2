//! `net.zeek`: the logs of the Zeek sensor, tab-separated with their head lines or as JSON.

mod agents;
mod attributes;
mod body;
mod conn;
mod deed;
mod record;
mod table;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;

use crate::nested::{self, Found, Kind};
use record::{Own, Record};
use table::Table;

/// The source.
pub struct Zeek;

const NAME: &str = "net.zeek";

const KIND: Kind = Kind {
    what: "a record of a Zeek log",
    marks: &[
        &["\"ts\"", "id.orig_h"],
        &["\"ts\"", "orig_h", "resp_h"],
        &["\"ts\"", "_path"],
        &["\"ts\"", "certificate.serial"],
        &["\"ts\"", "\"fuid\""],
        &["ts\\\"", "id.orig_h"],
    ],
    is_record: |value, _| record::is_zeek(value),
    emit,
};

const fn service(service: &'static str) -> LogSource {
    LogSource { product: Some("zeek"), service: Some(service), category: None }
}

const LOGSOURCES: &[LogSource] = &[
    service("conn"),
    service("dce_rpc"),
    service("dns"),
    service("http"),
    service("kerberos"),
    service("rdp"),
    service("smb_files"),
    service("ssh"),
    service("ssl"),
    service("x509"),
    LogSource { product: Some("zeek"), service: None, category: None },
    LogSource { product: None, service: None, category: Some("dns") },
    LogSource { product: None, service: None, category: Some("firewall") },
    LogSource { product: None, service: None, category: Some("proxy") },
    LogSource { product: None, service: None, category: Some("webserver") },
];

impl Source for Zeek {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Zeek logs: conn, dns, http, ssl, ssh, smtp, files and the others, TSV or JSON",
            spec: "https://docs.zeek.org/en/master/script-reference/log-files.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::DETECTION_FINDING,
            Class::AUTHENTICATION,
            Class::NETWORK_ACTIVITY,
            Class::HTTP_ACTIVITY,
            Class::DNS_ACTIVITY,
            Class::DHCP_ACTIVITY,
            Class::RDP_ACTIVITY,
            Class::SMB_ACTIVITY,
            Class::SSH_ACTIVITY,
            Class::FTP_ACTIVITY,
            Class::EMAIL_ACTIVITY,
            Class::NETWORK_FILE_ACTIVITY,
            Class::DATASTORE_ACTIVITY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        &["src_ip", "dst_ip", "src_port", "dst_port"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if table::has_head(sample) {
            return Likeness::Name;
        }
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        if crate::wrap::is_json(input.sample()) || !starts_as_table(input.sample()) {
            return nested::read(input, &KIND, out);
        }
        let (mut table, mut record) = (Table::default(), 0);
        while let Some(line) = input.line() {
            let text = line.text.as_ref();
            if !line.too_long && (text.trim().is_empty() || table.takes_head(text)) {
                continue;
            }
            let at = Position { line: line.number, record };
            record += 1;
            if line.too_long {
                out.refuse(at, "the line is too long", text);
                continue;
            }
            match table.row(text) {
                Ok(cells) => emit_record(Own::Row { table: &table, cells: &cells }, at, text, out),
                Err(why) => out.refuse(at, why, text),
            }
        }
    }
}

/// Whether a blob starts with a head line of Zeek, or holds one.
fn starts_as_table(sample: &[u8]) -> bool {
    sample.trim_ascii_start().starts_with(b"#") || table::has_head(sample)
}

fn emit_record(own: Own<'_>, at: Position, raw: &str, out: &mut dyn Intake) {
    let record = Record::new(own);
    let Some(time) = record.time() else {
        return out.refuse(at, "ts cannot be read as a time", raw);
    };
    let record = Record { time, ..record };
    hand_over(&record, at, raw, out);
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let record = Record::new(Own::Json(found.value));
    let Some(time) = record.time().or(found.around.time) else {
        return out.refuse(found.at, "ts cannot be read as a time", found.raw);
    };
    hand_over(&Record { time, ..record }, found.at, found.raw, out);
}

fn hand_over(record: &Record<'_>, at: Position, raw: &str, out: &mut dyn Intake) {
    out.event(&Event {
        source: NAME,
        time: record.interval(),
        // A connection's id stands in every record of the connection, in all logs.
        uid: None,
        at,
        outcome: record.outcome(),
        credential: None,
        address: record.ends().src,
        raw,
        body: record,
    });
}
