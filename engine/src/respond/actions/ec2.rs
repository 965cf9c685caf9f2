//! Actions on instances and their network.

use model::response::Tier;

use super::Action;

pub(super) const ALL: &[Action] = &[
    Action {
        name: "ec2.deny_address",
        tier: Tier::R2,
        calls: &["ec2:CreateNetworkAclEntry"],
        reads: &["ec2:DescribeInstances", "ec2:DescribeNetworkAcls"],
        words: [
            [
                "Deny the one address in the network ACL of the instance's subnet, both ways.",
                "Only a network ACL ends connections that are open; it holds for replacements too.",
                "Everything in the subnet loses this address. Check that it is not a NAT, proxy or CDN.",
                "The instance has a subnet, and its network ACL has room for the entry.",
                "Delete the two entries.",
            ],
            [
                "インスタンスのサブネットのネットワーク ACL で、この 1 アドレスを双方向とも拒否する。",
                "確立済みの通信を直ちに切断でき、代替インスタンスにも効くため。",
                "サブネット全体に影響する。NAT・プロキシ・CDN のアドレスでないことを確認すること。",
                "インスタンスにサブネットがあり、ACL に空き番号があること。",
                "追加した 2 つのエントリを削除する。",
            ],
        ],
    },
    Action {
        name: "ec2.isolate",
        tier: Tier::R2,
        calls: &[
            "ec2:CreateSecurityGroup",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:ModifyInstanceAttribute",
        ],
        reads: &["ec2:DescribeInstances", "ec2:DescribeSecurityGroups"],
        words: [
            [
                "Put the instance into a security group that lets nothing in or out.",
                "It can no longer reach its controller, nor others.",
                "Tracked connections live on; the step before makes them untracked.",
                "The instance exists, and has one network interface.",
                "Put the security groups back that it had.",
            ],
            [
                "通信を一切許可しないセキュリティグループにインスタンスを移す。",
                "攻撃者の指令サーバーや他のホストと通信できなくするため。",
                "追跡中の接続は残る。直前の手順で追跡対象から外しておくこと。",
                "インスタンスが存在し、ネットワークインターフェイスが 1 つであること。",
                "元のセキュリティグループに戻す。",
            ],
        ],
    },
    Action {
        name: "ec2.remove_protection",
        tier: Tier::R2,
        calls: &["ec2:ModifyInstanceAttribute"],
        reads: &["ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"],
        words: [
            [
                "Remove the protection from termination.",
                "A protected instance cannot be terminated.",
                "",
                "The instance exists.",
                "Protect the instance again.",
            ],
            [
                "終了保護を解除する。",
                "保護されたインスタンスは終了できないため。",
                "",
                "インスタンスが存在すること。",
                "終了保護を再度有効にする。",
            ],
        ],
    },
    Action {
        name: "ec2.protect",
        tier: Tier::R1,
        calls: &["ec2:ModifyInstanceAttribute"],
        reads: &["ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"],
        words: [
            [
                "Protect the instance from termination.",
                "It is evidence.",
                "",
                "The instance exists.",
                "Remove the protection if there was none.",
            ],
            [
                "インスタンスの終了保護を有効にする。",
                "証拠であるため。",
                "",
                "インスタンスが存在すること。",
                "元々保護がなければ解除する。",
            ],
        ],
    },
    Action {
        name: "ec2.snapshot",
        tier: Tier::R1,
        calls: &["ec2:CreateSnapshots", "ec2:CreateTags"],
        reads: &["ec2:DescribeInstances", "ec2:DescribeSnapshots"],
        words: [
            [
                "Snapshot all volumes of the instance at one moment.",
                "They are evidence.",
                "Memory is not in it.",
                "The instance exists.",
                "Delete the snapshots, once nobody needs them (not done by `undo`: they are evidence).",
            ],
            [
                "インスタンスの全ボリュームのスナップショットを同時点で取得する。",
                "証拠保全のため。",
                "メモリは含まれない。",
                "インスタンスが存在すること。",
                "不要になったらスナップショットを削除する（証拠のため undo では削除しない）。",
            ],
        ],
    },
    Action {
        name: "ec2.tag",
        tier: Tier::R1,
        calls: &["ec2:CreateTags"],
        reads: &["ec2:DescribeInstances"],
        words: [
            [
                "Tag the instance with the incident.",
                "Whoever sees it knows not to touch it.",
                "",
                "The instance exists.",
                "Take the tag away.",
            ],
            [
                "インスタンスにインシデントのタグを付ける。",
                "関係者が誤って操作しないようにするため。",
                "",
                "インスタンスが存在すること。",
                "タグを外す。",
            ],
        ],
    },
    Action {
        name: "ec2.terminate",
        tier: Tier::R3,
        calls: &["ec2:TerminateInstances"],
        reads: &["ec2:DescribeInstances"],
        words: [
            [
                "Terminate the instance.",
                "The intruder holds it, and it runs at your cost.",
                "What is not in a snapshot is lost.",
                "The instance exists and is not protected.",
                "",
            ],
            [
                "インスタンスを終了する。",
                "侵入者の支配下にあり、費用も発生し続けるため。",
                "スナップショットにないものは失われる。",
                "インスタンスが存在し、終了保護が無効であること。",
                "",
            ],
        ],
    },
    Action {
        name: "ec2.untrack",
        tier: Tier::R2,
        calls: &[
            "ec2:CreateSecurityGroup",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:ModifyInstanceAttribute",
        ],
        reads: &["ec2:DescribeInstances", "ec2:DescribeSecurityGroups"],
        words: [
            [
                "Put the instance for a moment into a security group that lets everything through.",
                "Connections become untracked, so that the next step ends those that are open.",
                "For this moment it can be reached on every port that the subnet lets through.",
                "The instance exists, and has one network interface.",
                "Put the security groups back that it had.",
            ],
            [
                "一時的に、すべての通信を許可するセキュリティグループにインスタンスを移す。",
                "接続が追跡対象から外れ、次の手順で確立済みの接続も切断されるため。",
                "この間、サブネットが許すすべてのポートに到達できる。",
                "インスタンスが存在し、ネットワークインターフェイスが 1 つであること。",
                "元のセキュリティグループに戻す。",
            ],
        ],
    },
];
