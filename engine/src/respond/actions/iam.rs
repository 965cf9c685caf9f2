//! Actions on identities.

use model::response::Tier;

use super::Action;

pub(super) const ALL: &[Action] = &[
    Action {
        name: "iam.deactivate_key",
        tier: Tier::R2,
        calls: &["iam:UpdateAccessKey"],
        reads: &["iam:GetAccessKeyLastUsed", "iam:ListAccessKeys"],
        words: [
            [
                "Deactivate the access key; its id stays as evidence.",
                "The intruder used or made it, and it stays valid until then.",
                "What else uses this key stops.",
                "The key exists.",
                "Activate the key again.",
            ],
            [
                "アクセスキーを無効化する（ID は証拠として残す）。",
                "侵入者が使用または作成し、無効化するまで有効なため。",
                "このキーを使う他の処理も止まる。",
                "キーが存在すること。",
                "キーを再度有効にする。",
            ],
        ],
    },
    Action {
        name: "iam.remove_user",
        tier: Tier::R3,
        calls: &[
            "iam:DeleteLoginProfile",
            "iam:DeleteAccessKey",
            "iam:DetachUserPolicy",
            "iam:DeleteUserPolicy",
            "iam:RemoveUserFromGroup",
            "iam:DeleteUser",
        ],
        reads: &[
            "iam:GetUser",
            "iam:GetLoginProfile",
            "iam:ListAccessKeys",
            "iam:ListAttachedUserPolicies",
            "iam:ListUserPolicies",
            "iam:ListGroupsForUser",
        ],
        words: [
            [
                "Delete the user with its password, keys and policies.",
                "The intruder made it to come back.",
                "Its keys are deactivated by a step before.",
                "The user exists.",
                "",
            ],
            [
                "ユーザーを、パスワード・キー・ポリシーとともに削除する。",
                "侵入者が再侵入のために作成したため。",
                "キーは先の手順で無効化しておく。",
                "ユーザーが存在すること。",
                "",
            ],
        ],
    },
    Action {
        name: "iam.revoke_instance_sessions",
        tier: Tier::R2,
        calls: &["iam:PutRolePolicy"],
        reads: &["ec2:DescribeInstances", "iam:GetInstanceProfile", "iam:GetRolePolicy"],
        words: [
            [
                "Revoke the sessions that the instance's role gave to this instance until now.",
                "The intruder could read them there; other instances of the role keep working.",
                "",
                "The instance has a profile; if it has none, nothing is to be done.",
                "Delete the policy.",
            ],
            [
                "このインスタンスに発行済みのロールセッションを失効させる。",
                "侵入者が読み取れたため。同じロールの他のインスタンスには影響しない。",
                "",
                "インスタンスプロファイルがあること（なければ何もしない）。",
                "ポリシーを削除する。",
            ],
        ],
    },
    Action {
        name: "iam.revoke_sessions",
        tier: Tier::R2,
        calls: &["iam:PutRolePolicy"],
        reads: &["iam:GetRole", "iam:GetRolePolicy"],
        words: [
            [
                "Revoke the role's sessions that were issued until now (deny by aws:TokenIssueTime).",
                "Temporary credentials stay valid until they expire; a trust policy stops new ones only.",
                "Every session of the role ends, honest ones too: they must be taken on again.",
                "The role exists, and is not linked to a service.",
                "Delete the policy.",
            ],
            [
                "現時点までに発行されたロールのセッションを失効させる（aws:TokenIssueTime による拒否）。",
                "一時認証情報は期限まで有効で、信頼ポリシーの変更では新規発行しか止まらないため。",
                "正規のセッションも含めて切れるため、再取得が必要になる。",
                "ロールが存在し、サービスリンクロールでないこと。",
                "ポリシーを削除する。",
            ],
        ],
    },
];
