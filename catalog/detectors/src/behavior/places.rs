//! Where addresses are: by databases in MaxMind's format, by what a log says itself, or, roughly,
//! by the registry that gave the network out.

use std::net::IpAddr;

use maxminddb::{PathElement, Reader};
use model::Event;
use ocsf::Scalar;

use crate::web::cut;

/// A name of a place is kept to this length, in bytes.
const NAME_MAX: usize = 60;

/// Databases of places and of networks.
#[derive(Debug, Default)]
pub struct Places {
    readers: Vec<Reader<Vec<u8>>>,
}

/// A point on the earth with its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub north: f64,
    /// Degrees east.
    pub east: f64,
    /// How far off that may be, in kilometres.
    pub radius: f64,
    /// The town, or nothing.
    pub city: String,
    /// The country's code or name.
    pub country: String,
}

impl Place {
    /// As a sentence names it.
    pub fn name(&self) -> String {
        match self.city.as_str() {
            "" => self.country.clone(),
            city => format!("{city}, {}", self.country),
        }
    }

    /// The least distance to another place, in kilometres: along a great circle, by the formula
    /// of haversines, less what either may be off.
    pub fn distance(&self, other: &Place) -> f64 {
        const EARTH: f64 = 6_371.0;
        let (a, b) = (self.north.to_radians(), other.north.to_radians());
        let east = (other.east - self.east).to_radians();
        let half = ((b - a) / 2.0).sin().powi(2) + a.cos() * b.cos() * (east / 2.0).sin().powi(2);
        let whole = 2.0 * EARTH * half.sqrt().min(1.0).asin();
        (whole - self.radius - other.radius).max(0.0)
    }
}

impl Places {
    /// Adds a database (a file's bytes): GeoLite2 or GeoIP2 City, Country or ASN, or one of their
    /// form. The error says what is wrong with it.
    pub fn add(&mut self, database: Vec<u8>) -> Result<(), String> {
        self.readers.push(Reader::from_source(database).map_err(|error| error.to_string())?);
        Ok(())
    }

    fn text(&self, address: IpAddr, path: &[&str]) -> Option<String> {
        let path: Vec<PathElement<'_>> = path.iter().map(|key| PathElement::Key(key)).collect();
        let found = |reader: &Reader<Vec<u8>>| {
            reader.lookup(address).ok()?.decode_path::<String>(&path).ok()?
        };
        let text = self.readers.iter().find_map(found)?;
        Some(cut(&text, NAME_MAX).to_owned())
    }

    fn number(&self, address: IpAddr, path: &[&str]) -> Option<f64> {
        let path: Vec<PathElement<'_>> = path.iter().map(|key| PathElement::Key(key)).collect();
        let find = |reader: &Reader<Vec<u8>>| {
            let found = reader.lookup(address).ok()?;
            match found.decode_path::<f64>(&path) {
                Ok(number) => number,
                Err(_) => found.decode_path::<u16>(&path).ok()?.map(f64::from),
            }
        };
        self.readers.iter().find_map(find)
    }

    /// Where an address is.
    pub fn of(&self, address: IpAddr) -> Option<Place> {
        Some(Place {
            north: self.number(address, &["location", "latitude"])?,
            east: self.number(address, &["location", "longitude"])?,
            radius: self.number(address, &["location", "accuracy_radius"]).unwrap_or(0.0),
            city: self.text(address, &["city", "names", "en"]).unwrap_or_default(),
            country: self.text(address, &["country", "iso_code"]).unwrap_or_default(),
        })
    }

    /// The code of the country of an address.
    pub fn country(&self, address: IpAddr) -> Option<String> {
        self.text(address, &["country", "iso_code"])
    }

    /// Whether there is no database.
    pub fn is_empty(&self) -> bool {
        self.readers.is_empty()
    }

    /// Who runs the network of an address.
    pub fn network(&self, address: IpAddr) -> Option<String> {
        self.text(address, &["autonomous_system_organization"])
    }
}

/// What a log says of the place of a login (Okta, Entra), as one text; empty if it says nothing.
pub fn stated(event: &Event<'_>) -> String {
    const FIELDS: [[&str; 4]; 2] = [
        [
            "client.geographicalContext.geolocation.lat",
            "client.geographicalContext.geolocation.lon",
            "client.geographicalContext.city",
            "client.geographicalContext.country",
        ],
        [
            "location.geoCoordinates.latitude",
            "location.geoCoordinates.longitude",
            "location.city",
            "location.countryOrRegion",
        ],
    ];
    let get = |name: &str| {
        let mut found = None;
        event.body.field(name, &mut |value| {
            found = match value {
                Scalar::Float(number) => Some(number.to_string()),
                Scalar::Int(number) => Some(number.to_string()),
                Scalar::Str(text) => Some(cut(&text, NAME_MAX).replace('\t', " ")),
                Scalar::Null | Scalar::Bool(_) => None,
            };
            false
        });
        found
    };
    let one = |fields: &[&str; 4]| {
        let [north, east, city, country] = fields;
        let (north, east) = (get(north)?, get(east)?);
        let (city, country) = (get(city).unwrap_or_default(), get(country).unwrap_or_default());
        Some(format!("{north}\t{east}\t{city}\t{country}"))
    };
    FIELDS.iter().find_map(one).unwrap_or_default()
}

