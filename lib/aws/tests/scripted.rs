//! Against a server that says what a script says: throttling, pages, credentials of a machine.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test with a server of its own"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use aws::{Call, Client, Credentials, Place, Protocol, Surroundings};

/// Answers one request after the other; gives the requests back.
fn serve(answers: Vec<(u16, &'static str)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut text, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let lower = line.to_ascii_lowercase();
                if let Some(count) = lower.strip_prefix("content-length:") {
                    length = count.trim().parse().unwrap();
                }
                text.push_str(&line);
                if line == "\r\n" {
                    break;
                }
            }
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            text.push_str(&String::from_utf8(sent).unwrap());
            asked.push(text);
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
            write!(stream, "{head}connection: close\r\n\r\n{body}").unwrap();
        }
        asked
    });
    (url, served)
}

fn client(url: &str) -> Client {
    let credentials = Credentials {
        key: "AKIAEXAMPLE".into(),
        secret: "secret".into(),
        token: Some("session".into()),
    };
    let place = Place { region: "eu-west-1".into(), endpoint: Some(url.to_owned()) };
    Client::new(door::Settings::default(), credentials, place).unwrap()
}

#[test]
fn what_is_throttled_is_asked_again_and_pages_follow_each_other() {
    let throttled = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow\
                     </Message></Error></Errors></Response>";
    let first = "<R><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId></item>\
                 </instancesSet></item></reservationSet><nextToken>two words</nextToken></R>";
    let second = "<R><reservationSet><item><ownerId>111122223333</ownerId></item>\
                  </reservationSet><nextToken/></R>";
    let (url, served) = serve(vec![(400, throttled), (200, first), (200, second)]);
    let call = Call::new("ec2", "2016-11-15", "DescribeInstances", Protocol::Ec2);
    let mut pages = Vec::new();
    client(&url)
        .pages(&call, ("NextToken", "NextToken"), &mut |said| {
            pages.push(said.value["Reservations"][0].clone());
            Ok(())
        })
        .unwrap();
    assert_eq!(pages[0]["Instances"][0]["InstanceId"], "i-1");
    assert_eq!(pages[1]["OwnerId"], "111122223333");
    let asked = served.join().unwrap();
    assert_eq!(asked.len(), 3);
    assert!(asked[2].ends_with("NextToken=two+words"), "{}", asked[2]);
    let head = asked[0].to_ascii_lowercase();
    assert!(head.contains("authorization: aws4-hmac-sha256 credential=akiaexample/"), "{head}");
    assert!(
        head.contains("/eu-west-1/ec2/aws4_request")
            && head.contains("x-amz-security-token: session")
    );
    assert!(!asked.iter().any(|text| text.contains("secret")));
}

#[test]
fn credentials_of_the_environment_a_profile_a_container_and_an_instance() {
    let role = "{\"AccessKeyId\":\"AKIAROLE\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}";
    let (url, served) = serve(vec![(200, "token"), (200, "web\n"), (200, role), (200, role)]);
    let find = |pairs: &[(&str, &str)], profile: Option<&str>| {
        let variable = |name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let file = |path: &str| match path {
            "/home/me/.aws/config" => Some("[profile shop]\nregion = eu-west-1\n".to_owned()),
            "/home/me/.aws/credentials" => Some(
                "# keys\n[shop]\naws_access_key_id = AKIASHOP\naws_secret_access_key = s\n"
                    .to_owned(),
            ),
            _ => None,
        };
        aws::find(&Surroundings {
            variable: &variable,
            file: &file,
            profile: profile.map(str::to_owned),
            door: door::Settings::default(),
            place: Place::default(),
        })
    };
    let instance = find(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)], None).unwrap();
    assert_eq!((instance.key.as_str(), instance.token.as_deref()), ("AKIAROLE", Some("t")));
    let full = format!("{url}/creds");
    let container = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", full.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "tok"),
    ];
    assert_eq!(find(&container, None).unwrap().key, "AKIAROLE");
    let asked = served.join().unwrap();
    assert!(asked[0].starts_with("PUT /latest/api/token") && asked[3].contains("tok"), "{asked:?}");
    let own =
        [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("HOME", "/home/me")];
    assert_eq!(find(&own, None).unwrap().key, "AKIAENV");
    assert_eq!(
        find(&own, Some("shop")).unwrap().key,
        "AKIASHOP",
        "what a person names comes first"
    );
    assert!(find(&own, Some("other")).unwrap_err().what.contains("there is no profile"));
    let off = [("AWS_EC2_METADATA_DISABLED", "true")];
    assert!(find(&off, None).unwrap_err().what.contains("no AWS credentials"));
}
