//! Sentences on campaigns, in English and Japanese.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use model::finding::Effect;
use model::finding::Taken;
use model::text::printable;
use model::{Reached, Time};
use sqli::{Feature, features, language, tables};

use super::campaign::Member;
use super::class::Class;
use super::marks::Said;

/// The longest piece of a log in a sentence, in characters.
const PIECE_MAX: usize = 100;
/// Names listed in a sentence.
const NAMES_MAX: usize = 6;
/// Clocks that differ by less are told as one, in seconds.
const OFFSET_MIN: i64 = 3;

/// Goes on with a sentence; writing to a text cannot fail.
fn say(to: &mut String, text: fmt::Arguments<'_>) {
    let _ = to.write_fmt(text);
}

fn piece(text: &str) -> String {
    printable(text, PIECE_MAX).into_owned()
}

fn list(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| piece(name)).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    shown.join(", ") + &if more > 0 { format!(" +{more}") } else { String::new() }
}

/// What one client tried by one method, with one kind of effect.
pub fn campaign(
    members: &[Member<'_>],
    said: &[Said],
    offset: i64,
    also_worked: bool,
) -> (String, String) {
    let Some((first, judged)) = members.first() else { return Default::default() };
    let (count, client) = (members.len(), piece(&first.client));
    let places: BTreeSet<String> = members.iter().map(|(one, _)| place(one)).collect();
    let (english, japanese) = first.class.names();
    let mut en = format!("{client}: {english}, {count} requests, on {}", list(&places));
    let mut ja = format!("{client}：{japanese} {count} 件、対象 {}", list(&places));
    let (how_en, how_ja) = outcomes(members);
    say(&mut en, format_args!("; {how_en}"));
    say(&mut ja, format_args!("。{how_ja}"));
    if judged.reached.effect() == Effect::Attempt {
        if !also_worked {
            en.push_str("; attempted, failed as far as the logs show");
            ja.push_str("。記録で見る限り、試みのみで失敗");
        }
        return (en, ja);
    }
    let value = piece(&first.value);
    say(&mut en, format_args!("; the first that worked at {}: {value}", first.time));
    say(&mut ja, format_args!("。最初に成功した要求は {}：{value}", first.time));
    if first.class == Class::Sqli {
        data(members, said, &mut en, &mut ja);
        clocks(members, offset, &mut en, &mut ja);
    }
    (en, ja)
}

fn place(one: &super::marks::Try) -> String {
    let mark =
        if one.parameter.is_empty() { String::new() } else { format!("?{}=", one.parameter) };
    format!("{}{mark}", one.path)
}

/// How many came how far.
fn outcomes(members: &[Member<'_>]) -> (String, String) {
    let mut counts: BTreeMap<Reached, usize> = BTreeMap::new();
    for (_, judged) in members {
        *counts.entry(judged.reached).or_default() += 1;
    }
    let english: Vec<String> =
        counts.iter().map(|(reached, n)| format!("{n} {}", words(*reached).0)).collect();
    let japanese: Vec<String> =
        counts.iter().map(|(reached, n)| format!("{}{n}件", words(*reached).1)).collect();
    (english.join(", "), japanese.join("、"))
}

fn words(reached: Reached) -> (&'static str, &'static str) {
    match reached {
        Reached::Blocked => ("blocked", "遮断 "),
        Reached::Rejected => ("rejected by the server", "サーバーが拒否 "),
        Reached::Application => ("reached the application", "アプリケーションに到達 "),
        Reached::Confined => ("kept as a value", "値として処理 "),
        Reached::EscapedWithError => {
            ("read as language and refused by the database", "構文として解釈されエラー ")
        }
        Reached::Executed => ("executed", "実行 "),
        Reached::DataReturned => ("executed with data returned", "データを返した "),
        Reached::StateChanged => ("changed data or ran code", "データ変更・コード実行 "),
    }
}

/// What was read out, and which tables of the catalogue were looked at.
pub fn taken(members: &[Member<'_>], said: &[Said]) -> (Option<Taken>, BTreeSet<String>) {
    let (mut read, mut catalogue) = (BTreeSet::new(), BTreeSet::new());
    let (mut low, mut exact) = (0_u64, true);
    for (one, judged) in members.iter().filter(|(_, j)| j.reached == Reached::DataReturned) {
        let statement = judged.statement.and_then(|at| said.get(at));
        let dialect = statement.map(|s| s.dialect).unwrap_or_default();
        let value = language(&one.value);
        let found = features(value, dialect);
        let names = tables(value, dialect);
        let counts = value.to_lowercase().contains("count(");
        if found.has(Feature::Catalog) || names.iter().any(|name| name.starts_with("pg_")) {
            catalogue.extend(names);
            continue;
        }
        // What an error gave away names no table: no row of one left.
        if names.is_empty() {
            continue;
        }
        read.extend(names);
        if !counts {
            let rows = statement.and_then(|s| s.rows).and_then(|rows| u64::try_from(rows).ok());
            exact &= rows.is_some();
            low = low.saturating_add(rows.unwrap_or(1));
        }
    }
    let tables: Vec<String> = read.into_iter().collect();
    let taken = (!tables.is_empty()).then_some(Taken { tables, rows: low, exact });
    (taken, catalogue)
}

/// Which tables were read, and about how many rows left.
fn data(members: &[Member<'_>], said: &[Said], en: &mut String, ja: &mut String) {
    let (taken, catalogue) = taken(members, said);
    if let Some(Taken { tables, rows, exact }) = taken {
        let read: BTreeSet<String> = tables.into_iter().collect();
        let least = if exact { ("", "") } else { ("at least ", "少なくとも ") };
        say(en, format_args!("; tables read: {} ({}{rows} rows)", list(&read), least.0));
        say(ja, format_args!("。読み出された表：{}（{}{rows} 行）", list(&read), least.1));
    }
    if !catalogue.is_empty() {
        say(en, format_args!("; catalogue read: {}", list(&catalogue)));
        say(ja, format_args!("。カタログの参照：{}", list(&catalogue)));
    }
}

/// On what the verdict stands: a statement found again, and how clocks differ.
fn clocks(members: &[Member<'_>], offset: i64, en: &mut String, ja: &mut String) {
    let joined = members.iter().filter(|(_, judged)| judged.statement.is_some()).count();
    if joined == 0 {
        en.push_str("; judged by the server's answers alone, no statement of a database is known");
        ja.push_str("。データベースの記録がないため、応答のみからの判断");
        return;
    }
    say(en, format_args!("; {joined} found again in statements of the database"));
    say(ja, format_args!("。うち{joined}件はデータベースの文と一致"));
    let seconds = offset / 1_000_000_000;
    if seconds.abs() >= OFFSET_MIN {
        say(en, format_args!(", whose clock is {seconds} s ahead"));
        say(ja, format_args!("（データベースの時計は {seconds} 秒ずれている）"));
    }
}

/// Statements that no request explains.
pub fn statements(
    by: &str,
    count: usize,
    failed: usize,
    read: &BTreeSet<String>,
) -> (String, String) {
    let by = piece(by);
    let mut en =
        format!("{count} injected statements came to the database from {by}; {failed} refused");
    let mut ja =
        format!("{by} から注入された文 {count} 種がデータベースに届いた。エラー {failed} 種");
    if !read.is_empty() {
        say(&mut en, format_args!("; read: {}", list(read)));
        say(&mut ja, format_args!("。読み出し：{}", list(read)));
    }
    en.push_str("; the request behind them is not in the logs");
    ja.push_str("。元の要求は記録にない");
    (en, ja)
}

/// Pages that are not there.
pub fn scan(count: u64, pages: usize) -> (String, String) {
    (
        format!("{count} requests for {pages} pages that are not there; attempted, failed"),
        format!("存在しないページ {pages} 種への要求 {count} 件。試みのみで失敗"),
    )
}

/// Logins that were guessed at, and when one was right.
pub fn guesses(client: &str, path: &str, count: usize, through: Option<Time>) -> (String, String) {
    let (client, path) = (piece(client), piece(path));
    let mut en = format!("{client}: {count} logins on {path}");
    let mut ja = format!("{client}：{path} へのログイン {count} 件");
    if let Some(time) = through {
        say(&mut en, format_args!("; one after many refused was answered otherwise at {time}"));
        say(&mut ja, format_args!("。多数の拒否の後、{time} に異なる応答（成功の可能性）"));
    } else {
        en.push_str("; attempted, failed as far as the logs show");
        ja.push_str("。記録で見る限り、試みのみで失敗");
    }
    (en, ja)
}

/// Logins that were guessed at from many places.
pub fn spread(path: &str, clients: usize, count: usize) -> (String, String) {
    let path = piece(path);
    (
        format!(
            "{count} refused logins on {path} from {clients} clients that had no other; attempted, failed"
        ),
        format!(
            "{path} への拒否されたログイン {count} 件（クライアント {clients} 個、成功なし）。試みのみで失敗"
        ),
    )
}
