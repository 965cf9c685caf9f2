//! Where an event of Okta came from: place, network, system and device, as Okta saw them.

use ocsf::{Class, Flat, Path, paths};

use super::Record;
use crate::json;
use crate::saas::put_all;

/// The beginnings of Okta's names of systems, and OCSF's numbers for them.
const SYSTEMS: &[(&str, i64)] = &[
    ("windows phone", 101),
    ("windows mobile", 101),
    ("windows", 100),
    ("android", 201),
    ("linux", 200),
    ("ubuntu", 200),
    ("chrome os", 99),
    ("chromeos", 99),
    ("ipados", 302),
    ("ios", 301),
    ("iphone", 301),
    ("mac", 300),
    ("os x", 300),
    ("osx", 300),
];

fn system(name: &str) -> i64 {
    let name = name.to_ascii_lowercase();
    let known = SYSTEMS.iter().find(|(start, _)| name.starts_with(start));
    known.map_or(99, |(_, number)| *number)
}

/// What sort of account Okta's word means: people are users, Okta itself is the system.
pub(super) fn account_type(word: &str) -> i64 {
    match word {
        "User" | "AppUser" => 1,
        "SystemPrincipal" => 3,
        _ => 99,
    }
}

impl<'v> Record<'v> {
    pub(super) fn put_place(&self, class: Class, flat: &mut Flat<'v>) {
        let geo = |key| self.text(&["client", "geographicalContext", key]);
        put_all(
            flat,
            &[
                (paths::SRC_ENDPOINT_LOCATION_CITY, geo("city")),
                (paths::SRC_ENDPOINT_LOCATION_COUNTRY, geo("country")),
                (paths::SRC_ENDPOINT_LOCATION_REGION, geo("state")),
                (paths::SRC_ENDPOINT_LOCATION_POSTAL_CODE, geo("postalCode")),
                (
                    paths::SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NAME,
                    self.text(&["securityContext", "asOrg"]),
                ),
                (paths::SRC_ENDPOINT_TYPE, self.text(&["client", "device"])),
            ],
        );
        // The rest of a place says nothing without a name of it.
        if ["city", "country", "state", "postalCode"].into_iter().any(|key| geo(key).is_some()) {
            flat.put_some(paths::SRC_ENDPOINT_LOCATION_ISP, self.text(&["securityContext", "isp"]));
            self.put_number(paths::SRC_ENDPOINT_LOCATION_LAT, "lat", flat);
            self.put_number(paths::SRC_ENDPOINT_LOCATION_LONG, "lon", flat);
        }
        let number = json::at(self.value, &["securityContext", "asNumber"]);
        if let Some(number) =
            number.and_then(json::scalar).filter(|n| matches!(n, ocsf::Scalar::Int(_)))
        {
            flat.put(paths::SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NUMBER, number);
        }
        if let Some(name) = self.text(&["client", "userAgent", "os"]) {
            let name = if name.eq_ignore_ascii_case("unknown") { return } else { name };
            flat.put(paths::SRC_ENDPOINT_OS_NAME, name);
            flat.put(paths::SRC_ENDPOINT_OS_TYPE_ID, system(name));
        }
        if matches!(class, Class::AUTHENTICATION | Class::API_ACTIVITY) {
            let url = self.text(&["debugContext", "debugData", "url"]);
            flat.put_some(paths::DST_ENDPOINT_SVC_NAME, url);
        }
    }

    fn put_number(&self, path: Path, key: &str, flat: &mut Flat<'v>) {
        let place = ["client", "geographicalContext", "geolocation", key];
        let number = json::at(self.value, &place).and_then(json::scalar);
        match number {
            Some(ocsf::Scalar::Int(whole)) => flat.put(path, ocsf::Scalar::Float(whole as f64)),
            Some(real @ ocsf::Scalar::Float(_)) => flat.put(path, real),
            _ => {}
        }
    }
}
