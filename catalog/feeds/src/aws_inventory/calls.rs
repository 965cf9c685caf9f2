//! The calls that describe a fleet, one row each; the policy is made of the same rows.

use aws::{Call, Protocol};

/// A list that is taken.
pub struct Listing {
    /// The call.
    pub call: fn() -> Call,
    /// The member of the answer that holds the list.
    pub list: &'static str,
    /// The member with the next page's token, and the parameter that takes it.
    pub token: (&'static str, &'static str),
    /// The permission that it needs.
    pub permission: &'static str,
    /// Whether the answer is the same in every region.
    pub global: bool,
}

fn ec2(action: &'static str) -> Call {
    Call::new("ec2", "2016-11-15", action, Protocol::Ec2)
}

/// EC2 hands on pages by the same names everywhere.
const EC2: (&str, &str) = ("NextToken", "NextToken");

/// Every list, in the order in which they are taken.
pub const ALL: &[Listing] = &[
    Listing {
        call: || ec2("DescribeInstances"),
        list: "Reservations",
        token: EC2,
        permission: "ec2:DescribeInstances",
        global: false,
    },
    Listing {
        call: || ec2("DescribeNetworkInterfaces"),
        list: "NetworkInterfaces",
        token: EC2,
        permission: "ec2:DescribeNetworkInterfaces",
        global: false,
    },
    Listing {
        call: || ec2("DescribeLaunchTemplates"),
        list: "LaunchTemplates",
        token: EC2,
        permission: "ec2:DescribeLaunchTemplates",
        global: false,
    },
    Listing {
        call: || ec2("DescribeImages").with("Owner.1", "self"),
        list: "Images",
        token: EC2,
        permission: "ec2:DescribeImages",
        global: false,
    },
    Listing {
        call: || {
            Call::new("autoscaling", "2011-01-01", "DescribeAutoScalingGroups", Protocol::Query)
        },
        list: "AutoScalingGroups",
        token: ("NextToken", "NextToken"),
        permission: "autoscaling:DescribeAutoScalingGroups",
        global: false,
    },
    Listing {
        call: || {
            let version = "2015-12-01";
            Call::new("elasticloadbalancing", version, "DescribeTargetGroups", Protocol::Query)
        },
        list: "TargetGroups",
        token: ("NextMarker", "Marker"),
        permission: "elasticloadbalancing:DescribeTargetGroups",
        global: false,
    },
    Listing {
        call: || Call::new("lambda", "", "ListFunctions", Protocol::Get("/2015-03-31/functions")),
        list: "Functions",
        token: ("NextMarker", "Marker"),
        permission: "lambda:ListFunctions",
        global: false,
    },
    Listing {
        call: || Call::new("iam", "2010-05-08", "ListInstanceProfiles", Protocol::Query),
        list: "InstanceProfiles",
        token: ("Marker", "Marker"),
        permission: "iam:ListInstanceProfiles",
        global: true,
    },
];
