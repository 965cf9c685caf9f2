//! The lazy half of an application record: its OCSF attributes, entities and fields.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Class, Flat, Scalar, paths};

use super::event::{ACTION_MAX, Record, http_activity};
use super::names::Field;
use super::values;
use crate::json;

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        self.put_common(&mut flat, activity);
        match class {
            Class::HTTP_ACTIVITY => self.put_http(&mut flat),
            Class::AUTHENTICATION => self.put_login(&mut flat),
            _ => self.put_observables(&mut flat),
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let mut any = false;
        for value in [self.unit.own, self.unit.wrap].into_iter().flatten() {
            json::visit(value, name, &mut |scalar| {
                any = true;
                each(scalar)
            });
            if any {
                return;
            }
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(address) = self.address {
            out.push(Entity::new(EntityKind::Ip, address, Role::Actor));
        }
        let named = [
            (EntityKind::User, self.user(), Role::Actor),
            (EntityKind::Url, self.url().map(Into::into), Role::Target),
            (EntityKind::Host, self.text(Field::Host), Role::Place),
            (EntityKind::Account, self.unit.account.map(Into::into), Role::Place),
        ];
        for (kind, value, role) in named {
            if let Some(value) = value.filter(|v| !v.trim().is_empty() && v != "-") {
                out.push(Entity::new(kind, value, role));
            }
        }
    }

    fn action(&self) -> String {
        let told = match (self.class().0, self.text(Field::Method), self.url()) {
            (Class::HTTP_ACTIVITY, Some(method), Some(url)) => {
                format!("{method} {}", url.split('?').next().unwrap_or(url))
            }
            _ => self
                .event_name()
                .or_else(|| self.message())
                .or_else(|| self.text(Field::Level))
                .unwrap_or("record".into())
                .into_owned(),
        };
        let first_line = told.lines().next().unwrap_or_default();
        let short: String = first_line.chars().take(ACTION_MAX).collect();
        if short.trim().is_empty() { "record".into() } else { short }
    }

    fn reads_only(&self) -> Option<bool> {
        let method = self.text(Field::Method)?;
        http_activity(&method)?;
        Some(matches!(method.as_ref(), "GET" | "HEAD" | "OPTIONS" | "TRACE"))
    }
}

impl Record<'_> {
    /// What every class has.
    fn put_common<'s>(&'s self, flat: &mut Flat<'s>, activity: i64) {
        let severity = self.severity_id();
        flat.put(paths::SEVERITY_ID, severity);
        flat.put(paths::SEVERITY, values::severity(severity));
        flat.put(paths::TIME, self.time().map_or(0, model::Time::ocsf));
        let service = self.text(Field::Service).or_else(|| self.text(Field::Logger));
        flat.put_some(paths::METADATA_PRODUCT_NAME, service.or(Some("application".into())));
        flat.put_some(paths::METADATA_LOG_LEVEL, self.text(Field::Level));
        let log = self.text(Field::Logger).or(self.unit.log.map(Into::into));
        flat.put_some(paths::METADATA_LOG_NAME, log);
        flat.put_some(paths::METADATA_ORIGINAL_TIME, self.text(Field::Time));
        flat.put_some(paths::METADATA_EVENT_CODE, self.event_name());
        flat.put_some(paths::METADATA_UID, self.uid);
        flat.put_some(paths::METADATA_CORRELATION_UID, self.correlation());
        flat.put_some(paths::MESSAGE, self.message());
        if activity == 99 {
            let method = || self.text(Field::Method);
            let is_http = flat.class == Class::HTTP_ACTIVITY;
            let name = if is_http { method() } else { self.event_name() };
            flat.put_some(paths::ACTIVITY_NAME, name);
        }
        let (status, caption) = match self.outcome() {
            Outcome::Success => (1, "Success"),
            Outcome::Failure => (2, "Failure"),
            Outcome::Unknown => (0, "Unknown"),
        };
        flat.put(paths::STATUS_ID, status);
        flat.put(paths::STATUS, caption);
        self.put_host(flat);
        if let Some(account) = self.unit.account {
            flat.put(paths::METADATA_PROFILES, "cloud");
            flat.put(paths::CLOUD_PROVIDER, "AWS");
            flat.put(paths::CLOUD_ACCOUNT_UID, account);
        }
    }

    /// Who and where, by the profile `host`.
    fn put_host<'s>(&'s self, flat: &mut Flat<'s>) {
        let pid = self.found.get(Field::Pid).and_then(sonic_rs::JsonValueTrait::as_i64);
        let host = self.text(Field::Host);
        let has_actor = flat.class != Class::AUTHENTICATION && self.user().is_some();
        if pid.is_none() && host.is_none() && !has_actor {
            return;
        }
        flat.put(paths::METADATA_PROFILES, "host");
        if has_actor {
            self.put_user(flat, paths::ACTOR_USER_NAME, paths::ACTOR_USER_UID);
        }
        if let Some(pid) = pid {
            flat.put(paths::ACTOR_PROCESS_PID, pid);
        }
        if host.is_some() {
            flat.put_some(paths::DEVICE_HOSTNAME, host);
            flat.put(paths::DEVICE_TYPE_ID, 0);
        }
    }

    fn put_user<'s>(&'s self, flat: &mut Flat<'s>, name: ocsf::Path, uid: ocsf::Path) {
        flat.put_some(name, self.text(Field::User).or_else(|| self.text(Field::Email)));
        flat.put_some(uid, self.text(Field::UserId));
    }

    fn put_http<'s>(&'s self, flat: &mut Flat<'s>) {
        flat.put_some(paths::SRC_ENDPOINT_IP, self.address);
        // The schema lists the methods; another one stands in `activity_name`.
        let method = self.text(Field::Method).filter(|m| http_activity(m).is_some());
        flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, method);
        self.put_request(flat);
        if let Some(code) = self.status() {
            flat.put(paths::HTTP_RESPONSE_CODE, code);
        }
    }

    fn put_request<'s>(&'s self, flat: &mut Flat<'s>) {
        flat.put_some(paths::HTTP_REQUEST_USER_AGENT, self.text(Field::UserAgent));
        flat.put_some(paths::HTTP_REQUEST_UID, self.text(Field::RequestId));
        let Some(url) = self.url() else { return };
        flat.put(paths::HTTP_REQUEST_URL_URL_STRING, url);
        if url.starts_with('/') {
            let (path, query) = url.split_once('?').map_or((url, None), |(p, q)| (p, Some(q)));
            flat.put(paths::HTTP_REQUEST_URL_PATH, path);
            flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, query);
        }
    }

    fn put_login<'s>(&'s self, flat: &mut Flat<'s>) {
        self.put_user(flat, paths::USER_NAME, paths::USER_UID);
        flat.put_some(paths::SRC_ENDPOINT_IP, self.address);
        flat.put_some(paths::SESSION_UID, self.session);
        let service = self.text(Field::Service).or_else(|| self.text(Field::Logger));
        flat.put_some(paths::SERVICE_NAME, service);
        flat.put_some(paths::DST_ENDPOINT_HOSTNAME, self.text(Field::Host));
        self.put_request(flat);
    }

    /// The client address where the class has no place for it.
    fn put_observables<'s>(&'s self, flat: &mut Flat<'s>) {
        if let Some(address) = self.address {
            flat.put(paths::OBSERVABLES_TYPE_ID, 2);
            flat.put(paths::OBSERVABLES_VALUE, address);
        }
    }

    /// The id that ties records of one request together.
    fn correlation(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.text(Field::RequestId).or_else(|| self.text(Field::TraceId))
    }
}
