//! A record of Zeek as OCSF attributes, as the OCSF project's own examples map them.

use ocsf::{Class, Flat, paths};

use super::record::Record;
use crate::aws::shared::{domain, put_severity, put_status, rcode_id};
use crate::db::sql;

impl<'v> Record<'v> {
    /// The file that a transfer of FTP is of.
    pub(super) fn file(&self) -> Option<&'v str> {
        let moves = matches!(
            self.text("command"),
            Some("STOR" | "STOU" | "APPE" | "RETR" | "DELE" | "RNFR" | "RNTO")
        );
        self.text("arg").filter(|_| moves)
    }

    pub(super) fn attributes(&self) -> Flat<'_> {
        let (class, activity, name) = self.class();
        let mut flat = Flat::new(class, activity);
        flat.put_some(paths::ACTIVITY_NAME, name.or((activity == 99).then(|| self.log())));
        flat.put(paths::METADATA_PRODUCT_NAME, "Zeek");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Zeek");
        flat.put_some(paths::METADATA_LOG_NAME, Some(self.path));
        flat.put_some(paths::METADATA_UID, self.text("uid"));
        flat.put_some(paths::METADATA_LOGGERS_NAME, self.text("_system_name"));
        if let Some(logged) = self.time_of("_write_ts") {
            flat.put(paths::METADATA_LOGGED_TIME, logged.ocsf());
        }
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::START_TIME, self.time.ocsf());
        let is_finding = class == Class::DETECTION_FINDING;
        put_severity(&mut flat, if is_finding { 3 } else { 1 });
        if is_finding {
            self.put_finding(&mut flat);
        } else {
            put_status(&mut flat, self.outcome());
            self.ends().put(&mut flat);
            self.put_log(&mut flat);
        }
        flat.put_some(paths::CONNECTION_INFO_COMMUNITY_UID, self.text("community_id"));
        ocsf::fitted(flat)
    }

    fn put_log(&self, flat: &mut Flat<'v>) {
        match self.path {
            "conn" => self.put_connection(flat),
            "dns" => self.put_dns(flat),
            "http" => {
                self.request().put(flat);
                flat.put_some(paths::ACTOR_USER_NAME, self.user());
            }
            "ssl" => self.put_tls(flat),
            "x509" => self.put_certificate(flat),
            "ssh" => self.put_ssh(flat),
            "smtp" => self.put_mail(flat),
            "ftp" => self.put_transfer(flat),
            "files" | "smb_files" | "smb_mapping" => self.put_file(flat),
            "mysql" => self.put_query(flat),
            "weird" => flat.put_some(paths::MESSAGE, self.text("addl")),
            "rdp" => {
                flat.put_some(paths::IDENTIFIER_COOKIE, self.text("cookie"));
                flat.put_some(paths::PROTOCOL_VER, self.text("security_protocol"));
                flat.put_some(paths::STATUS_DETAIL, self.text("result"));
                flat.put_some(paths::SRC_ENDPOINT_HOSTNAME, self.text("client_name"));
                self.put_agents("RDP Client", "RDP Server", flat);
            }
            "kerberos" | "ntlm" => {
                flat.put_some(paths::USER_NAME, self.user());
                flat.put_some(paths::SERVICE_NAME, self.text("service").or(Some(self.path)));
                flat.put(paths::AUTH_PROTOCOL_ID, if self.path == "ntlm" { 1 } else { 2 });
                let detail = self.text("error_msg").or_else(|| self.text("status"));
                flat.put_some(paths::STATUS_DETAIL, detail);
            }
            _ => {}
        }
    }

    fn put_connection(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::APP_NAME_OF_ACTIVITY, self.text("service"));
        flat.put_some(paths::STATUS_CODE, self.text("conn_state"));
        flat.put_some(paths::CONNECTION_INFO_FLAG_HISTORY, self.text("history"));
        flat.put_some(paths::SRC_ENDPOINT_MAC, self.text("orig_l2_addr"));
        flat.put_some(paths::DST_ENDPOINT_MAC, self.text("resp_l2_addr"));
        flat.put_some(paths::SRC_ENDPOINT_LOCATION_COUNTRY, self.text("orig_cc"));
        flat.put_some(paths::DST_ENDPOINT_LOCATION_COUNTRY, self.text("resp_cc"));
        if let Some(seconds) = self.duration() {
            flat.put(paths::DURATION, (seconds * 1000.0) as i64);
            flat.put(paths::END_TIME, self.interval().end.div_euclid(1_000_000));
        }
        let (out, back) = (self.number("orig_bytes"), self.number("resp_bytes"));
        let (sent, received) = (self.number("orig_pkts"), self.number("resp_pkts"));
        let sum = |a: Option<i64>, b: Option<i64>| Some(a?.saturating_add(b?));
        for (path, value) in [
            (paths::TRAFFIC_BYTES, sum(out, back)),
            (paths::TRAFFIC_BYTES_IN, back),
            (paths::TRAFFIC_BYTES_OUT, out),
            (paths::TRAFFIC_BYTES_MISSED, self.number("missed_bytes")),
            (paths::TRAFFIC_PACKETS, sum(sent, received)),
            (paths::TRAFFIC_PACKETS_IN, received),
            (paths::TRAFFIC_PACKETS_OUT, sent),
        ] {
            if let Some(value) = value {
                flat.put(path, value);
            }
        }
    }

    fn put_dns(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::QUERY_HOSTNAME, self.text("query").map(domain));
        flat.put_some(paths::QUERY_TYPE, self.text("qtype_name"));
        flat.put_some(paths::QUERY_CLASS, self.text("qclass_name"));
        if let Some(id) = self.number("trans_id") {
            flat.put(paths::QUERY_PACKET_UID, id);
        }
        if let Some(code) = self.text("rcode_name") {
            flat.put(paths::RCODE, code);
            flat.put(paths::RCODE_ID, rcode_id(code));
        }
        for (slot, answer) in (0u16..).zip(self.list("answers")) {
            flat.put_in(paths::ANSWERS_RDATA, slot, answer);
        }
    }

    fn put_tls(&self, flat: &mut Flat<'v>) {
        flat.put(paths::TLS_VERSION, self.text("version").unwrap_or("unknown"));
        flat.put_some(paths::TLS_CIPHER, self.text("cipher"));
        flat.put_some(paths::TLS_SNI, self.text("server_name"));
        flat.put_some(paths::STATUS_DETAIL, self.text("validation_status"));
        if let Some(hash) = self.text("ja3") {
            flat.put(paths::TLS_JA3_HASH_ALGORITHM_ID, 1);
            flat.put(paths::TLS_JA3_HASH_VALUE, hash);
        }
        if let Some(hash) = self.text("ja3s") {
            flat.put(paths::TLS_JA3S_HASH_ALGORITHM_ID, 1);
            flat.put(paths::TLS_JA3S_HASH_VALUE, hash);
        }
        if let Some(issuer) = self.text("issuer") {
            flat.put(paths::TLS_CERTIFICATE_ISSUER, issuer);
            flat.put_some(paths::TLS_CERTIFICATE_SUBJECT, self.text("subject"));
        }
    }

    fn put_certificate(&self, flat: &mut Flat<'v>) {
        flat.put(paths::TLS_VERSION, "unknown");
        for (path, name) in [
            (paths::TLS_CERTIFICATE_ISSUER, "certificate.issuer"),
            (paths::TLS_CERTIFICATE_SUBJECT, "certificate.subject"),
            (paths::TLS_CERTIFICATE_SERIAL_NUMBER, "certificate.serial"),
        ] {
            flat.put_some(path, self.text(name));
        }
        let version = self.number("certificate.version").map(|version| version.to_string());
        flat.put_some(paths::TLS_CERTIFICATE_VERSION, version);
        for (path, name) in [
            (paths::TLS_CERTIFICATE_CREATED_TIME, "certificate.not_valid_before"),
            (paths::TLS_CERTIFICATE_EXPIRATION_TIME, "certificate.not_valid_after"),
        ] {
            if let Some(time) = self.time_of(name) {
                flat.put(path, time.ocsf());
            }
        }
        if let Some(print) = self.text("fingerprint") {
            let algorithm = match print.len() {
                40 => 2,
                64 => 3,
                _ => 0,
            };
            flat.put(paths::TLS_CERTIFICATE_FINGERPRINTS_ALGORITHM_ID, algorithm);
            flat.put(paths::TLS_CERTIFICATE_FINGERPRINTS_VALUE, print);
        }
    }

    fn put_ssh(&self, flat: &mut Flat<'v>) {
        self.put_agents("SSH Client", "SSH Server", flat);
        self.put_remote(flat);
        let version = self.number("version").map(|version| version.to_string());
        let version = self.text("version").map(str::to_owned).or(version);
        flat.put_some(paths::PROTOCOL_VER, version);
        let direction = match self.text("direction") {
            Some("INBOUND") => 1,
            Some("OUTBOUND") => 2,
            _ => 0,
        };
        flat.put(paths::CONNECTION_INFO_DIRECTION_ID, direction);
        if let Some(count) = self.number("auth_attempts") {
            flat.put(paths::COUNT, count);
        }
        if let Some(print) = self.text("hassh") {
            flat.put(paths::CLIENT_HASSH_FINGERPRINT_ALGORITHM_ID, 1);
            flat.put(paths::CLIENT_HASSH_FINGERPRINT_VALUE, print);
        }
        if let Some(print) = self.text("hasshServer") {
            flat.put(paths::SERVER_HASSH_FINGERPRINT_ALGORITHM_ID, 1);
            flat.put(paths::SERVER_HASSH_FINGERPRINT_VALUE, print);
        }
    }

    fn put_mail(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::SMTP_HELLO, self.text("helo"));
        flat.put_some(paths::STATUS_DETAIL, self.text("last_reply"));
        flat.put_some(paths::EMAIL_MESSAGE_UID, self.text("msg_id"));
        flat.put_some(paths::EMAIL_SUBJECT, self.text("subject"));
        flat.put_some(paths::EMAIL_SMTP_FROM, self.text("mailfrom"));
        // The sender of the header stands with a name before it: the address alone is wanted.
        let from = self.text("from").and_then(|from| from.rsplit('<').next());
        let from = from.map(|from| from.trim_end_matches('>'));
        let from = from.filter(|from| from.contains('@') && !from.contains(' '));
        flat.put_some(paths::EMAIL_FROM, from.or_else(|| self.text("mailfrom")));
        for to in self.list("to") {
            flat.put_some(paths::EMAIL_TO, Some(to));
        }
        for to in self.list("rcptto") {
            flat.put_some(paths::EMAIL_SMTP_TO, Some(to));
        }
    }

    fn put_transfer(&self, flat: &mut Flat<'v>) {
        self.put_agents("FTP Client", "FTP Server", flat);
        let command = self.text("command").unwrap_or("");
        let arg = self.text("arg").filter(|_| command != "PASS").unwrap_or("");
        flat.put_some(paths::COMMAND, Some(format!("{command} {arg}").trim().to_owned()));
        if let Some(code) = self.number("reply_code") {
            flat.put(paths::CODES, code);
            flat.put(paths::STATUS_CODE, code.to_string());
        }
        flat.put_some(paths::STATUS_DETAIL, self.text("reply_msg"));
        if let Some(file) = self.file() {
            flat.put(paths::FILE_NAME, file.rsplit('/').next().unwrap_or(file));
            flat.put(paths::FILE_PATH, file);
            flat.put(paths::FILE_TYPE_ID, 1);
            flat.put_some(paths::FILE_MIME_TYPE, self.text("mime_type"));
            if let Some(size) = self.number("file_size") {
                flat.put(paths::FILE_SIZE, size);
            }
        }
    }

    fn put_file(&self, flat: &mut Flat<'v>) {
        let name = self.text("filename").or_else(|| self.text("name"));
        let shown = name.or_else(|| self.text("fuid")).filter(|_| self.path != "smb_mapping");
        flat.put_some(paths::FILE_NAME, shown);
        flat.put_some(paths::FILE_PATH, name.filter(|_| shown.is_some()));
        flat.put_some(paths::SHARE, self.text("path"));
        if shown.is_none() {
            return;
        }
        flat.put_some(paths::FILE_UID, self.text("fuid"));
        flat.put(paths::FILE_TYPE_ID, 1);
        flat.put_some(paths::FILE_MIME_TYPE, self.text("mime_type"));
        let size = self.number("total_bytes").or_else(|| self.number("size"));
        if let Some(size) = size.or_else(|| self.number("seen_bytes")) {
            flat.put(paths::FILE_SIZE, size);
        }
        let mut slot = 0;
        for (algorithm, name) in [(1, "md5"), (2, "sha1"), (3, "sha256")] {
            if let Some(hash) = self.text(name) {
                flat.put_in(paths::FILE_HASHES_ALGORITHM_ID, slot, algorithm);
                flat.put_in(paths::FILE_HASHES_VALUE, slot, hash);
                slot += 1;
            }
        }
        flat.put_some(paths::APP_NAME_OF_ACTIVITY, self.text("source"));
        // The class wants an actor: what moved the file is all that is known.
        flat.put(paths::ACTOR_APP_NAME, self.text("source").unwrap_or("unknown"));
    }

    fn put_query(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::ACTOR_USER_NAME, self.user());
        flat.put(paths::ACTOR_APP_NAME, "MySQL");
        flat.put(paths::DATABASE_TYPE_ID, 1);
        flat.put(paths::DATABASE_NAME, "MySQL");
        let query = self.query().map(|query| sql::bounded(query).0);
        flat.put_some(paths::QUERY_INFO_QUERY_STRING, query);
        flat.put_some(paths::STATUS_DETAIL, self.text("response"));
    }

    /// A notice, or traffic with what somebody marked as bad.
    fn put_finding(&self, flat: &mut Flat<'v>) {
        let title = self.text("note").or_else(|| self.text("seen.indicator"));
        let title = title.unwrap_or(self.log());
        flat.put(paths::FINDING_INFO_TITLE, title);
        flat.put(paths::FINDING_INFO_UID, self.text("uid").unwrap_or(title));
        flat.put_some(paths::FINDING_INFO_DESC, self.text("msg"));
        flat.put(paths::FINDING_INFO_ANALYTIC_NAME, title);
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE_ID, 1);
        flat.put(paths::IS_ALERT, true);
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "New");
        flat.put_some(paths::COMMENT, self.text("sub"));
        self.ends().put_evidence(flat);
    }
}
