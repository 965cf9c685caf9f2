//! What runs at the two ends of a connection that Zeek saw, and where the far end is.

use ocsf::{Flat, Path, Scalar, paths};

use super::record::Record;

/// OCSF's number for software of remote access.
const REMOTE_ACCESS: i64 = 9;

/// Name, kind and version of an agent.
type Agent = (Path, Path, Path);

const SRC: Agent = (
    paths::SRC_ENDPOINT_AGENT_LIST_NAME,
    paths::SRC_ENDPOINT_AGENT_LIST_TYPE_ID,
    paths::SRC_ENDPOINT_AGENT_LIST_VERSION,
);
const DST: Agent = (
    paths::DST_ENDPOINT_AGENT_LIST_NAME,
    paths::DST_ENDPOINT_AGENT_LIST_TYPE_ID,
    paths::DST_ENDPOINT_AGENT_LIST_VERSION,
);

fn put<'v>(flat: &mut Flat<'v>, agent: Agent, slot: u16, name: &'v str, version: Option<&'v str>) {
    flat.put_in(agent.0, slot, name);
    flat.put_in(agent.1, slot, REMOTE_ACCESS);
    if let Some(version) = version {
        flat.put_in(agent.2, slot, version);
    }
}

impl<'v> Record<'v> {
    /// The program at each end; a build that the client names stands first. The log of SSH has
    /// what both ends call themselves.
    pub(super) fn put_agents(&self, client: &'v str, server: &'v str, flat: &mut Flat<'v>) {
        let build = self.text("client_build");
        if let Some(build) = build {
            put(flat, SRC, 0, build, self.text("client_dig_product_id"));
        }
        put(flat, SRC, u16::from(build.is_some()), client, self.text("client"));
        put(flat, DST, 0, server, self.text("server"));
    }

    /// Where the far end is: for connections from outside that is where they come from.
    pub(super) fn put_remote(&self, flat: &mut Flat<'v>) {
        if self.text("direction") == Some("OUTBOUND") {
            let country = self.text("remote_location.country_code");
            return flat.put_some(paths::DST_ENDPOINT_LOCATION_COUNTRY, country);
        }
        for (path, name) in [
            (paths::SRC_ENDPOINT_LOCATION_CITY, "remote_location.city"),
            (paths::SRC_ENDPOINT_LOCATION_COUNTRY, "remote_location.country_code"),
            (paths::SRC_ENDPOINT_LOCATION_REGION, "remote_location.region"),
        ] {
            flat.put_some(path, self.text(name));
        }
        // Without a name a place is none.
        let is_named = ["city", "country_code", "region"]
            .iter()
            .any(|part| self.text(&format!("remote_location.{part}")).is_some());
        for (path, name) in [
            (paths::SRC_ENDPOINT_LOCATION_LAT, "remote_location.latitude"),
            (paths::SRC_ENDPOINT_LOCATION_LONG, "remote_location.longitude"),
        ] {
            if let Some(degrees) = self.signed(name).filter(|_| is_named) {
                flat.put(path, Scalar::Float(degrees));
            }
        }
    }
}
