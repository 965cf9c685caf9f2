//! An EVE record as OCSF attributes, entities and fields.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::JsonValueTrait;

use super::alert::put_verdict;
use super::eve::Eve;
use crate::aws::shared::{domain, is_ip, push, put_severity, put_status, rcode_id};
use crate::json;
use crate::net::web;

impl<'v> Eve<'v> {
    /// The class by the record's type, with activity and its name.
    fn class(&self) -> (Class, i64, Option<&'v str>) {
        let has_ends = self.ends.src.is_some() || self.ends.dst.is_some();
        match self.kind {
            "http" if self.request().says_something() => {
                (Class::HTTP_ACTIVITY, web::activity(self.request().method), None)
            }
            "dns" => (Class::DNS_ACTIVITY, if self.is_answer() { 2 } else { 1 }, None),
            "ssh" => (Class::SSH_ACTIVITY, 6, None),
            "rdp" => (Class::RDP_ACTIVITY, 6, None),
            "smb" => (Class::SMB_ACTIVITY, 0, None),
            "dhcp" => (Class::DHCP_ACTIVITY, self.lease(), None),
            "ftp" | "ftp_data" => (Class::FTP_ACTIVITY, self.transfer(), None),
            "smtp" if self.names_mailbox() => (Class::EMAIL_ACTIVITY, 3, None),
            "fileinfo" => (Class::NETWORK_FILE_ACTIVITY, 0, None),
            "drop" => (Class::NETWORK_ACTIVITY, 5, None),
            "flow" => match self.text(&["flow", "state"]) {
                Some("closed") => (Class::NETWORK_ACTIVITY, 2, None),
                _ => (Class::NETWORK_ACTIVITY, 6, None),
            },
            "anomaly" if has_ends => (Class::NETWORK_ACTIVITY, 99, Some("anomaly")),
            _ if has_ends => (Class::NETWORK_ACTIVITY, 6, None),
            _ => (Class::BASE_EVENT, 99, Some(self.kind)),
        }
    }

    /// A mail has a sender or somebody it goes to.
    fn names_mailbox(&self) -> bool {
        let text = |path| self.text(path).is_some();
        text(&["smtp", "mail_from"]) || text(&["email", "from"]) || {
            let mut any = false;
            json::visit(self.value, "smtp.rcpt_to", &mut |to| {
                any |= to.as_str().is_some_and(|to| to.contains('@'));
                !any
            });
            any
        }
    }

    fn lease(&self) -> i64 {
        match self.text(&["dhcp", "dhcp_type"]) {
            Some("discover") => 1,
            Some("offer") => 2,
            Some("request") => 3,
            Some("decline") => 4,
            Some("ack") => 5,
            Some("nak") => 6,
            Some("release") => 7,
            Some("inform") => 8,
            _ => 0,
        }
    }

    fn transfer(&self) -> i64 {
        match self.text(&["ftp", "command"]).or_else(|| self.text(&["ftp_data", "command"])) {
            Some("STOR" | "STOU" | "APPE") => 1,
            Some("RETR") => 2,
            Some("DELE") => 4,
            Some("RNFR" | "RNTO") => 5,
            Some("LIST" | "NLST" | "MLSD") => 6,
            _ => 0,
        }
    }

