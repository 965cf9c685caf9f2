//! A record of Logpush as OCSF attributes.

use ocsf::{Class, Flat, paths};

use super::record::{Record, Set, refused};
use crate::aws::shared::{put_severity, put_status};
use crate::saas::put_all;

/// The most answers of one query.
const ANSWERS_MAX: usize = 64;

impl<'v> Record<'v> {
    fn class(&self) -> (Class, i64) {
        match self.set {
            Set::Http | Set::Firewall | Set::GatewayHttp => {
                (Class::HTTP_ACTIVITY, method(self.method()))
            }
            Set::Dns | Set::GatewayDns => (Class::DNS_ACTIVITY, 6),
            Set::GatewayNetwork => {
                let is_refused = self.deed().and_then(refused) == Some(true);
                (Class::NETWORK_ACTIVITY, if is_refused { 5 } else { 1 })
            }
            Set::Spectrum => (
                Class::NETWORK_ACTIVITY,
                match self.text("Event") {
                    Some("connect") => 1,
                    Some("disconnect") => 2,
                    Some("clientFiltered") => 5,
                    Some("tlsError" | "originError") => 4,
                    _ => 99,
                },
            ),
            Set::Access => match self.text("Action") {
                Some("logout") => (Class::AUTHENTICATION, 2),
                _ => (Class::AUTHENTICATION, 1),
            },
            Set::Audit => self.audit(),
        }
    }

