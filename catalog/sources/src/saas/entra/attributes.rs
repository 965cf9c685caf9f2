//! A record of Entra as OCSF attributes.

use model::Outcome;
use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonValueTrait, Value};

use super::record::{Record, Sort};
use crate::aws::shared::{put_severity, put_status};
use crate::nested;
use crate::saas::put_all;

impl<'v> Record<'v> {
    pub(super) fn attributes(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        let risk = self.risk();
        put_severity(&mut flat, if class == Class::DETECTION_FINDING { risk.max(1) } else { 1 });
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, "Microsoft Entra ID");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Microsoft");
        put_all(
            &mut flat,
            &[
                (paths::METADATA_EVENT_CODE, Some(self.operation())),
                (paths::METADATA_UID, self.text(&["id"])),
                (paths::METADATA_CORRELATION_UID, self.either(&["correlationId"], "correlationId")),
                (paths::METADATA_LOG_NAME, nested::text(self.value, &["category"])),
                (paths::SRC_ENDPOINT_IP, self.address()),
                (paths::SRC_ENDPOINT_LOCATION_CITY, self.text(&["location", "city"])),
                (
                    paths::SRC_ENDPOINT_LOCATION_COUNTRY,
                    self.text(&["location", "countryOrRegion"])
                        .or_else(|| nested::text(self.value, &["location"])),
                ),
                (paths::HTTP_REQUEST_USER_AGENT, self.user_agent()),
                (paths::ACTOR_SESSION_UID, self.session()),
            ],
        );
        if activity == 99 {
            flat.put(paths::ACTIVITY_NAME, self.operation());
        }
        if class != Class::DETECTION_FINDING {
            put_status(&mut flat, self.outcome());
        }
        match self.sort {
            Sort::SignIn => self.put_sign_in(&mut flat),
            Sort::Audit => self.put_audit(class, &mut flat),
            Sort::Risk => self.put_risk(&mut flat),
            Sort::Graph => self.put_call(&mut flat),
            Sort::Provisioning => self.put_provisioning(&mut flat),
        }
        ocsf::fitted(flat)
    }

    /// The risk that Microsoft saw, as severities are counted: 0 none to 4 high.
    fn risk(&self) -> i64 {
        let level = self.text(&["riskLevelDuringSignIn"]).or_else(|| self.text(&["riskLevel"]));
        match level {
            Some("low") => 2,
            Some("medium") => 3,
            Some("high") => 4,
            _ => 0,
        }
    }

    fn user_agent(&self) -> Option<&'v str> {
        self.text(&["userAgent"]).or_else(|| {
            let mut all = nested::list(self.own, &["additionalDetails"]);
            let agent = all.find(|d| nested::text(d, &["key"]) == Some("User-Agent"))?;
            nested::text(agent, &["value"])
        })
    }

    fn put_sign_in(&self, flat: &mut Flat<'v>) {
        let user = self.text(&["userPrincipalName"]);
        let principal = self.text(&["servicePrincipalName"]);
        let id = self.text(&["userId"]).or_else(|| self.text(&["servicePrincipalId"]));
        let name = user.or(principal).or_else(|| nested::text(self.value, &["identity"]));
        let app = self.text(&["appDisplayName"]);
        let service = self.text(&["resourceDisplayName"]).or(app);
        put_all(
            flat,
            &[
                (paths::USER_NAME, name),
                (paths::USER_UID, id),
                (paths::USER_TYPE, self.text(&["userType"])),
                (paths::USER_EMAIL_ADDR, user.filter(|user| user.contains('@'))),
                (paths::ACTOR_APP_NAME, app.or(principal)),
                (paths::SERVICE_NAME, service.or(Some("Microsoft Entra ID"))),
                (paths::SRC_ENDPOINT_NAME, self.text(&["deviceDetail", "displayName"])),
                (paths::SRC_ENDPOINT_UID, self.text(&["deviceDetail", "deviceId"])),
                (
                    paths::STATUS_DETAIL,
                    self.either(&["status", "failureReason"], "resultDescription"),
                ),
                (paths::SESSION_UID, self.session()),
            ],
        );
        if let Some(code) = self.error_code() {
            flat.put(paths::STATUS_CODE, code.to_string());
        }
        let requires = self.text(&["authenticationRequirement"]);
        if let Some(requires) = requires {
            flat.put(paths::IS_MFA, requires == "multiFactorAuthentication");
        }
        let protocol = match self.text(&["authenticationProtocol"]) {
            Some("oAuth2" | "ropc" | "deviceCode" | "authenticationTransfer") => Some(6),
            Some("saml20") => Some(5),
            Some("none") | None => None,
            Some(other) => {
                flat.put(paths::AUTH_PROTOCOL, other);
                Some(99)
            }
        };
        if let Some(protocol) = protocol {
            flat.put(paths::AUTH_PROTOCOL_ID, protocol);
        }
        let asn = nested::member(self.own, &["autonomousSystemNumber"]);
        if let Some(number) = asn.and_then(JsonValueTrait::as_i64).filter(|asn| *asn > 0) {
            flat.put(paths::SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NUMBER, number);
        }
        if user.is_none() && principal.is_some() {
            flat.put(paths::USER_TYPE_ID, 3);
        }
    }

    fn put_actor(&self, flat: &mut Flat<'v>) {
        let user = |key| self.initiator("user", key);
        let app = |key| self.initiator("app", key);
        let email = user("userPrincipalName").filter(|name| name.contains('@'));
        put_all(
            flat,
            &[
                (paths::ACTOR_USER_NAME, user("userPrincipalName").or_else(|| user("displayName"))),
                (paths::ACTOR_USER_EMAIL_ADDR, email),
                (paths::ACTOR_USER_UID, user("id")),
                (paths::ACTOR_APP_NAME, app("displayName").or_else(|| app("servicePrincipalName"))),
            ],
        );
        if user("id").is_none() && user("userPrincipalName").is_none() {
            let name = app("servicePrincipalName").or_else(|| app("displayName"));
            let name = name.or_else(|| nested::text(self.value, &["identity"]));
            flat.put_some(paths::ACTOR_USER_NAME, name);
            flat.put_some(paths::ACTOR_USER_UID, app("servicePrincipalId"));
        }
    }

    fn put_audit(&self, class: Class, flat: &mut Flat<'v>) {
        self.put_actor(flat);
        let of = |target: Option<&'v Value>, key: &str| nested::text(target?, &[key]);
        let first = self.targets().next();
        let user = self.target(&["User"]);
        let user = user.or(first.filter(|_| class != Class::GROUP_MANAGEMENT));
        let group = self.target(&["Group"]);
        let name = of(user, "userPrincipalName").or_else(|| of(user, "displayName"));
        put_all(
            flat,
            &[
                (paths::STATUS_DETAIL, self.either(&["resultReason"], "resultDescription")),
                (paths::USER_NAME, name),
                (paths::USER_EMAIL_ADDR, name.filter(|name| name.contains('@'))),
                (paths::USER_UID, of(user, "id")),
                (
                    paths::GROUP_NAME,
                    of(group, "displayName").or(self.modified("Group.DisplayName")),
                ),
                (paths::GROUP_UID, of(group, "id").or(self.modified("Group.ObjectID"))),
                (paths::ENTITY_NAME, of(first, "displayName")),
                (paths::ENTITY_UID, of(first, "id")),
                (paths::ENTITY_TYPE, of(first, "type")),
                (paths::API_OPERATION, Some(self.operation())),
                (paths::API_SERVICE_NAME, self.text(&["loggedByService"])),
            ],
        );
        if class == Class::USER_ACCESS {
            flat.put_some(paths::PRIVILEGES, self.role());
        }
        if matches!(class, Class::USER_ACCESS | Class::API_ACTIVITY) {
            for (slot, target) in (0..).zip(self.targets()) {
                for (path, key) in [
                    (paths::RESOURCES_NAME, "displayName"),
                    (paths::RESOURCES_UID, "id"),
                    (paths::RESOURCES_TYPE, "type"),
                ] {
                    if let Some(text) = nested::text(target, &[key]) {
                        flat.put_in(path, slot, text);
                    }
                }
            }
        }
    }

    /// The role or right that was given or taken.
    pub(super) fn role(&self) -> Option<&'v str> {
        let role = self.target(&["Role"]).and_then(|role| nested::text(role, &["displayName"]));
        role.or_else(|| {
            [
                "Role.DisplayName",
                "AppRole.Value",
                "AppRole.DisplayName",
                "DelegatedPermissionGrant.Scope",
            ]
            .iter()
            .find_map(|name| self.modified(name))
        })
    }

    fn put_risk(&self, flat: &mut Flat<'v>) {
        let state = match self.text(&["riskState"]) {
            Some("atRisk" | "confirmedCompromised") => 1,
            Some("remediated" | "dismissed" | "confirmedSafe") => 4,
            _ => 0,
        };
        flat.put(paths::STATUS_ID, state);
        let kind = self.text(&["riskEventType"]).or_else(|| self.text(&["riskType"]));
        let user = self.text(&["userPrincipalName"]);
        let user = user.or_else(|| self.text(&["servicePrincipalDisplayName"]));
        put_all(
            flat,
            &[
                (paths::FINDING_INFO_TITLE, kind.or(Some("User at risk"))),
                (paths::FINDING_INFO_UID, self.text(&["id"])),
                (paths::FINDING_INFO_DESC, self.text(&["riskDetail"])),
                (paths::EVIDENCES_SRC_ENDPOINT_IP, self.address()),
                (paths::EVIDENCES_SRC_ENDPOINT_LOCATION_CITY, self.text(&["location", "city"])),
                (paths::EVIDENCES_ACTOR_USER_NAME, user),
                (paths::EVIDENCES_ACTOR_USER_UID, self.text(&["userId"])),
                (paths::MESSAGE, self.text(&["riskState"])),
            ],
        );
        if self.risk() > 0 {
            flat.put(paths::RISK_LEVEL_ID, self.risk() - 1);
        }
    }

    fn put_call(&self, flat: &mut Flat<'v>) {
        let id = self.text(&["userId"]).or_else(|| self.text(&["servicePrincipalId"]));
        put_all(
            flat,
            &[
                (paths::ACTOR_USER_UID, id),
                (paths::API_OPERATION, self.text(&["requestMethod"])),
                (paths::API_SERVICE_NAME, Some("Microsoft Graph")),
                (paths::API_VERSION, self.text(&["apiVersion"])),
                (paths::HTTP_REQUEST_HTTP_METHOD, self.text(&["requestMethod"])),
                (paths::HTTP_REQUEST_URL_URL_STRING, self.text(&["requestUri"])),
                (paths::HTTP_REQUEST_UID, self.text(&["requestId"])),
                (paths::RESOURCES_NAME, self.text(&["requestUri"])),
            ],
        );
        let code = nested::member(self.own, &["responseStatusCode"]);
        if let Some(code) = code.and_then(JsonValueTrait::as_i64) {
            flat.put(paths::HTTP_RESPONSE_CODE, code);
        }
    }

    fn put_provisioning(&self, flat: &mut Flat<'v>) {
        put_all(
            flat,
            &[
                (paths::ACTOR_APP_NAME, self.text(&["servicePrincipal", "displayName"])),
                (paths::ACTOR_USER_NAME, self.text(&["initiatedBy", "displayName"])),
                (paths::API_OPERATION, Some(self.operation())),
                (paths::API_SERVICE_NAME, self.text(&["targetSystem", "displayName"])),
                (paths::RESOURCES_NAME, self.text(&["targetIdentity", "displayName"])),
                (paths::RESOURCES_UID, self.text(&["targetIdentity", "id"])),
            ],
        );
        if self.outcome() == Outcome::Failure {
            let reason = self.text(&["provisioningStatusInfo", "errorInformation", "reason"]);
            flat.put_some(paths::STATUS_DETAIL, reason);
        }
    }
}