/// The place that a log stated.
pub fn read(stated: &str) -> Option<Place> {
    let mut parts = stated.split('\t');
    let (north, east) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let fits = |value: f64, most: f64| value.is_finite() && value.abs() <= most;
    let mut text = || parts.next().unwrap_or_default().to_owned();
    let place = Place { north, east, radius: 0.0, city: text(), country: text() };
    (fits(north, 90.0) && fits(east, 180.0)).then_some(place)
}

/// A region of the world that a registry of addresses serves.
pub type Region = [&'static str; 2];

/// First numbers of the networks that each registry but North America's gives out.
#[rustfmt::skip]
const REGIONS: &[(Region, &[std::ops::RangeInclusive<u8>])] = &[
    (["Asia and Pacific", "アジア太平洋"], &[
        1..=1, 14..=14, 27..=27, 36..=36, 39..=39, 42..=42, 49..=49, 58..=61, 101..=101, 103..=103,
        106..=106, 110..=126, 171..=171, 175..=175, 180..=180, 182..=183, 202..=203, 210..=211,
        218..=223,
    ]),
    (["Europe, Middle East and Central Asia", "欧州・中東・中央アジア"], &[
        2..=2, 5..=5, 31..=31, 37..=37, 46..=46, 62..=62, 77..=95, 109..=109, 176..=176, 178..=178,
        185..=185, 188..=188, 193..=195, 212..=213, 217..=217,
    ]),
    (["Latin America", "中南米"], &[
        177..=177, 179..=179, 181..=181, 186..=187, 189..=191, 200..=201,
    ]),
    (["Africa", "アフリカ"], &[41..=41, 102..=102, 105..=105, 197..=197]),
];

/// The registry's region of an IPv4 address, in English and Japanese, as far as the first number
/// tells it: IANA's list of `/8` networks, without those given out before the registries were,
/// and without North America's, which cloud providers use all over the world.
pub fn region(address: IpAddr) -> Option<Region> {
    let IpAddr::V4(v4) = address else { return None };
    // RFC 5737: examples are nowhere.
    if matches!(v4.octets(), [203, 0, 113, _] | [198, 51, 100, _] | [192, 0, 2, _]) {
        return None;
    }
    let [first, ..] = v4.octets();
    let own = REGIONS.iter().find(|(_, own)| own.iter().any(|range| range.contains(&first)));
    own.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use testkit::mmdb;

    use super::*;

    #[test]
    fn places_and_networks_come_out_of_databases() {
        let mut places = Places::default();
        let cities = [
            mmdb::city(("192.0.2.0", 24), "Tokyo", "JP", (35.69, 139.69)),
            mmdb::city(("2001:db8::", 32), "Berlin", "DE", (52.52, 13.41)),
        ];
        places.add(mmdb::build(&cities)).unwrap();
        let network = json!({"autonomous_system_number": 64500,
            "autonomous_system_organization": "Example Hosting"});
        places.add(mmdb::build(&[("192.0.2.0", 25, network)])).unwrap();
        let tokyo = places.of("192.0.2.7".parse().unwrap()).unwrap();
        let berlin = places.of("2001:db8::7".parse().unwrap()).unwrap();
        assert_eq!((tokyo.name().as_str(), berlin.name().as_str()), ("Tokyo, JP", "Berlin, DE"));
        assert!((tokyo.distance(&berlin) - 8_918.0).abs() < 10.0, "{}", tokyo.distance(&berlin));
        let network = |address: &str| places.network(address.parse().unwrap());
        assert_eq!(network("192.0.2.7").as_deref(), Some("Example Hosting"));
        assert_eq!((network("192.0.2.200"), network("198.51.100.1")), (None, None));
        assert!(places.add(b"no database".to_vec()).is_err());
        assert!(places.of("198.51.100.1".parse().unwrap()).is_none());
    }

    #[test]
    fn what_a_log_states_must_be_a_point_on_the_earth() {
        assert_eq!(read("35.6\t139.7\tTokyo\tJapan").unwrap().name(), "Tokyo, Japan");
        for wrong in ["", "a\tb", "91\t0\t\t", "0\t181\t\t", "NaN\t0\t\t"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn examples_and_north_america_have_no_region() {
        let of = |address: &str| region(address.parse().unwrap()).map(|[name, _]| name);
        assert_eq!(of("1.1.1.1"), Some("Asia and Pacific"));
        assert_eq!(of("200.1.1.1"), Some("Latin America"));
        assert_eq!((of("203.0.113.9"), of("52.1.1.1"), of("2001:db8::1")), (None, None, None));
    }
}
