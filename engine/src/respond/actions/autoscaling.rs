//! Actions on Auto Scaling groups.

use model::response::Tier;

use super::Action;

pub(super) const ALL: &[Action] = &[
    Action {
        name: "autoscaling.detach",
        tier: Tier::R2,
        calls: &["autoscaling:DetachInstances"],
        reads: &["autoscaling:DescribeAutoScalingInstances"],
        words: [
            [
                "Detach the instance from its Auto Scaling group without lowering the desired capacity.",
                "The group starts a clean replacement, and cannot destroy the evidence any more.",
                "The replacement starts from the same image: block the way in first.",
                "The instance is in a group, and its volumes are snapshotted.",
                "Attach the instance to the group again.",
            ],
            [
                "希望キャパシティを減らさずに、インスタンスを Auto Scaling グループからデタッチする。",
                "グループが新しい代替インスタンスを起動し、証拠を削除できなくなるため。",
                "代替も同じイメージから起動する。先に侵入経路を遮断すること。",
                "インスタンスがグループに属し、スナップショットが取得済みであること。",
                "インスタンスをグループに再度アタッチする。",
            ],
        ],
    },
    Action {
        name: "autoscaling.resume",
        tier: Tier::R1,
        calls: &["autoscaling:ResumeProcesses"],
        reads: &["autoscaling:DescribeAutoScalingGroups"],
        words: [
            [
                "Resume the group's processes that were suspended by this plan.",
                "The group must heal itself again.",
                "",
                "The suspension was this plan's.",
                "Suspend the processes again.",
            ],
            [
                "この計画で停止したグループのプロセスを再開する。",
                "グループの自己修復を元に戻すため。",
                "",
                "この計画が停止したプロセスであること。",
                "プロセスを再度停止する。",
            ],
        ],
    },
    Action {
        name: "autoscaling.suspend",
        tier: Tier::R1,
        calls: &["autoscaling:SuspendProcesses"],
        reads: &[
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeAutoScalingGroups",
        ],
        words: [
            [
                "Suspend the processes of its group that would end the instance.",
                "An isolated instance fails its health check, and the group would destroy the evidence.",
                "The group does not heal itself meanwhile.",
                "The instance is in a group; if it is in none, nothing is to be done.",
                "Resume the processes that were not suspended before.",
            ],
            [
                "インスタンスを終了させ得る Auto Scaling グループのプロセスを停止する。",
                "隔離したインスタンスはヘルスチェックに失敗し、グループが証拠を削除してしまうため。",
                "その間、グループの自己修復は働かない。",
                "グループに属していること（属していなければ何もしない）。",
                "以前は停止していなかったプロセスを再開する。",
            ],
        ],
    },
];
