//! A licence report as one HTML page: the month as a chart, the schemes as a table. No scripts.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::licence::{Bill, figure, local};
use super::load::say;
use crate::args::Lang;

/// The chart in its own units.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 260.0;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;\
padding:0 1rem;color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%}\
td,th{padding:.3rem .6rem;border-bottom:1px solid #d5dae0;text-align:right}\
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto;background:#f6f8fa}\
.bar{fill:#3b6ea5}.expected{fill:#a9c3de}.over{fill:#b3372f}.line{stroke:#b3372f;stroke-width:1.5;\
stroke-dasharray:6 4}.p99{stroke:#6b4fa0;stroke-width:1.5}.warn{border-left:4px solid #b3372f;\
padding:.4rem .8rem;background:#fbeeed}@media(prefers-color-scheme:dark){body{color:#e6e9ed;\
background:#14171a}svg{background:#1d2126}td,th{border-color:#3a4149}.warn{background:#3a1f1d}}";

/// Writes the page.
pub fn html(bill: &Bill, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let word = match lang {
        Lang::En => "en",
        Lang::Ja => "ja",
    };
    let title = format!("{} {}", say(lang, "Licences", "ライセンス"), escape(&bill.month));
    writeln!(
        to,
        "<!doctype html><html lang=\"{word}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
    )?;
    let zone = escape(bill.zone.iana_name().unwrap_or("UTC"));
    let (from, until) = (local(bill.known.0, &bill.zone), local(bill.known.1, &bill.zone));
    writeln!(to, "<p>{} · {zone} · {from} – {until}</p>", bill.instances)?;
    for warning in &bill.warnings {
        writeln!(to, "<p class=\"warn\">{}</p>", escape(warning))?;
    }
    writeln!(to, "{}", chart(bill, lang))?;
    rows(bill, lang, to)?;
    writeln!(to, "</html>")
}

fn rows(bill: &Bill, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let heads = [
        say(lang, "Scheme", "方式"),
        say(lang, "Figure", "値"),
        say(lang, "Between", "範囲"),
        say(lang, "Over", "超過"),
        say(lang, "Cost", "費用"),
        say(lang, "Month end", "月末見込み"),
        say(lang, "Decided by", "決め手"),
    ];
    write!(to, "<table><tr>")?;
    for head in heads {
        write!(to, "<th>{head}</th>")?;
    }
    writeln!(to, "</tr>")?;
    for row in &bill.rows {
        let number = |value: Option<f64>| value.map_or_else(String::new, figure);
        let between = if row.is_sure() {
            String::new()
        } else {
            format!("{}–{}", figure(row.low), figure(row.high))
        };
        let decided = row.reading.decisive.first();
        let decided = decided.map_or_else(String::new, |d| local(d.start, &bill.zone));
        writeln!(
            to,
            "<tr><td>{}</td><td>{}</td><td>{between}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{decided}</td></tr>",
            escape(&row.reading.scheme),
            figure(row.reading.figure),
            number(row.reading.over),
            number(row.reading.cost),
            number(row.forecast.as_ref().map(|r| r.figure)),
        )?;
    }
    writeln!(to, "</table>")
}

/// The most that ran in each hour, with the licence and the 99th percentile.
fn chart(bill: &Bill, lang: Lang) -> String {
    let hours = &bill.usage.hours;
    let owned = bill.terms.owned.unwrap_or(0);
    let most = hours.iter().map(|hour| hour.max).max().unwrap_or(0).max(owned).max(1);
    let (from, to) = bill.span;
    let x = |at: i64| (at - from) as f64 / (to - from).max(1) as f64 * WIDTH;
    let y = |count: u32| HEIGHT - f64::from(count) / f64::from(most) * (HEIGHT - 20.0);
    let label = say(lang, "Most instances at once, by the hour", "1時間ごとの最大同時稼働数");
    let mut svg =
        format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">");
    for hour in hours {
        let class = match (hour.expected, bill.terms.owned) {
            (true, _) => "expected",
            (false, Some(owned)) if hour.max > owned => "over",
            _ => "bar",
        };
        let (left, top) = (x(hour.start), y(hour.max));
        let wide = (x(hour.end) - left).max(0.5);
        let _infallible = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left:.2}\" y=\"{top:.2}\" width=\"{wide:.2}\" \
             height=\"{:.2}\"><title>{}: {}</title></rect>",
            HEIGHT - top,
            local(hour.start, &bill.zone),
            hour.max,
        );
    }
    let p99 = bill.rows.iter().find(|row| row.reading.scheme == "percentile.p99_hourly_max");
    let p99 = p99.map(|row| ("p99", row.reading.figure as u32, "P99"));
    let owned = bill.terms.owned.map(|owned| ("line", owned, say(lang, "owned", "契約数")));
    for (class, count, name) in p99.into_iter().chain(owned) {
        let at = y(count);
        let _infallible = write!(
            svg,
            "<line class=\"{class}\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{at:.2}\" y2=\"{at:.2}\"/>\
             <text x=\"4\" y=\"{:.2}\" font-size=\"12\" fill=\"currentColor\">{name} {count}</text>",
            at - 4.0,
        );
    }
    svg.push_str("</svg>");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
