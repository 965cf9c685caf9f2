//! `aws.ssm_inventory`: what Systems Manager Inventory knows of machines and their software.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::shared::{is_ip, push, put_cloud};
use crate::json;
use crate::nested::{self, Around, Found, Kind};

/// The member.
pub struct SsmInventory;

const NAME: &str = "aws.ssm_inventory";
/// `activity_id` Collect; `type_id` of a virtual machine.
const COLLECT: i64 = 2;
const VIRTUAL: i64 = 6;
/// The most addresses of one interface that are told.
const ADDRESSES_MAX: usize = 16;

const KIND: Kind = Kind {
    what: "an entry of an inventory",
    marks: &[
        &["\"CaptureTime\"", "\"Content\"", "\"TypeName\""],
        &["\"CaptureTime\"", "\"Entries\"", "\"TypeName\""],
        &["\"captureTime\"", "\"resourceId\"", "\"schemaVersion\""],
    ],
    is_record: |value, around| Entry::of(value, around).is_some(),
    emit,
};

impl Source for SsmInventory {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Systems Manager Inventory: applications, machines, networks; API and S3 sync",
            spec: "https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::SOFTWARE_INFO, Class::INVENTORY_INFO]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("ssm_inventory"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// One entry: a program, an address, the machine itself.
struct Entry<'v> {
    value: &'v Value,
    /// `AWS:Application` and its like.
    kind: &'v str,
    machine: &'v str,
    captured: &'v str,
    time: Time,
}

impl<'v> Entry<'v> {
    /// The entry that a value is: an element of a list in an answer of the API, or a line of what
    /// a resource data sync writes to S3.
    fn of(value: &'v Value, around: &Around<'v>) -> Option<Self> {
        let object = value.as_object()?;
        let text = |key: &str| object.get(&key)?.as_str().filter(|text| !text.is_empty());
        let time = Time::seconds(0);
        if let (Some(machine), Some(captured)) = (text("resourceId"), text("captureTime")) {
            object.get(&"schemaVersion")?;
            return Some(Entry { value, kind: told(value), machine, captured, time });
        }
        let list = around.parent.filter(|_| matches!(around.key, "Content" | "Entries"))?;
        let kind = json::text(list, &["TypeName"])?;
        let captured = json::text(list, &["CaptureTime"])?;
        let known = kind.starts_with("AWS:") || kind.starts_with("Custom:");
        let entity = || json::text(around.beyond?, &["Id"]);
        let machine = json::text(list, &["InstanceId"]).or_else(entity);
        let machine = machine.or_else(|| text("InstanceId")).unwrap_or("");
        known.then_some(Entry { value, kind, machine, captured, time })
    }

    fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key]).filter(|text| !text.is_empty())
    }

    fn is_software(&self) -> bool {
        matches!(self.kind, "AWS:Application" | "AWS:AWSComponent")
    }

    /// The addresses of an interface: one, or several with commas.
    fn addresses(&self) -> impl Iterator<Item = &'v str> {
        let fields = [self.text("IpAddress"), self.text("IPV4"), self.text("IPV6")];
        let all = fields.into_iter().flatten().flat_map(|text| text.split([',', ' ', ';']));
        all.map(str::trim).filter(|ip| is_ip(ip)).take(ADDRESSES_MAX)
    }

    fn put_package(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::PACKAGE_NAME, self.text("Name"));
        flat.put_some(paths::PACKAGE_VERSION, self.text("Version"));
        flat.put_some(paths::PACKAGE_RELEASE, self.text("Release"));
        flat.put_some(paths::PACKAGE_ARCHITECTURE, self.text("Architecture"));
        flat.put_some(paths::PACKAGE_VENDOR_NAME, self.text("Publisher"));
        flat.put_some(paths::PACKAGE_UID, self.text("PackageId"));
        flat.put(paths::PACKAGE_TYPE_ID, 1);
    }

    fn put_device(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::DEVICE_INSTANCE_UID, Some(self.machine));
        flat.put(paths::DEVICE_TYPE_ID, VIRTUAL);
        flat.put_some(paths::DEVICE_HOSTNAME, self.text("ComputerName"));
        let mut addresses = self.addresses().peekable();
        flat.put_some(paths::DEVICE_IP, addresses.peek().copied());
        if self.kind == "AWS:Network" {
            for (slot, ip) in addresses.enumerate() {
                let slot = slot as u16;
                flat.put_in(paths::DEVICE_NETWORK_INTERFACES_IP, slot, ip);
                flat.put_in(paths::DEVICE_NETWORK_INTERFACES_TYPE_ID, slot, 99);
            }
            flat.put_some(paths::DEVICE_MAC, self.text("MacAddress"));
        }
        if let Some(platform) = self.text("PlatformName").or(self.text("PlatformType")) {
            let kind = match self.text("PlatformType") {
                Some("Windows") => 100,
                Some("Linux") => 200,
                Some("MacOS") => 300,
                _ => 0,
            };
            flat.put(paths::DEVICE_OS_NAME, platform);
            flat.put(paths::DEVICE_OS_TYPE_ID, kind);
            flat.put_some(paths::DEVICE_OS_VERSION, self.text("PlatformVersion"));
        }
    }
}

