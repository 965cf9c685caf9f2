//! An activity of Google Workspace as OCSF attributes.

use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use super::record::Record;
use crate::aws::shared::{put_severity, put_status};
use crate::json;
use crate::saas::put_all;

/// The most scopes of one grant.
const SCOPES_MAX: usize = 128;

impl<'v> Record<'v> {
    pub(super) fn attributes(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        put_severity(&mut flat, if class == Class::DETECTION_FINDING { 3 } else { 1 });
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, "Google Workspace");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Google");
        if activity == 99 {
            flat.put(paths::ACTIVITY_NAME, self.name());
        }
        if class != Class::DETECTION_FINDING {
            put_status(&mut flat, self.outcome());
        }
        let actor = self.actor();
        let app = self.parameter("app_name").or_else(|| self.parameter("application_name"));
        put_all(
            &mut flat,
            &[
                (paths::METADATA_EVENT_CODE, Some(self.name())),
                (paths::METADATA_LOG_NAME, Some(self.application())),
                (paths::METADATA_UID, self.text(&["etag"]).or_else(|| self.text(&["insertId"]))),
                (paths::SRC_ENDPOINT_IP, self.address()),
                (paths::SRC_ENDPOINT_LOCATION_COUNTRY, self.text(&["networkInfo", "regionCode"])),
                (paths::ACTOR_USER_NAME, actor),
                (paths::ACTOR_USER_EMAIL_ADDR, actor.filter(|name| name.contains('@'))),
                (paths::ACTOR_USER_TYPE, self.text(&["actor", "callerType"])),
                (
                    paths::ACTOR_APP_NAME,
                    self.text(&["actor", "applicationInfo", "applicationName"]).or(app),
                ),
                (paths::API_OPERATION, Some(self.name())),
                (paths::API_SERVICE_NAME, self.service().or(Some(self.application()))),
            ],
        );
        flat.put_some(paths::ACTOR_USER_UID, self.profile());
        self.put_target(class, &mut flat);
        match class {
            Class::AUTHENTICATION => self.put_sign_in(&mut flat),
            Class::DETECTION_FINDING => self.put_warning(&mut flat),
            Class::USER_ACCESS => self.put_rights(&mut flat),
            Class::FILE_HOSTING => self.put_file(&mut flat),
            Class::ENTITY_MANAGEMENT => self.put_setting(&mut flat),
            _ => {}
        }
        ocsf::fitted(flat)
    }

    /// The profile's number, which some tools write as a text.
    fn profile(&self) -> Option<String> {
        let id = json::at(self.value, &["actor", "profileId"])?;
        id.as_str().map(str::to_owned).or_else(|| id.as_i64().map(|id| id.to_string()))
    }

    fn put_target(&self, class: Class, flat: &mut Flat<'v>) {
        let is_own =
            matches!(class, Class::AUTHENTICATION | Class::ACCOUNT_CHANGE | Class::USER_ACCESS);
        let user = self.target().or_else(|| self.actor().filter(|_| is_own));
        let group = self.parameter("GROUP_EMAIL").or_else(|| self.parameter("group_id"));
        put_all(
            flat,
            &[
                (paths::USER_NAME, user),
                (paths::USER_EMAIL_ADDR, user.filter(|name| name.contains('@'))),
                (paths::GROUP_NAME, group),
            ],
        );
    }

    fn put_sign_in(&self, flat: &mut Flat<'v>) {
        let service = self.parameter("application_name").unwrap_or("Google Workspace");
        flat.put(paths::SERVICE_NAME, service);
        flat.put_some(paths::STATUS_DETAIL, self.parameter("login_failure_type"));
        flat.put_some(paths::STATUS_DETAIL, self.parameter("failure_type"));
        let is_saml = self.application() == "saml" || self.parameter("login_type") == Some("saml");
        if is_saml {
            flat.put(paths::AUTH_PROTOCOL_ID, 5);
        }
        let second = self.values("is_second_factor").find_map(JsonValueTrait::as_bool);
        if let Some(second) = second {
            flat.put(paths::IS_MFA, second);
        }
    }

    fn put_warning(&self, flat: &mut Flat<'v>) {
        put_all(
            flat,
            &[
                (paths::FINDING_INFO_TITLE, self.parameter("rule_name").or(Some(self.name()))),
                (
                    paths::FINDING_INFO_UID,
                    self.text(&["etag"]).or_else(|| self.text(&["insertId"])).or(Some(self.name())),
                ),
                (paths::FINDING_INFO_DESC, self.parameter("matched_trigger")),
                (paths::EVIDENCES_SRC_ENDPOINT_IP, self.address()),
                (paths::EVIDENCES_ACTOR_USER_NAME, self.target().or(self.actor())),
            ],
        );
    }

    /// Roles of administrators, or the scopes that a program may use.
    fn put_rights(&self, flat: &mut Flat<'v>) {
        let scopes = self.values("scope").filter_map(|scope| scope.as_array()).flatten();
        let mut any = false;
        for scope in scopes.filter_map(JsonValueTrait::as_str).take(SCOPES_MAX) {
            any |= !scope.is_empty();
            flat.put_some(paths::PRIVILEGES, Some(scope));
        }
        if !any {
            let right = self.parameter("ROLE_NAME").or_else(|| self.parameter("PRIVILEGE_NAME"));
            flat.put_some(paths::PRIVILEGES, right.or(Some(self.name())));
        }
        flat.put_some(paths::RESOURCES_NAME, self.parameter("app_name"));
        flat.put_some(paths::RESOURCES_UID, self.parameter("client_id"));
    }

    fn put_file(&self, flat: &mut Flat<'v>) {
        let (title, id) = (self.parameter("doc_title"), self.parameter("doc_id"));
        let is_folder = self.parameter("doc_type") == Some("folder");
        flat.put(paths::FILE_TYPE_ID, if is_folder { 2 } else { 1 });
        put_all(
            flat,
            &[
                (paths::FILE_NAME, title.or(id).or(Some("unknown"))),
                (paths::FILE_UID, id),
                (paths::FILE_TYPE, self.parameter("doc_type")),
                (paths::MESSAGE, self.parameter("visibility")),
            ],
        );
    }

    fn put_setting(&self, flat: &mut Flat<'v>) {
        let name = [
            "SETTING_NAME",
            "ROLE_NAME",
            "API_CLIENT_NAME",
            "DOMAIN_NAME",
            "APPLICATION_NAME",
            "ORG_UNIT_NAME",
        ];
        let name = name.iter().find_map(|name| self.parameter(name));
        put_all(
            flat,
            &[
                (paths::ENTITY_NAME, name.or(Some(self.name()))),
                (paths::ENTITY_TYPE, Some(self.kind())),
                (paths::COMMENT, self.parameter("NEW_VALUE")),
            ],
        );
    }
}
