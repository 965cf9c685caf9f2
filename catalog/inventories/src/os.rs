//! Package databases of hosts and images: dpkg's status, apk's installed, a list of rpm.

use model::component::{Component, Inventory};
use versions::Purl;

use crate::installed::may_own;
use crate::{Kind, mentions};

/// dpkg's database (`/var/lib/dpkg/status`), or one of its files in `status.d`.
pub const DPKG: Kind = Kind {
    name: "dpkg.status",
    recognise: |name, text| {
        // Lists of what could be installed have no `Status`; neither have parts of `status.d`.
        let installed = !matches!(name, "status-old" | "available") && text.contains("\nVersion: ");
        text.starts_with("Package: ")
            && installed
            && (mentions(text, "\nStatus: ") || !mentions(text, "\nFilename: "))
    },
    read: dpkg,
};
/// apk's database (`/lib/apk/db/installed`).
pub const APK: Kind = Kind {
    name: "apk.installed",
    recognise: |name, text| {
        let mut first = text.lines().take(4);
        // An index of a repository looks the same; it lists what could be installed.
        name != "apkindex" && first.any(|line| line.starts_with("P:")) && text.contains("\nV:")
    },
    read: apk,
};
/// What `rpm -qa` prints: name-version-release.arch, one a line.
pub const RPM: Kind = Kind {
    name: "rpm.list",
    recognise: |name, text| {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(5).peekable();
        name.contains("rpm") && lines.peek().is_some() && lines.all(|line| nevra(line).is_some())
    },
    read: rpm,
};

fn fields(paragraph: &str) -> impl Fn(&str) -> String {
    let pairs: Vec<(String, String)> = paragraph
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
        .collect();
    move |key| pairs.iter().find(|(k, _)| k == key).map_or(String::new(), |(_, v)| v.clone())
}

/// The vendor, by a mark that its versions or maintainers carry.
fn vendor(maintainer: &str, version: &str) -> &'static str {
    let ubuntu = maintainer.to_ascii_lowercase().contains("ubuntu") || version.contains("ubuntu");
    if ubuntu { "ubuntu" } else { "debian" }
}

fn dpkg(path: &str, text: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let text = text.replace("\r\n", "\n");
    for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let field = fields(paragraph);
        let (name, version, status) = (field("Package"), field("Version"), field("Status"));
        if name.is_empty() {
            return Err("a paragraph without `Package`".to_owned());
        }
        if !status.is_empty() && !status.ends_with(" installed") {
            continue;
        }
        let stated = field("Source");
        let (source, rest) = stated.split_once(" (").unwrap_or((stated.as_str(), ""));
        let source = (!source.is_empty())
            .then(|| (source.to_owned(), rest.trim_end_matches(')').to_owned()));
        let vendor = vendor(&field("Maintainer"), &version);
        let mut purl = Purl::new("deb", vendor, &name, &version).ok();
        if let Some(purl) = &mut purl {
            purl.set("arch", &field("Architecture"));
        }
        inventory.components.push(Component {
            purl,
            at: vec![format!("{path}#{name}")],
            name,
            version,
            source,
        });
    }
    Ok(inventory)
}

fn apk(path: &str, text: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let text = text.replace("\r\n", "\n");
    for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let field = fields(paragraph);
        let (name, version, origin) = (field("P"), field("V"), field("o"));
        if name.is_empty() {
            return Err("a paragraph without `P:`".to_owned());
        }
        let mut purl = Purl::new("apk", "alpine", &name, &version).ok();
        if let Some(purl) = &mut purl {
            purl.set("arch", &field("A"));
        }
        inventory.components.push(Component {
            purl,
            source: (!origin.is_empty()).then(|| (origin, version.clone())),
            at: vec![format!("{path}#{name}")],
            name,
            version,
        });
        inventory.owned.extend(files(paragraph));
    }
    Ok(inventory)
}

/// Files of a package of Alpine that say by themselves what is installed: `F:` is a folder, `R:` a
/// file in it.
fn files(paragraph: &str) -> Vec<String> {
    let (mut folder, mut out) = ("", Vec::new());
    for line in paragraph.lines() {
        match line.split_once(':') {
            Some(("F", path)) => folder = path,
            Some(("R", base)) if may_own(base) => out.push(format!("{folder}/{base}")),
            _ => {}
        }
    }
    out
}

/// Name, epoch, version with release, architecture.
fn nevra(line: &str) -> Option<(&str, &str, String, &str)> {
    let (rest, arch) = line.trim().rsplit_once('.')?;
    let (rest, release) = rest.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let (epoch, version) = version.split_once(':').unwrap_or(("", version));
    let digit = epoch.bytes().all(|b| b.is_ascii_digit())
        && version.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = !line.trim().contains(' ') && !name.is_empty();
    (digit && plain).then(|| (name, epoch, format!("{version}-{release}"), arch))
}

fn rpm(path: &str, text: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        // Keys of signatures are listed as packages; they have no architecture.
        if line.starts_with("gpg-pubkey-") {
            continue;
        }
        let Some((name, epoch, version, arch)) = nevra(line) else {
            return Err(format!("line {}: not name-version-release.arch", number + 1));
        };
        let mut purl = Purl::new("rpm", "redhat", name, &version).ok();
        if let Some(purl) = &mut purl {
            purl.set("arch", arch);
            purl.set("epoch", if epoch == "0" { "" } else { epoch });
        }
        let at = format!("{path}:{}", number + 1);
        inventory.components.push(Component::listed(name, &version, purl, at));
    }
    Ok(inventory)
}