/// The sort of an entry, by the members that only that sort has: S3 names it in the path alone.
fn told(value: &Value) -> &'static str {
    let has = |key: &str| json::has(value, key);
    match () {
        () if has("PlatformType") => "AWS:InstanceInformation",
        () if has("MacAddress") || has("IPV4") => "AWS:Network",
        () if has("InstalledDir") => "AWS:File",
        () if has("HotFixId") => "AWS:WindowsUpdate",
        () if has("CPUModel") => "AWS:InstanceDetailedInformation",
        () if has("ServiceType") || has("StartType") => "AWS:Service",
        () if has("ComplianceType") => "AWS:ComplianceItem",
        () if has("Name") && has("Version") => "AWS:Application",
        () => "unknown",
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(entry) = Entry::of(found.value, &found.around) else {
        return out.refuse(found.at, "not an entry of an inventory", found.raw);
    };
    let Some(time) = Time::parse_rfc3339(entry.captured).or(found.around.time) else {
        return out.refuse(found.at, "the capture time is no time", found.raw);
    };
    let entry = Entry { time, ..entry };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at: found.at,
        outcome: Outcome::Unknown,
        credential: None,
        address: None,
        raw: found.raw,
        body: &entry,
    });
}

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let software = self.is_software();
        let class = if software { Class::SOFTWARE_INFO } else { Class::INVENTORY_INFO };
        let mut flat = Flat::new(class, COLLECT);
        flat.put(paths::ACTIVITY_NAME, "Collect");
        flat.put(paths::SEVERITY_ID, 1);
        put_cloud(&mut flat, "AWS Systems Manager", self.time, None, None);
        flat.put(paths::METADATA_LOG_NAME, self.kind);
        self.put_device(&mut flat);
        if software {
            self.put_package(&mut flat);
        }
        ocsf::fitted(flat)
    }

    /// The entry's own names; those of the answer around it are the sync's.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        match name {
            "TypeName" => _ = each(self.kind.into()),
            "resourceId" if !self.machine.is_empty() => _ = each(self.machine.into()),
            "captureTime" => _ = each(self.captured.into()),
            _ => _ = json::visit(self.value, name, each),
        }
    }

    fn has(&self, name: &str) -> bool {
        matches!(name, "TypeName" | "captureTime") || json::present(self.value, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Instance, Some(self.machine), Role::Target);
        push(out, EntityKind::Host, self.text("ComputerName"), Role::Target);
        for ip in self.addresses() {
            push(out, EntityKind::Ip, Some(ip), Role::Target);
        }
        if self.kind == "AWS:File" {
            let (folder, name) = (self.text("InstalledDir"), self.text("Name"));
            let path = match (folder, name) {
                (Some(folder), Some(name)) if folder.ends_with('/') => format!("{folder}{name}"),
                (Some(folder), Some(name)) => format!("{folder}/{name}"),
                (_, name) => name.unwrap_or("").to_owned(),
            };
            push(out, EntityKind::File, Some(path), Role::Target);
        }
    }

    fn action(&self) -> String {
        let name = self.text("Name").or(self.text("ComputerName")).unwrap_or(self.machine);
        let version = self.text("Version").filter(|_| self.is_software()).unwrap_or("");
        let phrase = format!("{} {name} {version}", self.kind);
        model::text::printable(phrase.trim(), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        Some(true)
    }
}
