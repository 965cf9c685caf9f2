//! The `aws` family of logs.

mod access_analyzer;
mod api_gateway;
mod autoscaling;
mod cloudfront;
mod cloudtrail;
mod config;
mod cost;
mod describe;
mod finding;
mod guardduty;
mod inspector;
mod lambda;
mod macie;
mod network_firewall;
mod nlb;
mod rds_das;
mod route53_public;
mod route53_resolver;
mod s3_access;
mod security_hub;
mod ses;
pub mod shared;
mod ssm_inventory;
mod vpc_flow;
mod waf;

use model::seam::source::Source;

pub use vpc_flow::check_format as check_flow_format;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[
    &access_analyzer::AccessAnalyzer,
    &api_gateway::ApiGateway,
    &autoscaling::AutoScaling,
    &cloudfront::CloudFront,
    &cloudtrail::CloudTrail,
    &config::Config,
    &cost::Cost,
    &describe::Describe,
    &guardduty::GuardDuty,
    &inspector::Inspector,
    &lambda::Lambda,
    &macie::Macie,
    &network_firewall::NetworkFirewall,
    &nlb::Nlb,
    &rds_das::Das,
    &route53_public::Route53Public,
    &route53_resolver::Route53Resolver,
    &s3_access::S3Access,
    &security_hub::SecurityHub,
    &ses::Ses,
    &ssm_inventory::SsmInventory,
    &vpc_flow::VpcFlow,
    &waf::Waf,
];
