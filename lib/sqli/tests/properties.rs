//! What holds of every text, and what the dialects say of some.

#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;
use sqli::*;

proptest! {
    #[test]
    fn tokens_are_in_order_and_leave_only_space(text in "[ -~é\n]{0,200}") {
        for dialect in Dialect::ALL {
            let mut at = 0;
            for token in lex(&text, *dialect) {
                prop_assert!(token.start >= at && token.end > token.start);
                prop_assert!(text.as_bytes()[at..token.start].iter().all(|b| *b <= b' '));
                at = token.end;
            }
            prop_assert!(text.as_bytes()[at..].iter().all(|b| *b <= b' '));
        }
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,120}", value in "\\PC{0,30}") {
        let _ = attempt(&text);
        for dialect in Dialect::ALL {
            let _ = (features(&text, *dialect), skeleton(&text, *dialect));
            let _ = (tables(&text, *dialect), taint(&text, *dialect, &value));
        }
    }

    #[test]
    fn a_value_escaped_well_is_confined(value in "[ -~]{2,60}") {
        let value = value.trim();
        prop_assume!(value.len() >= 2);
        let escaped = value.replace('\'', "''");
        let sql = format!("SELECT a FROM t WHERE b = '{escaped}' LIMIT 5");
        let found = taint(&sql, Dialect::Postgres, value);
        // A value may stand in the program's own words too; where it does not, it is confined.
        let own = "SELECT a FROM t WHERE b = '' LIMIT 5".to_lowercase();
        if !own.contains(&value.to_lowercase()) && !value.contains('\'') {
            prop_assert_eq!(found.map(|t| t.verdict), Some(Verdict::Confined));
        }
    }

    #[test]
    fn values_do_not_change_the_skeleton(number in 0_u32.., text in "[a-z ]{0,20}") {
        let sql = format!("SELECT a FROM t WHERE b = {number} AND c = '{text}'");
        let usual = "select a from t where b = 1 and c = 'x'";
        for dialect in Dialect::ALL {
            prop_assert_eq!(skeleton(&sql, *dialect), skeleton(usual, *dialect));
            prop_assert_eq!(skeleton_hash(&sql, *dialect), skeleton_hash(usual, *dialect));
        }
    }
}

#[test]
fn lists_of_values_are_one() {
    let short = skeleton("INSERT INTO t VALUES (1,'a')", Dialect::MySql);
    let long = skeleton("insert into t values (1,'a'), (2,'b'), (3,'c')", Dialect::MySql);
    assert_eq!((short.as_str(), long.as_str()), ("insert into t values ( ? )", short.as_str()));
    let ids = "SELECT * FROM t WHERE id IN (1, 2, 3) AND (a, b)";
    assert_eq!(skeleton(ids, Dialect::MySql), "select * from t where id in ( ? ) and ( a , b )");
}

#[test]
fn honest_values_are_no_attempts() {
    for value in [
        "O'Brien",
        "men's wear",
        "rock 'n' roll",
        "select comfort mattress",
        "drop-leaf desk",
        "tables or chairs",
        "union jack",
        "1 = 1 is true",
        "50%",
        "a--b",
        "x; y",
        "C# and F#",
        "5 or 6 people",
        "where to buy",
        "l'été",
        "12-15",
        "black & white",
        "order by phone",
        "user's guide (2nd edition)",
        "what's new and what's not",
    ] {
        assert_eq!(attempt(value), None, "{value}");
    }
}

#[test]
fn attacks_are_attempts() {
    for value in [
        "1 OR 1=1",
        "1' OR '1'='1",
        "x' or 1=1-- -",
        "3 UNION ALL SELECT NULL,NULL-- -",
        "1;DROP TABLE users",
        "1/**/UNION/**/SELECT/**/1,2",
        "1 AND SLEEP(5)",
        "a') OR ('a'='a",
        "1 AND (SELECT COUNT(*) FROM information_schema.tables)>0",
        "1'||pg_sleep(5)--",
        "1 /*!50000UNION*/ /*!50000SELECT*/ 1",
        "-1 order by 10#",
        "1'; WAITFOR DELAY '0:0:5'--",
        "\" or \"a\"=\"a",
        "1)and(2=2",
        "1||(select 1)",
    ] {
        assert!(attempt(value).is_some(), "{value}");
    }
}

#[test]
fn values_in_statements() {
    let verdict = |sql, value| taint(sql, Dialect::MySql, value).map(|t| t.verdict);
    assert_eq!(verdict("SELECT a FROM t WHERE id=3 OR 1=1", "3 OR 1=1"), Some(Verdict::Escaped));
    assert_eq!(verdict("SELECT a FROM t WHERE n='3 OR 1=1'", "3 OR 1=1"), Some(Verdict::Confined));
    assert_eq!(verdict(r"SELECT a FROM t WHERE n='x\' or 1'", "x' or 1"), Some(Verdict::Confined));
    assert_eq!(verdict("SELECT a FROM t WHERE n='x' or 1", "x' or 1"), Some(Verdict::Escaped));
    assert_eq!(verdict("SELECT a FROM t ORDER BY price", "price"), Some(Verdict::Name));
    assert_eq!(verdict("SELECT a FROM t WHERE id=100", "10"), None);
}

#[test]
fn tables_of_statements() {
    let sql = "SELECT a FROM `shop`.users u, orders JOIN \"x\".y ON 1 WHERE (SELECT 1 FROM DUAL)";
    assert_eq!(tables(sql, Dialect::Sqlite), ["shop.users", "orders", "x.y"]);
    assert_eq!(tables("INSERT INTO t SELECT 1", Dialect::MySql), ["t"]);
}
