//! Prefixes as they are set in the field.

use super::*;

#[test]
fn prefixes_of_many_settings() {
    let all = |line: &'static str| {
        let head = Head::of(line).expect(line);
        let w = who(head.prefix);
        let part = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let number = w.port.map_or("-".into(), |p| p.to_string());
        let pid = w.pid.map_or("-".into(), |p| p.to_string());
        [pid, part(w.user), part(w.database), part(w.client), number, part(w.app)].join(" ")
    };
    for (line, wanted) in [
        ("2026-10-14 23:18:21 UTC::@:[181]:LOG:  x", "181 - - - - -"),
        (
            "2026-10-14 23:18:21 UTC:192.0.2.9(5980):app@shop:[181]:LOG:  x",
            "181 app shop 192.0.2.9 5980 -",
        ),
        (
            "2026-10-14 23:18:21 UTC:2001:db8::9(5980):app@shop:[181]:LOG:  x",
            "181 app shop 2001:db8::9 5980 -",
        ),
        ("2026-10-14 23:18:21 UTC:[local]:app@shop:[181]:LOG:  x", "181 app shop [local] - -"),
        (
            "2026-10-14 23:18:21.916 UTC [17] app@shop 192.0.2.9 app=my app LOG:  x",
            "17 app shop 192.0.2.9 - my app",
        ),
        (
            "2026-10-14 23:18:21 CET [17]: [3-1] user=app,db=shop,app=[unknown],client=192.0.2.9 LOG:  x",
            "17 app shop 192.0.2.9 - -",
        ),
        (
            "2026-10-14 23:18:21 CET [17]: [3-1] user=app,db=shop,host=192.0.2.9:55,app=a b ERROR:  x",
            "17 app shop 192.0.2.9 55 a b",
        ),
        ("[17]: [1-1] db=shop,user=app LOG:  x", "17 app shop - - -"),
        ("Feb  5 16:19:38 sql-1 postgres[17]: [1-1] db=,user= FATAL:  x", "17 - - - - -"),
    ] {
        assert_eq!(all(line), wanted, "{line}");
    }
    for other in ["\tERROR: x", "ERROR:  x", "GET /LOG: x", "", "a LOG:", "2026-10-14 LOG:  x"] {
        assert_eq!(Head::of(other), None, "{other}");
    }
}
