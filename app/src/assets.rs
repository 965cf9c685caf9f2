//! Reads `--assets FILE`: TOML or JSON, unknown keys refused.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use model::Error;
use model::assets::{Application, Assets, Host, Network};
use serde_json::{Map, Value};

/// The tables and their keys.
const TABLES: &[(&str, &[&str])] = &[
    ("application", &["name", "owner", "environment", "criticality"]),
    ("egress", &["cidr"]),
    ("host", &["name", "ip", "instance", "eni", "asg", "application", "environment"]),
    ("network", &["cidr", "name", "trusted"]),
];

/// Loads a file of assets.
pub fn load(path: &Path) -> Result<Assets, Error> {
    let wrong = |what: String| {
        let remedy = "See docs/interface.md, section --assets, for the tables and their keys.";
        Error::user(format!("{}: {what}", path.display()), remedy)
    };
    let text = fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let root: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?
    } else {
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        serde_json::to_value(table).map_err(|e| wrong(e.to_string()))?
    };
    read(&root).map_err(wrong)
}

fn read(root: &Value) -> Result<Assets, String> {
    let root = root.as_object().ok_or("not a table")?;
    let mut assets = Assets::default();
    for (table, rows) in root {
        let known = TABLES.iter().find(|(name, _)| name == table);
        let (_, keys) = known.ok_or_else(|| format!("unknown table [[{table}]]"))?;
        let rows =
            rows.as_array().ok_or_else(|| format!("{table} must be a list: write [[{table}]]"))?;
        for (at, row) in rows.iter().enumerate() {
            let place = format!("[[{table}]] number {}", at + 1);
            let row = row.as_object().ok_or_else(|| format!("{place} is not a table"))?;
            if let Some(key) = row.keys().find(|key| !keys.contains(&key.as_str())) {
                return Err(format!("{place}: unknown key {key:?}"));
            }
            add(&mut assets, table, row).map_err(|what| format!("{place}: {what}"))?;
        }
    }
    Ok(assets)
}

fn add(assets: &mut Assets, table: &str, row: &Map<String, Value>) -> Result<(), String> {
    for (key, value) in row {
        let (fits, wanted) = match key.as_str() {
            "ip" => (value.is_string() || value.is_array(), "a list of addresses: [\"192.0.2.4\"]"),
            "trusted" => (value.is_boolean(), "true or false, without quotes"),
            _ => (value.is_string(), "a text in quotes"),
        };
        if !fits {
            return Err(format!("{key} = {value}: it must be {wanted}"));
        }
    }
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = || text("name").ok_or("name is missing");
    let cidr = || -> Result<ipnet::IpNet, String> {
        let text = text("cidr").ok_or("cidr is missing")?;
        let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(ipnet::IpNet::from));
        net.map_err(|_| format!("{text:?} is no network"))
    };
    match table {
        "application" => assets.applications.push(Application {
            name: name()?,
            owner: text("owner"),
            environment: text("environment"),
            criticality: text("criticality"),
        }),
        "egress" => assets.egress.push(cidr()?),
        "network" => assets.networks.push(Network {
            cidr: cidr()?,
            name: text("name").unwrap_or_default(),
            trusted: row.get("trusted").and_then(Value::as_bool).unwrap_or(false),
        }),
        _ => {
            let listed = row.get("ip").map(|ip| ip.as_array().cloned().unwrap_or(vec![ip.clone()]));
            let mut ip = Vec::new();
            for address in listed.unwrap_or_default() {
                let parsed = address.as_str().and_then(|a| a.parse().ok());
                ip.push(parsed.ok_or_else(|| format!("{address} is no address"))?);
            }
            assets.hosts.push(Host {
                name: name()?,
                ip,
                instance: text("instance"),
                eni: text("eni"),
                asg: text("asg"),
                application: text("application"),
                environment: text("environment"),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Assets, String> {
        read(&serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap())
    }

    #[test]
    fn reads_tables_and_refuses_what_it_does_not_know() {
        let assets = parse(
            "[[host]]\nname = \"web-1\"\nip = [\"192.0.2.4\"]\n[[egress]]\ncidr = \"198.51.100.0/24\"\n\
             [[network]]\ncidr = \"2001:db8::/32\"\nname = \"office\"\ntrusted = true\n",
        )
        .unwrap();
        assert!(
            assets.owns("192.0.2.4") && assets.owns("198.51.100.77") && assets.owns("2001:db8::1")
        );
        assert!(!assets.owns("203.0.113.1") && !assets.owns("not an address"));
        assert!(parse("[[egress]]\ncidr = \"x\"").unwrap_err().contains("no network"));
        assert!(parse("[[host]]\nname = \"a\"\nadress = 1").unwrap_err().contains("adress"));
        let quoted = "[[network]]\ncidr = \"192.0.2.0/24\"\ntrusted = \"yes\"";
        assert!(parse(quoted).unwrap_err().contains("trusted = \"yes\": it must be true or false"));
        assert!(parse("[[host]]\nname = 7").unwrap_err().contains("a text in quotes"));
        assert!(parse("[[hosts]]\nname = \"a\"").unwrap_err().contains("hosts"));
    }
}
