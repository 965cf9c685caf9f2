//! IAM: sessions revoked by the time of their issue, keys deactivated, planted users deleted.

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, NOW, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, instance, list, parameter, text, unknown};

pub(crate) struct Identities(pub(crate) Wire);

/// The last part of an ARN or path.
fn name(of: &str) -> &str {
    of.rsplit('/').next().unwrap_or(of)
}

/// The inline policy of an incident; for one instance, a policy of its own.
fn policy_name(step: &Step) -> String {
    let short: String = parameter(step, "incident").chars().take(16).collect();
    match step.action.as_str() {
        "iam.revoke_instance_sessions" => {
            format!("YaguraRevokeOlderSessions-{short}-{}", step.target.value)
        }
        _ => format!("YaguraRevokeOlderSessions-{short}"),
    }
}

impl Identities {
    /// The role that sessions are revoked of; nothing if there is none.
    fn role(&self, step: &Step) -> Result<Option<String>, Error> {
        let wanted = step.target.value.as_str();
        if step.action == "iam.revoke_sessions" {
            let said = self.0.iam_if("GetRole", &[("RoleName", name(wanted))])?;
            return Ok(said.map(|_| name(wanted).to_owned()));
        }
        let Some(machine) = instance(&self.0, wanted)? else { return Ok(None) };
        let profile = name(text(&machine, "/IamInstanceProfile/Arn"));
        if profile.is_empty() {
            return Ok(None);
        }
        let with = [("InstanceProfileName", profile)];
        let said = self.0.iam_if("GetInstanceProfile", &with)?;
        let role = said.map(|said| text(&said, "/InstanceProfile/Roles/0/RoleName").to_owned());
        Ok(role.filter(|role| !role.is_empty()))
    }

    fn look_revoke(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        let Some(role) = self.role(step)? else { return Ok(Stand::Done) };
        let policy = policy_name(step);
        let with = [("RoleName", role.as_str()), ("PolicyName", policy.as_str())];
        if self.0.iam_if("GetRolePolicy", &with)?.is_some() {
            return Ok(Stand::Done);
        }
        let now = facts.get(NOW).and_then(Value::as_str);
        let cutoff = now.ok_or_else(|| Error::us("a responder was not told the time"))?;
        Ok(Stand::Ready(json!({"role": role, "cutoff": cutoff})))
    }

    fn revoke(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let cutoff = text(before, "/cutoff");
        let mut condition = json!({"DateLessThan": {"aws:TokenIssueTime": cutoff}});
        if step.action == "iam.revoke_instance_sessions" {
            let partition = match step.region.get(..3) {
                Some("cn-") => "aws-cn",
                _ if step.region.starts_with("us-gov-") => "aws-us-gov",
                _ => "aws",
            };
            let (region, account, id) = (&step.region, &step.account, &step.target.value);
            let arn = format!("arn:{partition}:ec2:{region}:{account}:instance/{id}");
            if let Some(members) = condition.as_object_mut() {
                members.insert("ArnEquals".into(), json!({"ec2:SourceInstanceARN": arn}));
            }
        }
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
            "Action": ["*"], "Resource": ["*"], "Condition": condition}]})
        .to_string();
        let policy = policy_name(step);
        let with = [
            ("RoleName", text(before, "/role")),
            ("PolicyName", policy.as_str()),
            ("PolicyDocument", document.as_str()),
        ];
        self.0.iam("PutRolePolicy", &with).map(drop)
    }

    fn look_key(&self, key: &str) -> Result<Stand, Error> {
        let said = self.0.iam_if("GetAccessKeyLastUsed", &[("AccessKeyId", key)])?;
        let user = said.map(|said| text(&said, "/UserName").to_owned()).unwrap_or_default();
        let with = [("UserName", user.as_str())];
        let with = if user.is_empty() { &[][..] } else { &with[..] };
        let Some(keys) = self.0.iam_if("ListAccessKeys", with)? else { return Ok(Stand::Done) };
        let mut own = list(&keys, "/AccessKeyMetadata").iter();
        let status = own.find(|it| text(it, "/AccessKeyId") == key);
        Ok(match status.map(|it| text(it, "/Status")) {
            Some("Active") => Stand::Ready(json!({"user": user})),
            _ => Stand::Done,
        })
    }

    fn set_key(&self, key: &str, before: &Value, status: &str) -> Result<(), Error> {
        let user = text(before, "/user");
        let mut with = vec![("AccessKeyId", key), ("Status", status)];
        if !user.is_empty() {
            with.push(("UserName", user));
        }
        self.0.iam_if("UpdateAccessKey", &with).map(drop)
    }

    fn remove_user(&self, user: &str) -> Result<(), Error> {
        let own = [("UserName", user)];
        self.0.iam_if("DeleteLoginProfile", &own)?;
        // What hangs on a user must go first: list, member, the call, its parameter.
        let parts = [
            (
                "ListAccessKeys",
                "/AccessKeyMetadata",
                "/AccessKeyId",
                "DeleteAccessKey",
                "AccessKeyId",
            ),
            (
                "ListAttachedUserPolicies",
                "/AttachedPolicies",
                "/PolicyArn",
                "DetachUserPolicy",
                "PolicyArn",
            ),
            ("ListUserPolicies", "/PolicyNames", "", "DeleteUserPolicy", "PolicyName"),
            ("ListGroupsForUser", "/Groups", "/GroupName", "RemoveUserFromGroup", "GroupName"),
        ];
        for (look, all, member, remove, by) in parts {
            let Some(said) = self.0.iam_if(look, &own)? else { continue };
            for it in list(&said, all) {
                self.0.iam_if(remove, &[own[0], (by, text(it, member))])?;
            }
        }
        self.0.iam_if("DeleteUser", &own).map(drop)
    }
}

impl Responder for Identities {
    fn look(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        let value = step.target.value.as_str();
        match step.action.as_str() {
            "iam.revoke_sessions" | "iam.revoke_instance_sessions" => self.look_revoke(step, facts),
            "iam.deactivate_key" => self.look_key(value),
            "iam.remove_user" => {
                let found = self.0.iam_if("GetUser", &[("UserName", name(value))])?;
                Ok(found.map_or(Stand::Done, |_| Stand::Ready(json!({"user": name(value)}))))
            }
            _ => Err(unknown(step)),
        }
    }

    fn act(&self, step: &Step, before: &Value) -> Result<(), Error> {
        match step.action.as_str() {
            "iam.revoke_sessions" | "iam.revoke_instance_sessions" => self.revoke(step, before),
            "iam.deactivate_key" => self.set_key(&step.target.value, before, "Inactive"),
            "iam.remove_user" => self.remove_user(name(&step.target.value)),
            _ => Err(unknown(step)),
        }
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        match step.action.as_str() {
            "iam.revoke_sessions" | "iam.revoke_instance_sessions" => {
                let policy = policy_name(step);
                let with = [("RoleName", text(before, "/role")), ("PolicyName", policy.as_str())];
                self.0.iam_if("DeleteRolePolicy", &with).map(drop)
            }
            "iam.deactivate_key" => self.set_key(&step.target.value, before, "Active"),
            _ => Err(unknown(step)),
        }
    }
}
