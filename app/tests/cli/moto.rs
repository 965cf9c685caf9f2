//! Moto, a server that answers as AWS does: started on a free port, stopped with the test.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use aws::{Call, Client, Credentials, Place, Protocol, Said};

use crate::root;

/// How often a start is waited for, a tenth of a second each.
const WAITS: u32 = 600;

/// A running server.
pub struct Moto {
    child: Child,
    /// Where it listens.
    pub url: String,
    recording: PathBuf,
}

impl Moto {
    /// Starts it; `None`, said on stderr, where it cannot be had.
    pub fn start() -> Option<Moto> {
        let found = Command::new(root().join("dev/moto.sh")).stderr(Stdio::inherit()).output();
        let tools = String::from_utf8(found.ok()?.stdout).ok()?.trim().to_owned();
        if tools.is_empty() {
            eprintln!("skipped: moto is not there");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = "from moto.server import main; main()";
        let mut command = Command::new("python3");
        command.args(["-c", program, "-H", "127.0.0.1", "-p", &port.to_string()]);
        let recording = std::env::temp_dir().join(format!("yagura-moto-{port}"));
        command.env("MOTO_RECORDER_FILEPATH", &recording);
        command.env("PYTHONPATH", PathBuf::from(tools)).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let moto = Moto { child, url: format!("http://127.0.0.1:{port}"), recording };
        for _ in 0..WAITS {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(moto);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("moto did not start");
    }

    /// Calls it as its owner.
    pub fn call(&self, call: &Call) -> Said {
        self.call_in("eu-west-1", call)
    }

    /// Calls it as its owner, in a region.
    pub fn call_in(&self, region: &str, call: &Call) -> Said {
        let key = || "testing".to_owned();
        let credentials = Credentials { key: key(), secret: key(), token: None };
        let place = Place { region: region.into(), endpoint: Some(self.url.clone()) };
        let client = Client::new(door::Settings::default(), credentials, place).unwrap();
        client.call(call).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A call of EC2.
    pub fn ec2(&self, action: &'static str, parameters: &[(&str, &str)]) -> Said {
        self.call(&with(Call::new("ec2", "2016-11-15", action, Protocol::Ec2), parameters))
    }

    /// A call of EC2 in a region.
    pub fn ec2_in(&self, region: &str, action: &'static str, parameters: &[(&str, &str)]) -> Said {
        let call = Call::new("ec2", "2016-11-15", action, Protocol::Ec2);
        self.call_in(region, &with(call, parameters))
    }

    /// From now on every call is recorded.
    pub fn record(&self) {
        let url = format!("{}/moto-api/recorder/start-recording", self.url);
        let request = door::Request::post(url, "text/plain", "");
        door::Client::new(door::Settings::default()).unwrap().call(&request).unwrap();
    }

    /// The actions that were called since, but those that only read.
    pub fn writes(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.recording).unwrap_or_default();
        let action = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let headers = line["headers"].as_object().unwrap();
            let target = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-target"));
            if let Some(target) = target.and_then(|(_, value)| value.as_str()) {
                return target.split('.').nth(1).map(str::to_owned);
            }
            let body = decoded(line["body"].as_str().unwrap_or_default());
            body.strip_prefix("Action=").map(|rest| rest.split('&').next().unwrap().to_owned())
        };
        let all = text.lines().filter_map(action);
        all.filter(|action| !["Describe", "List", "Get"].iter().any(|p| action.starts_with(p)))
            .collect()
    }

    /// A call of IAM.
    pub fn iam(&self, action: &'static str, parameters: &[(&str, &str)]) -> Said {
        self.call(&with(Call::new("iam", "2010-05-08", action, Protocol::Query), parameters))
    }

    /// A call of the load balancers.
    pub fn elb(&self, action: &'static str, parameters: &[(&str, &str)]) -> Said {
        let call = Call::new("elasticloadbalancing", "2015-12-01", action, Protocol::Query);
        self.call(&with(call, parameters))
    }

    /// A call of Auto Scaling.
    pub fn groups(&self, action: &'static str, parameters: &[(&str, &str)]) -> Said {
        let call = Call::new("autoscaling", "2011-01-01", action, Protocol::Query);
        self.call(&with(call, parameters))
    }

    /// A call of a service that speaks JSON.
    pub fn json(
        &self,
        (service, prefix): (&'static str, &'static str),
        action: &'static str,
        members: serde_json::Value,
    ) -> serde_json::Value {
        let call = Call::new(service, "", action, Protocol::Json(prefix)).with_json(members);
        self.call(&call).value
    }

    /// From now on every call is held to the policies of who signs it.
    pub fn enforce(&self) {
        let request =
            door::Request::post(format!("{}/moto-api/reset-auth", self.url), "text/plain", "0");
        let client = door::Client::new(door::Settings::default()).unwrap();
        client.call(&request).unwrap();
    }

    /// Runs `yagura` with a key, against this server.
    pub fn yagura(&self, who: (&str, &str), arguments: &[&str]) -> Output {
        Self::yagura_at(&self.url, who, arguments)
    }

    /// Runs `yagura` with a key, against what listens at an address.
    pub fn yagura_at(url: &str, (key, secret): (&str, &str), arguments: &[&str]) -> Output {
        assert_cmd::Command::cargo_bin("yagura")
            .unwrap()
            .current_dir(root())
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env("AWS_ENDPOINT_URL", url)
            .args(arguments)
            .output()
            .unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _status = self.child.wait();
        let _none = std::fs::remove_file(&self.recording);
    }
}

/// Base64, as the recorder writes it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn with(call: Call, parameters: &[(&str, &str)]) -> Call {
    parameters.iter().fold(call, |call, (key, value)| call.with(key, *value))
}
