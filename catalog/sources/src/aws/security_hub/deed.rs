//! What a detection saw done: ASFF's `Action` and `Network`, and GuardDuty's product fields.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::aws::shared::is_ip;
use crate::{json, nested};

/// The kinds of action that ASFF has.
const ACTIONS: &[&str] =
    &["AwsApiCallAction", "DnsRequestAction", "NetworkConnectionAction", "PortProbeAction"];
/// What stands before the names that GuardDuty sends along, newer and older.
const PREFIXES: &[&str] = &["aws/guardduty/service/action/", "action/"];
/// The same kinds as GuardDuty writes them.
const PRODUCT_ACTIONS: &[&str] =
    &["awsApiCallAction", "networkConnectionAction", "portProbeAction", "kubernetesApiCallAction"];

/// A deed, as far as the finding tells.
#[derive(Default)]
pub(super) struct Deed<'v> {
    /// The far end's address.
    pub remote: Option<&'v str>,
    /// The far end's port.
    pub remote_port: Option<i64>,
    /// The near end's address, where the finding names one.
    pub local: Option<&'v str>,
    /// The near end's port.
    pub local_port: Option<i64>,
    /// Whether our end opened the connection.
    pub is_outbound: bool,
    /// The API call.
    pub api: Option<&'v str>,
    /// The service that was called.
    pub service: Option<&'v str>,
    /// The name that was asked for.
    pub domain: Option<&'v str>,
    /// Where the far end is, as countries are named.
    pub country: Option<&'v str>,
}

impl<'v> Deed<'v> {
    /// The deed of a finding, from whatever part tells of it.
    pub(super) fn of(value: &'v Value) -> Self {
        let of_action = Deed::of_action(value);
        if of_action.tells() {
            return of_action;
        }
        let of_product = Deed::of_product(value);
        if of_product.tells() { of_product } else { Deed::of_network(value) }
    }

    fn tells(&self) -> bool {
        self.remote.or(self.local).or(self.api).or(self.domain).is_some()
    }

    fn of_action(value: &'v Value) -> Self {
        let action = ACTIONS.iter().find_map(|kind| json::at(value, &["Action", kind]));
        let Some(action) = action else { return Deed::default() };
        let probe = nested::list(action, &["PortProbeDetails"]).next().unwrap_or(action);
        let text = |path: &[&str]| json::text(probe, path).filter(|text| !text.is_empty());
        let port = |path: &[&str]| json::at(probe, path).and_then(JsonValueTrait::as_i64);
        let domain = json::text(action, &["Domain"]);
        Deed {
            remote: text(&["RemoteIpDetails", "IpAddressV4"]).filter(|ip| is_ip(ip)),
            remote_port: port(&["RemotePortDetails", "Port"]),
            local: text(&["LocalIpDetails", "IpAddressV4"]).filter(|ip| is_ip(ip)),
            local_port: port(&["LocalPortDetails", "Port"]),
            is_outbound: json::text(action, &["ConnectionDirection"])
                .is_some_and(|way| way.eq_ignore_ascii_case("OUTBOUND")),
            api: json::text(action, &["Api"]),
            service: json::text(action, &["ServiceName"]),
            domain,
            country: text(&["RemoteIpDetails", "Country", "CountryName"]),
        }
    }

    fn of_product(value: &'v Value) -> Self {
        let starts = sent_along(value);
        let get = |name: &str| product(value, &starts, name);
        let port = |name: &str| get(name).and_then(|port| port.parse().ok());
        Deed {
            remote: get("remoteIpDetails/ipAddressV4").filter(|ip| is_ip(ip)),
            remote_port: port("remotePortDetails/port"),
            local: get("localIpDetails/ipAddressV4").filter(|ip| is_ip(ip)),
            local_port: port("localPortDetails/port"),
            is_outbound: get("connectionDirection")
                .is_some_and(|way| way.eq_ignore_ascii_case("OUTBOUND")),
            api: get("api"),
            service: get("serviceName"),
            domain: PREFIXES.iter().find_map(|prefix| {
                json::text(value, &["ProductFields", &format!("{prefix}dnsRequestAction/domain")])
            }),
            country: get("remoteIpDetails/country/countryName"),
        }
    }

    fn of_network(value: &'v Value) -> Self {
        let text = |key| json::text(value, &["Network", key]);
        let port = |key| json::at(value, &["Network", key]).and_then(JsonValueTrait::as_i64);
        let address = |v4, v6| text(v4).or_else(|| text(v6)).filter(|ip| is_ip(ip));
        Deed {
            remote: address("SourceIpV4", "SourceIpV6"),
            remote_port: port("SourcePort"),
            local: address("DestinationIpV4", "DestinationIpV6"),
            local_port: port("DestinationPort"),
            domain: text("DestinationDomain"),
            ..Deed::default()
        }
    }
}

/// What stands before the fields of the actions that a finding has: looked for once, because
/// most findings have none, and every name would be looked for under every action.
fn sent_along(value: &Value) -> Vec<String> {
    let fields = json::at(value, &["ProductFields"]).and_then(JsonContainerTrait::as_object);
    let Some(fields) = fields else { return Vec::new() };
    let actions = |prefix: &'static &str| {
        PRODUCT_ACTIONS.iter().map(move |action| format!("{prefix}{action}/"))
    };
    let is_there = |start: &String| fields.iter().any(|(name, _)| name.starts_with(start.as_str()));
    let sends = fields.iter().any(|(name, _)| PREFIXES.iter().any(|p| name.starts_with(p)));
    PREFIXES.iter().filter(|_| sends).flat_map(actions).filter(is_there).collect()
}

/// A field of the action that GuardDuty sent along, whichever kind of action it is.
fn product<'v>(value: &'v Value, starts: &[String], name: &str) -> Option<&'v str> {
    starts.iter().find_map(|start| {
        // The first probe of a port stands under a number.
        [format!("{start}{name}"), format!("{start}portProbeDetails:0/{name}")]
            .iter()
            .find_map(|path| json::text(value, &["ProductFields", path]))
            .filter(|text| !text.is_empty())
    })
}

/// Whether the finding says that the deed was stopped.
pub(super) fn is_blocked(value: &Value) -> bool {
    let own = ACTIONS.iter().find_map(|kind| json::at(value, &["Action", kind, "Blocked"]));
    own.and_then(JsonValueTrait::as_bool).unwrap_or(false)
        || product(value, &sent_along(value), "blocked") == Some("true")
}