    fn audit(&self) -> (Class, i64) {
        let action = self.text("ActionType").unwrap_or("").to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| action.contains(word));
        match () {
            () if action == "login" => (Class::AUTHENTICATION, 1),
            () if action == "logout" => (Class::AUTHENTICATION, 2),
            () if says(&["delete", "remove", "purge", "rec_del", "revoke"]) => {
                (Class::ENTITY_MANAGEMENT, 4)
            }
            () if says(&["create", "add", "upload", "invite"]) => (Class::ENTITY_MANAGEMENT, 1),
            () if says(&["update", "change", "set", "edit", "modify", "roll", "rotate"]) => {
                (Class::ENTITY_MANAGEMENT, 3)
            }
            () if says(&["view", "read", "list", "get"]) => (Class::ENTITY_MANAGEMENT, 2),
            () => (Class::API_ACTIVITY, 99),
        }
    }

    pub(super) fn attributes(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        put_severity(&mut flat, 1);
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, "Cloudflare");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Cloudflare");
        flat.put(paths::METADATA_LOG_NAME, self.set.name());
        put_status(&mut flat, self.outcome());
        put_all(
            &mut flat,
            &[
                (paths::METADATA_UID, self.uid()),
                (paths::METADATA_CORRELATION_UID, self.text("RayID")),
                (paths::SRC_ENDPOINT_IP, self.address()),
                (paths::SRC_ENDPOINT_HOSTNAME, self.text("DeviceName")),
                (paths::SRC_ENDPOINT_LOCATION_COUNTRY, self.first(&["ClientCountry", "Country"])),
                (paths::DST_ENDPOINT_IP, self.server()),
                (paths::DST_ENDPOINT_HOSTNAME, self.host()),
            ],
        );
        if let Some(asn) = self.positive(&["ClientASN", "ClientAsn"]) {
            flat.put(paths::SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NUMBER, asn);
        }
        for (path, keys) in [
            (paths::SRC_ENDPOINT_PORT, ["ClientSrcPort", "SourcePort", "SrcPort", "ClientPort"]),
            (paths::DST_ENDPOINT_PORT, ["DestinationPort", "DstPort", "OriginPort", ""]),
        ] {
            if let Some(port) = self.positive(&keys) {
                flat.put(path, port);
            }
        }
        match self.set {
            Set::Http | Set::Firewall | Set::GatewayHttp => self.put_request(&mut flat),
            Set::Dns | Set::GatewayDns => self.put_query(&mut flat),
            Set::GatewayNetwork | Set::Spectrum => self.put_connection(&mut flat),
            Set::Access | Set::Audit => self.put_account(class, activity, &mut flat),
        }
        if self.set != Set::Audit && self.set != Set::Access {
            self.put_verdict(&mut flat);
            flat.put_some(paths::ACTOR_USER_NAME, self.user());
        }
        ocsf::fitted(flat)
    }

    fn put_request(&self, flat: &mut Flat<'v>) {
        let known = self.method().filter(|m| method(Some(m)) != 99);
        if known.is_none() {
            flat.put_some(paths::ACTIVITY_NAME, self.method());
        }
        put_all(
            flat,
            &[
                (paths::HTTP_REQUEST_HTTP_METHOD, known),
                (paths::HTTP_REQUEST_UID, self.first(&["RayID", "RequestID"])),
                (paths::HTTP_REQUEST_URL_HOSTNAME, self.host()),
                (paths::HTTP_REQUEST_URL_PATH, self.path()),
                (paths::HTTP_REQUEST_URL_QUERY_STRING, self.query()),
                (paths::HTTP_REQUEST_URL_SCHEME, self.text("ClientRequestScheme")),
                (paths::HTTP_REQUEST_URL_URL_STRING, self.text("URL")),
                (
                    paths::HTTP_REQUEST_USER_AGENT,
                    self.first(&["ClientRequestUserAgent", "UserAgent"]),
                ),
                (paths::HTTP_REQUEST_REFERRER, self.first(&["ClientRequestReferer", "Referer"])),
                (
                    paths::HTTP_REQUEST_VERSION,
                    self.first(&["ClientRequestProtocol", "HTTPVersion"]),
                ),
                (paths::TLS_VERSION, self.text("ClientSSLProtocol").filter(|p| *p != "none")),
                (paths::TLS_CIPHER, self.text("ClientSSLCipher").filter(|c| *c != "NONE")),
            ],
        );
        if let Some(status) = self.status() {
            flat.put(paths::HTTP_RESPONSE_CODE, status);
            flat.put(paths::STATUS_CODE, status.to_string());
        }
        for (path, key) in [
            (paths::HTTP_RESPONSE_LENGTH, "EdgeResponseBytes"),
            (paths::TRAFFIC_BYTES_IN, "EdgeResponseBytes"),
            (paths::TRAFFIC_BYTES_OUT, "ClientRequestBytes"),
        ] {
            if let Some(bytes) = self.number(key).filter(|bytes| *bytes >= 0) {
                flat.put(path, bytes);
            }
        }
    }

    fn put_query(&self, flat: &mut Flat<'v>) {
        let name = self.text("QueryName").map(crate::aws::shared::domain);
        flat.put_some(paths::QUERY_HOSTNAME, name);
        flat.put_some(paths::QUERY_TYPE, self.query_type());
        flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, self.text("Protocol"));
        if let Some(code) = self.number("ResponseCode").or_else(|| self.number("RCode")) {
            flat.put(paths::RCODE_ID, if matches!(code, 0..=11 | 16..=23) { code } else { 99 });
        }
        for (slot, ip) in (0..).zip(self.list("ResolvedIPs").take(ANSWERS_MAX)) {
            flat.put_in(paths::ANSWERS_RDATA, slot, ip);
        }
    }

    /// The type of a query by name; Cloudflare's DNS logs have its number.
    pub(super) fn query_type(&self) -> Option<String> {
        if let Some(name) = self.text("QueryTypeName") {
            return Some(name.to_owned());
        }
        let number = self.number("QueryType")?;
        let name = match number {
            1 => "A",
            2 => "NS",
            5 => "CNAME",
            6 => "SOA",
            12 => "PTR",
            15 => "MX",
            16 => "TXT",
            28 => "AAAA",
            33 => "SRV",
            64 => "SVCB",
            65 => "HTTPS",
            255 => "ANY",
            _ => return Some(format!("TYPE{number}")),
        };
        Some(name.to_owned())
    }

    fn put_connection(&self, flat: &mut Flat<'v>) {
        let protocol = self.first(&["Transport", "ClientProto"]).map(str::to_ascii_lowercase);
        flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, protocol);
        flat.put_some(paths::CONNECTION_INFO_UID, self.text("SessionID"));
        flat.put(paths::CONNECTION_INFO_DIRECTION_ID, 0);
        flat.put_some(paths::TLS_SNI, self.first(&["SNI", "ClientTlsClientHelloServerName"]));
        for (path, key) in
            [(paths::TRAFFIC_BYTES_OUT, "ClientBytes"), (paths::TRAFFIC_BYTES_IN, "OriginBytes")]
        {
            if let Some(bytes) = self.number(key).filter(|bytes| *bytes >= 0) {
                flat.put(path, bytes);
            }
        }
        if self.set == Set::Spectrum {
            flat.put_some(paths::ACTIVITY_NAME, self.text("Event"));
        }
    }

    /// What a rule did with it.
    fn put_verdict(&self, flat: &mut Flat<'v>) {
        let Some(deed) = self.deed() else { return };
        flat.put(paths::METADATA_PROFILES, "security_control");
        let (action, called, disposition, named) = match refused(deed) {
            Some(true) => (2, "Denied", 2, "Blocked"),
            Some(false) => (1, "Allowed", 1, "Allowed"),
            None => (3, "Observed", 17, "Logged"),
        };
        flat.put(paths::ACTION_ID, action);
        flat.put(paths::ACTION, called);
        flat.put(paths::DISPOSITION_ID, disposition);
        flat.put(paths::DISPOSITION, named);
        flat.put(paths::STATUS_DETAIL, deed);
        let rule = ["RuleID", "SecurityRuleID", "WAFRuleID", "PolicyID"];
        let name = ["Description", "SecurityRuleDescription", "WAFRuleMessage", "PolicyName"];
        put_all(
            flat,
            &[
                (paths::FIREWALL_RULE_UID, self.first(&rule)),
                (paths::FIREWALL_RULE_NAME, self.first(&name)),
                (paths::FIREWALL_RULE_TYPE, self.first(&["Source", "Kind"])),
            ],
        );
    }

    fn put_account(&self, class: Class, activity: i64, flat: &mut Flat<'v>) {
        let user = self.user();
        let email = self.first(&["Email", "ActorEmail"]);
        let id = self.first(&["UserUID", "ActorID"]);
        let action = self.first(&["ActionType", "Action"]);
        put_all(
            flat,
            &[
                (paths::ACTOR_USER_NAME, user),
                (paths::ACTOR_USER_EMAIL_ADDR, email),
                (paths::ACTOR_USER_UID, id),
                (paths::ACTOR_USER_TYPE, self.text("ActorType")),
                (paths::USER_NAME, user),
                (paths::USER_EMAIL_ADDR, email),
                (paths::USER_UID, id),
                (paths::METADATA_EVENT_CODE, action),
                (paths::SERVICE_NAME, self.text("AppDomain").or(Some("Cloudflare"))),
                (paths::AUTH_PROTOCOL, self.text("Connection")),
                (paths::MESSAGE, self.text("ActionDescription")),
                (paths::API_OPERATION, action),
                (paths::API_SERVICE_NAME, self.first(&["ResourceProduct", "Interface"])),
                (paths::HTTP_REQUEST_USER_AGENT, self.text("RawUserAgent")),
                (paths::HTTP_REQUEST_HTTP_METHOD, self.text("RawMethod")),
                (paths::HTTP_REQUEST_URL_PATH, self.text("RawPath")),
                (paths::ENTITY_UID, self.text("ResourceID")),
                (paths::ENTITY_TYPE, self.text("ResourceType")),
                (paths::ENTITY_NAME, self.text("ZoneName")),
                (paths::RESOURCES_UID, self.text("ResourceID")),
                (paths::RESOURCES_TYPE, self.text("ResourceType")),
            ],
        );
        if class == Class::AUTHENTICATION && self.text("Connection").is_some() {
            flat.put(paths::AUTH_PROTOCOL_ID, 99);
        }
        if activity == 99 {
            flat.put_some(paths::ACTIVITY_NAME, action);
        }
    }
}

fn method(method: Option<&str>) -> i64 {
    match method {
        Some("CONNECT") => 1,
        Some("DELETE") => 2,
        Some("GET") => 3,
        Some("HEAD") => 4,
        Some("OPTIONS") => 5,
        Some("POST") => 6,
        Some("PUT") => 7,
        Some("TRACE") => 8,
        Some(_) => 99,
        None => 0,
    }
}