    fn attributes(&self) -> Flat<'_> {
        let mut flat = match self.alert() {
            Some(alert) => alert.finding(),
            None => self.activity(),
        };
        flat.put_some(paths::METADATA_LOG_NAME, Some(self.kind));
        flat.put_some(paths::METADATA_LOGGERS_NAME, self.text(&["host"]));
        let flow = json::at(self.value, &["flow_id"]).and_then(JsonValueTrait::as_u64);
        if let Some(flow) = flow {
            flat.put(paths::METADATA_CORRELATION_UID, flow.to_string());
        }
        if self.kind == "alert" {
            flat.put_some(paths::EVIDENCES_QUERY_HOSTNAME, self.question().0.map(domain));
            flat.put_some(paths::EVIDENCES_URL_URL_STRING, self.request().target);
            flat.put_some(paths::EVIDENCES_FILE_NAME, self.file());
        }
        ocsf::fitted(flat)
    }

    fn activity(&self) -> Flat<'v> {
        let (class, activity, name) = self.class();
        let mut flat = Flat::new(class, activity);
        flat.put_some(paths::ACTIVITY_NAME, name);
        flat.put(paths::METADATA_PRODUCT_NAME, "Suricata");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "OISF");
        flat.put(paths::TIME, self.interval().ocsf());
        put_severity(&mut flat, if self.kind == "anomaly" { 2 } else { 1 });
        put_status(&mut flat, self.outcome());
        if self.is_blocked() {
            put_verdict(&mut flat, true);
            flat.put_some(paths::STATUS_DETAIL, self.text(&["drop", "reason"]));
        }
        self.parties().put(&mut flat);
        flat.put_some(paths::CONNECTION_INFO_COMMUNITY_UID, self.text(&["community_id"]));
        let app = self.text(&["app_proto"]).filter(|app| *app != "failed");
        flat.put_some(paths::APP_NAME_OF_ACTIVITY, app);
        match self.kind {
            "http" => self.request().put(&mut flat),
            "dns" => self.put_dns(&mut flat),
            "tls" => self.put_tls(&mut flat),
            "smtp" => self.put_mail(&mut flat),
            "flow" | "netflow" => self.put_traffic(&mut flat),
            "anomaly" => flat.put_some(paths::MESSAGE, self.text(&["anomaly", "event"])),
            "fileinfo" | "smb" | "ftp_data" => self.put_file(&mut flat),
            "ssh" => {
                let version = self.text(&["ssh", "client", "proto_version"]);
                flat.put_some(paths::PROTOCOL_VER, version);
            }
            _ => {}
        }
        flat.put_some(paths::COMMAND, self.text(&[self.kind, "command"]));
        flat
    }

    fn put_dns(&self, flat: &mut Flat<'v>) {
        let (name, kind) = self.question();
        flat.put_some(paths::QUERY_HOSTNAME, name.map(domain));
        flat.put_some(paths::QUERY_TYPE, kind);
        if let Some(id) = self.number(&["dns", "id"]) {
            flat.put(paths::QUERY_PACKET_UID, id);
        }
        if let Some(code) = self.answer_code() {
            flat.put(paths::RCODE, code);
            flat.put(paths::RCODE_ID, rcode_id(code));
        }
        for (slot, answer) in (0u16..).zip(self.answers()) {
            flat.put_in(paths::ANSWERS_RDATA, slot, answer.data);
            if let Some(kind) = answer.kind {
                flat.put_in(paths::ANSWERS_TYPE, slot, kind);
            }
            if let Some(ttl) = answer.ttl {
                flat.put_in(paths::ANSWERS_TTL, slot, ttl);
            }
        }
    }

    fn put_tls(&self, flat: &mut Flat<'v>) {
        let text = |key| self.text(&["tls", key]);
        flat.put(paths::TLS_VERSION, text("version").unwrap_or("unknown"));
        flat.put_some(paths::TLS_SNI, text("sni"));
        if let Some(hash) = self.text(&["tls", "ja3", "hash"]) {
            flat.put(paths::TLS_JA3_HASH_ALGORITHM_ID, 1);
            flat.put(paths::TLS_JA3_HASH_VALUE, hash);
        }
        if let Some(hash) = self.text(&["tls", "ja3s", "hash"]) {
            flat.put(paths::TLS_JA3S_HASH_ALGORITHM_ID, 1);
            flat.put(paths::TLS_JA3S_HASH_VALUE, hash);
        }
        if let Some(issuer) = text("issuerdn") {
            flat.put(paths::TLS_CERTIFICATE_ISSUER, issuer);
            flat.put_some(paths::TLS_CERTIFICATE_SUBJECT, text("subject"));
            flat.put(paths::TLS_CERTIFICATE_SERIAL_NUMBER, text("serial").unwrap_or("unknown"));
            if let Some(print) = text("fingerprint") {
                flat.put(paths::TLS_CERTIFICATE_FINGERPRINTS_ALGORITHM_ID, 2);
                flat.put(paths::TLS_CERTIFICATE_FINGERPRINTS_VALUE, print.replace(':', ""));
            }
        }
    }

    fn put_mail(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::SMTP_HELLO, self.text(&["smtp", "helo"]));
        flat.put_some(paths::EMAIL_SUBJECT, self.text(&["email", "subject"]));
        flat.put_some(paths::EMAIL_MESSAGE_UID, self.text(&["email", "message_id"]));
        let sender = self.text(&["smtp", "mail_from"]).map(bare);
        flat.put_some(paths::EMAIL_SMTP_FROM, sender);
        let from = self.text(&["email", "from"]).map(bare).or(sender);
        flat.put_some(paths::EMAIL_FROM, from);
        for (path, key) in [(paths::EMAIL_SMTP_TO, "smtp.rcpt_to"), (paths::EMAIL_TO, "email.to")] {
            json::visit(self.value, key, &mut |to| {
                flat.put_some(path, to.as_str().map(|to| bare(to).to_owned()));
                true
            });
        }
    }

    fn put_traffic(&self, flat: &mut Flat<'v>) {
        let number = |key: &str| self.number(&[self.kind, key]);
        let (start, end) = (self.interval().start, self.interval().end);
        flat.put(paths::START_TIME, start.div_euclid(1_000_000));
        flat.put(paths::END_TIME, end.div_euclid(1_000_000));
        let (out, back) = (number("bytes_toserver"), number("bytes_toclient"));
        let (sent, received) = (number("pkts_toserver"), number("pkts_toclient"));
        let sum = |a: Option<i64>, b: Option<i64>| {
            (a.or(b)).map(|_| a.unwrap_or(0).saturating_add(b.unwrap_or(0)))
        };
        for (path, value) in [
            (paths::TRAFFIC_BYTES_OUT, out),
            (paths::TRAFFIC_BYTES_IN, back),
            (paths::TRAFFIC_BYTES, sum(out, back).or_else(|| number("bytes"))),
            (paths::TRAFFIC_PACKETS_OUT, sent),
            (paths::TRAFFIC_PACKETS_IN, received),
            (paths::TRAFFIC_PACKETS, sum(sent, received).or_else(|| number("pkts"))),
        ] {
            if let Some(value) = value {
                flat.put(path, value);
            }
        }
        flat.put_some(paths::STATUS_CODE, self.own("reason"));
    }

    fn put_file(&self, flat: &mut Flat<'v>) {
        let name = self.file().or_else(|| self.own("filename"));
        flat.put_some(paths::FILE_NAME, name.map(base));
        flat.put_some(paths::FILE_PATH, name);
        flat.put(paths::FILE_TYPE_ID, 1);
        // The class wants an actor: what moved the file is all that is known.
        flat.put(paths::ACTOR_APP_NAME, self.text(&["app_proto"]).unwrap_or("unknown"));
        flat.put_some(paths::FILE_MIME_TYPE, self.own("magic"));
        if let Some(size) = self.number(&[self.kind, "size"]) {
            flat.put(paths::FILE_SIZE, size);
        }
        let mut slot = 0;
        for (algorithm, key) in [(1, "md5"), (2, "sha1"), (3, "sha256")] {
            if let Some(hash) = self.own(key) {
                flat.put_in(paths::FILE_HASHES_ALGORITHM_ID, slot, algorithm);
                flat.put_in(paths::FILE_HASHES_VALUE, slot, hash);
                slot += 1;
            }
        }
    }
}

