//! Actions on what an intruder planted in EC2.

use model::response::Tier;

use super::Action;

pub(super) const ALL: &[Action] = &[
    Action {
        name: "ec2.cancel_spot_fleet",
        tier: Tier::R3,
        calls: &["ec2:CancelSpotFleetRequests"],
        reads: &["ec2:DescribeSpotFleetRequests"],
        words: [
            [
                "Cancel the spot fleet request; its instances are ended by steps of their own.",
                "It replaces what is terminated.",
                "",
                "The request exists.",
                "",
            ],
            [
                "スポットフリートリクエストを取り消す（インスタンスは個別の手順で終了する）。",
                "終了したインスタンスが自動的に補充されるため。",
                "",
                "リクエストが存在すること。",
                "",
            ],
        ],
    },
    Action {
        name: "ec2.delete_fleet",
        tier: Tier::R3,
        calls: &["ec2:DeleteFleets"],
        reads: &["ec2:DescribeFleets"],
        words: [
            [
                "Delete the fleet; its instances are ended by steps of their own.",
                "It replaces what is terminated.",
                "",
                "The fleet exists.",
                "",
            ],
            [
                "フリートを削除する（インスタンスは個別の手順で終了する）。",
                "終了したインスタンスが自動的に補充されるため。",
                "",
                "フリートが存在すること。",
                "",
            ],
        ],
    },
    Action {
        name: "ec2.delete_key_pair",
        tier: Tier::R3,
        calls: &["ec2:DeleteKeyPair"],
        reads: &["ec2:DescribeKeyPairs"],
        words: [
            ["Delete the key pair.", "The intruder made it to log in.", "", "It exists.", ""],
            [
                "キーペアを削除する。",
                "侵入者がログイン用に作成したため。",
                "",
                "存在すること。",
                "",
            ],
        ],
    },
    Action {
        name: "ec2.delete_launch_template",
        tier: Tier::R3,
        calls: &["ec2:DeleteLaunchTemplate"],
        reads: &["ec2:DescribeLaunchTemplates"],
        words: [
            [
                "Delete the launch template.",
                "The intruder made it to start machines.",
                "What it says is in the records that are cited.",
                "It exists.",
                "",
            ],
            [
                "起動テンプレートを削除する。",
                "侵入者がインスタンスの起動用に作成したため。",
                "内容は引用した記録に残る。",
                "存在すること。",
                "",
            ],
        ],
    },
    Action {
        name: "ec2.delete_security_group",
        tier: Tier::R3,
        calls: &["ec2:DeleteSecurityGroup"],
        reads: &["ec2:DescribeSecurityGroups"],
        words: [
            [
                "Delete the security group.",
                "The intruder made it.",
                "It can be deleted once no interface uses it.",
                "It exists.",
                "",
            ],
            [
                "セキュリティグループを削除する。",
                "侵入者が作成したため。",
                "使用中のインターフェイスがなくなってから削除できる。",
                "存在すること。",
                "",
            ],
        ],
    },
];
