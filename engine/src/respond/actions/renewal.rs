//! Actions that put a group on a clean image, or take requests away from an instance.

use model::response::Tier;

use super::Action;

pub(super) const ALL: &[Action] = &[
    Action {
        name: "autoscaling.refresh",
        tier: Tier::R2,
        calls: &["autoscaling:StartInstanceRefresh"],
        reads: &["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeInstanceRefreshes"],
        words: [
            [
                "Replace the group's instances one after the other by an instance refresh.",
                "What runs still has the hole; what starts now has not.",
                "90 % stay healthy; it pauses at 20, 50 and 100 %.",
                "The group follows the default or latest version of its template, and no refresh runs.",
                "Cancel the refresh if it is under way; what was replaced stays replaced.",
            ],
            [
                "インスタンスの更新により、グループのインスタンスを順次入れ替える。",
                "稼働中のものには脆弱性が残り、新しく起動するものにはないため。",
                "90 % を正常に保ち、20・50・100 % で一時停止する。",
                "グループがテンプレートのデフォルトまたは最新バージョンを使い、更新が実行中でないこと。",
                "実行中なら更新を取り消す（入れ替え済みのものは戻らない）。",
            ],
        ],
    },
    Action {
        name: "autoscaling.set_desired",
        tier: Tier::R2,
        calls: &["autoscaling:SetDesiredCapacity"],
        reads: &["autoscaling:DescribeAutoScalingGroups"],
        words: [
            [
                "Set the desired capacity of the group.",
                "It was asked for when the plan was made.",
                "A lower number ends instances that the group chooses.",
                "The number lies between the group's minimum and maximum.",
                "Set the number that was there before.",
            ],
            [
                "グループの希望キャパシティを設定する。",
                "計画の作成時に指定されたため。",
                "減らす場合、グループが選んだインスタンスが終了する。",
                "グループの最小と最大の範囲内であること。",
                "元の値に戻す。",
            ],
        ],
    },
    Action {
        name: "autoscaling.standby",
        tier: Tier::R2,
        calls: &["autoscaling:EnterStandby"],
        reads: &["autoscaling:DescribeAutoScalingInstances"],
        words: [
            [
                "Put the instance on standby without lowering the desired capacity.",
                "It gets no requests and is not health-checked; a replacement starts.",
                "It stays in the group. The replacement starts from the same image.",
                "The instance is in service in a group.",
                "Put it in service again (the desired capacity rises by one).",
            ],
            [
                "希望キャパシティを減らさずに、インスタンスをスタンバイにする。",
                "リクエストもヘルスチェックも受けなくなり、代替が起動するため。",
                "グループには残る。代替も同じイメージから起動する。",
                "インスタンスがグループで InService であること。",
                "再び InService にする（希望キャパシティは 1 増える）。",
            ],
        ],
    },
    Action {
        name: "ec2.set_template",
        tier: Tier::R2,
        calls: &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        reads: &["ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions"],
        words: [
            [
                "Make a version of the launch template with the clean image, and make it the default.",
                "What starts from now on has not the hole.",
                "Check the image first; everything that follows the default starts from it.",
                "The image is available, and the template has a default version.",
                "Make the version the default that was it before.",
            ],
            [
                "安全なイメージで起動テンプレートの新バージョンを作り、デフォルトにする。",
                "以後に起動するものに脆弱性がないようにするため。",
                "先にイメージを確認すること。デフォルトを使うものはすべてこれで起動する。",
                "イメージが利用可能で、テンプレートにデフォルトバージョンがあること。",
                "元のバージョンをデフォルトに戻す。",
            ],
        ],
    },
    Action {
        name: "ec2.stop",
        tier: Tier::R2,
        calls: &["ec2:StopInstances"],
        reads: &["autoscaling:DescribeAutoScalingInstances", "ec2:DescribeInstances"],
        words: [
            [
                "Stop the instance.",
                "The intruder holds it; its volumes stay as evidence.",
                "What is in memory is lost; instance store volumes too.",
                "The instance runs, and is in no group that would replace it.",
                "Start it again.",
            ],
            [
                "インスタンスを停止する。",
                "侵入者の支配下にあるため。ボリュームは証拠として残る。",
                "メモリとインスタンスストアの内容は失われる。",
                "インスタンスが稼働中で、補充するグループに属さないこと。",
                "再び起動する。",
            ],
        ],
    },
    Action {
        name: "elb.deregister",
        tier: Tier::R2,
        calls: &["elasticloadbalancing:DeregisterTargets"],
        reads: &[
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ],
        words: [
            [
                "Take the instance out of its target groups.",
                "The load balancer sends it no new requests.",
                "Open ones go on until the deregistration delay ends; isolation ends them at once.",
                "The instance is a target; if it is none, nothing is to be done.",
                "Register it again with the same ports.",
            ],
            [
                "インスタンスをターゲットグループから外す。",
                "ロードバランサーから新しいリクエストが届かなくなるため。",
                "処理中のものは登録解除の遅延が終わるまで続く。隔離すれば直ちに切れる。",
                "ターゲットであること（登録がなければ何もしない）。",
                "同じポートで再び登録する。",
            ],
        ],
    },
];