/// A mail address without a name before it and the brackets around it.
fn bare(address: &str) -> &str {
    let address = address.rsplit('<').next().unwrap_or(address);
    address.trim().trim_end_matches('>')
}

/// The last part of a path.
fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

impl Body for Eve<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.attributes()
    }

    /// The record's own names, then Sigma's for name servers, firewalls, proxies and web servers.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.value, name) {
            json::visit(self.value, name, each);
            return;
        }
        let value = match name {
            "query" => self.question().0.map(Scalar::from),
            "record_type" => self.question().1.map(Scalar::from),
            "action" => Some(Scalar::from(if self.is_blocked() { "blocked" } else { "allowed" })),
            "answer" | "answers" => {
                self.answers().iter().all(|answer| each(answer.data.into()));
                None
            }
            _ => self.request().field(name).or_else(|| self.parties().field(name)),
        };
        if let Some(value) = value {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        let mut found = json::present(self.value, name);
        if !found {
            self.field(name, &mut |_| {
                found = true;
                false
            });
        }
        found
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.parties().entities(out);
        push(out, EntityKind::Domain, self.question().0.map(domain), Role::Target);
        for answer in self.answers() {
            let is_ip = is_ip(answer.data);
            let named = matches!(answer.kind, Some("CNAME"));
            if is_ip || named {
                let kind = if is_ip { EntityKind::Ip } else { EntityKind::Domain };
                push(out, kind, Some(domain(answer.data)), Role::Target);
            }
        }
        self.request().entities(out);
        push(out, EntityKind::Domain, self.text(&["tls", "sni"]), Role::Target);
        push(out, EntityKind::File, self.file(), Role::Target);
        let user = ["smb", "ntlmssp", "user"];
        push(out, EntityKind::User, self.text(&user), Role::Actor);
        push(out, EntityKind::Mailbox, self.text(&["smtp", "mail_from"]).map(bare), Role::Actor);
        json::visit(self.value, "smtp.rcpt_to", &mut |to| {
            let to = to.as_str().map(|to| bare(to).to_owned());
            push(out, EntityKind::Mailbox, to, Role::Target);
            true
        });
        push(out, EntityKind::Host, self.text(&["host"]), Role::Place);
    }

    fn action(&self) -> String {
        let text = match self.kind {
            "alert" => return self.alert().map_or_else(|| "alert".into(), |alert| alert.phrase()),
            "http" => self.request().phrase(),
            "dns" => format!("dns {}", self.question().0.unwrap_or("?")),
            "tls" => format!("tls {}", self.text(&["tls", "sni"]).unwrap_or("")),
            "anomaly" => format!("anomaly {}", self.text(&["anomaly", "event"]).unwrap_or("")),
            kind => format!("{kind} {}", self.parties().phrase()),
        };
        let text = if text.trim().is_empty() { self.parties().phrase() } else { text };
        model::text::printable(text.trim(), 320).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        let is_web = self.kind == "http" && self.outcome() != Outcome::Unknown;
        let method = self.request().method.filter(|_| is_web)?;
        Some(matches!(method, "GET" | "HEAD" | "OPTIONS"))
    }
}
