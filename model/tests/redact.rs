//! Secrets go, evidence and shape stay.

use model::redact;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Text before, text after. A case is a line of a log as it is found in the field.
const CASES: &[(&str, &str)] = &[
    // JSON members.
    (r#"{"password":"hunter2","user":"a"}"#, r#"{"password":"«redacted»","user":"a"}"#),
    (r#"{"Passwd" : "a\"b\\" , "n":1}"#, r#"{"Passwd" : "«redacted»" , "n":1}"#),
    (
        r#"{"credentials":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"x/y+z","sessionToken":"IQ=="}}"#,
        r#"{"credentials":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"«redacted»","sessionToken":"«redacted»"}}"#,
    ),
    (
        r#"{"set-cookie":["a=1; Path=/","b=2"],"x":[1]}"#,
        r#"{"set-cookie":["«redacted»","«redacted»"],"x":[1]}"#,
    ),
    (r#"{"name":"Cookie","value":"sid=1"}"#, r#"{"name":"Cookie","value":"«redacted»"}"#),
    (
        r#"{"parameterKey":"DBPassword","parameterValue":"x"}"#,
        r#"{"parameterKey":"DBPassword","parameterValue":"«redacted»"}"#,
    ),
    (
        r#"{"token":12,"pwd":true,"secret":null,"password":""}"#,
        r#"{"token":12,"pwd":true,"secret":null,"password":""}"#,
    ),
    (
        r#"{"password":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
        r#"{"password":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
    ),
    // JSON within a JSON string, twice.
    (
        r#"{"m":"{\"password\":\"a\\\"b\",\"u\":1}"}"#,
        r#"{"m":"{\"password\":\"«redacted»\",\"u\":1}"}"#,
    ),
    (
        r#"{"m":"{\"n\":\"{\\\"token\\\":\\\"t\\\"}\"}"}"#,
        r#"{"m":"{\"n\":\"{\\\"token\\\":\\\"«redacted»\\\"}\"}"}"#,
    ),
    // Query parameters, forms, key=value.
    ("GET /?user=a&password=b&x=1 HTTP/1.1", "GET /?user=a&password=«redacted»&x=1 HTTP/1.1"),
    (r#""GET /?password= HTTP/1.1" 200"#, r#""GET /?password= HTTP/1.1" 200"#),
    (r#"{"url":"/?token=","next":"abc"}"#, r#"{"url":"/?token=","next":"abc"}"#),
    (
        r#"{"url":"/?a=1\u0026token=x\u0026b=2"}"#,
        r#"{"url":"/?a=1\u0026token=«redacted»\u0026b=2"}"#,
    ),
    ("next=%2F%3Ftoken%3Dabc%26b%3D1", "next=%2F%3Ftoken%3D«redacted»%26b%3D1"),
    (
        "user%5Bpassword%5D=x&user[password]=y",
        "user%5Bpassword%5D=«redacted»&user[password]=«redacted»",
    ),
    ("level=info db.password=\"a b\" n=1", "level=info db.password=\"«redacted»\" n=1"),
    ("{'password': 'x', 'n': 1}", "{'password': '«redacted»', 'n': 1}"),
    ("ALTER ROLE a PASSWORD = 'x'; SELECT 1", "ALTER ROLE a PASSWORD = '«redacted»'; SELECT 1"),
    (
        "/o?X-Amz-Credential=AKIAEXAMPLE%2Fs3&X-Amz-Security-Token=IQo%2B&X-Amz-Signature=00112233445566778899aabbccddeeff",
        "/o?X-Amz-Credential=AKIAEXAMPLE%2Fs3&X-Amz-Security-Token=«redacted»&X-Amz-Signature=«redacted»",
    ),
    // Headers.
    ("Authorization: Bearer abc\nHost: a.example", "Authorization: «redacted»\nHost: a.example"),
    (r#"{"m":"a\nAuthorization: x\nHost: b"}"#, r#"{"m":"a\nAuthorization: «redacted»\nHost: b"}"#),
    (
        "curl -H 'Cookie: a=1; b=2' https://a.example",
        "curl -H 'Cookie: «redacted»' https://a.example",
    ),
    ("sent Bearer abc123DEF456 to x", "sent Bearer «redacted» to x"),
    (
        "authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/s3, Signature=00112233445566778899aabbccddeeff",
        "authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/s3, Signature=«redacted»",
    ),
    ("x-amz-security-token:IQoJb3Jp", "x-amz-security-token:«redacted»"),
    // Known by their looks.
    ("id eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl end", "id «redacted» end"),
    ("push with ghp_0123456789abcdefghij.", "push with «redacted»."),
    ("postgres://app:s3cr3t@db.example/x", "postgres://app:«redacted»@db.example/x"),
    (
        r#"{"k":"-----BEGIN RSA PRIVATE KEY-----\nMII\n+/=\n-----END RSA PRIVATE KEY-----\n"}"#,
        r#"{"k":"«redacted»\n"}"#,
    ),
    (r#"{"k":"-----BEGIN PRIVATE KEY-----\nMII"}"#, r#"{"k":"«redacted»"}"#),
    // No secrets.
    (
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
    ),
    ("cat: /etc/passwd: Permission denied", "cat: /etc/passwd: Permission denied"),
    (
        r#"{"eventName":"GetSessionToken","awsRegion":"x"}"#,
        r#"{"eventName":"GetSessionToken","awsRegion":"x"}"#,
    ),
    (r#"{"signature":"Eicar-Test-Signature"}"#, r#"{"signature":"Eicar-Test-Signature"}"#),
    ("Basic authentication failed for root", "Basic authentication failed for root"),
    ("-----BEGIN CERTIFICATE-----\nMII", "-----BEGIN CERTIFICATE-----\nMII"),
    ("AKIAIOSFODNN7EXAMPLE password reset", "AKIAIOSFODNN7EXAMPLE password reset"),
];

#[test]
fn every_case_of_the_field() {
    for (before, after) in CASES {
        assert_eq!(redact(before), *after, "of {before}");
        assert_eq!(redact(after), *after, "again, of {before}");
    }
}

#[test]
fn time_grows_with_the_length_and_no_faster() {
    // Each of these made a naive scanner look at the rest of the text again and again.
    let hostile = [
        "authorization: AWS4-",
        "signature=",
        "\"password\"",
        "password ",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        "://a:",
        "\\",
        "\"token\":[",
        "eyJ.",
        "%3D",
        "'secret':'",
        "cookie:",
    ];
    for piece in hostile {
        let text = piece.repeat(2_000_000 / piece.len());
        assert!(redact(&text).len() <= text.len() * 4, "{piece}");
    }
}

/// Pieces that, put together at random, make most shapes that matter here.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "password",
            "token",
            "Cookie",
            "authorization",
            "signature",
            "value",
            "secret",
            "\"",
            "\\\"",
            "\\\\",
            "'",
            ":",
            "=",
            ",",
            " ",
            "\n",
            "\\n",
            "%3D",
            "%26",
            "\\u0026",
            "[",
            "]",
            "{",
            "}",
            "Bearer ",
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "eyJhbGciOi",
            ".eyJ",
            "://",
            "@",
            "AWS4-",
            "«redacted»",
            "ghp_0123456789abcdef",
            "00112233445566778899aabbccddeeff",
            "é",
            "あ",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9]{1,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        pieces().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let key = prop_oneof![
            Just("password".to_owned()),
            Just("set-cookie".to_owned()),
            Just("name".to_owned()),
            Just("value".to_owned()),
            pieces()
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner.clone()), 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
            inner.prop_map(|v| Value::from(v.to_string())),
        ]
    })
}

/// The document with every string and number taken away.
fn shape(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(map) => map.values().map(shape).collect(),
        Value::String(_) => json!("s"),
        other => other.clone(),
    }
}

#[test]
fn a_mark_does_not_hide_the_secret_around_it() {
    let text = "https://:-----BEGIN PRIVATE KEY-----\u{a1}@host";
    let once = redact(text).into_owned();
    assert!(!once.contains('\u{a1}'), "{once}");
    assert_eq!(redact(&once), once);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn twice_is_once(text in pieces()) {
        let once = redact(&text).into_owned();
        prop_assert_eq!(&*redact(&once), &once);
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        redact(&text);
    }

    #[test]
    fn json_stays_json(document in documents(), pretty in any::<bool>()) {
        let text = if pretty { format!("{document:#}") } else { document.to_string() };
        let out = redact(&text);
        let back = serde_json::from_str::<Value>(&out);
        prop_assert!(back.is_ok(), "{text}\n{out}");
        prop_assert_eq!(shape(&back.unwrap()), shape(&document), "{}\n{}", text, out);
    }
}
