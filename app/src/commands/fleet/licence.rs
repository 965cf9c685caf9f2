//! `yagura fleet licence`: a month counted by every scheme, side by side.

use std::io::{self, Write};

use engine::fleet::{Bounds, Life, Month, coverage, usage};
use jiff::tz::TimeZone;
use model::Error;
use model::seam::meter::{Reading, Terms};
use model::usage::Usage;
use serde_json::{Value, json};

use super::load::{self, say, show, stamp};
use super::{chart, show::cell};
use crate::args::Lang;
use crate::assemble;
use crate::exit::{DONE, FOUND, Failure, NOTHING};
use crate::fleet_args::Licence;

/// From this part of the grace on, there is a warning.
const NEARLY: f64 = 0.8;

/// One scheme: what it reads, between what, and what is expected of the whole month.
pub struct Row {
    /// The figure by the best word on every time.
    pub reading: Reading,
    /// With runs as short as they can have been.
    pub low: f64,
    /// With runs as long as they can have been.
    pub high: f64,
    /// Of the whole month, if it is not over.
    pub forecast: Option<Reading>,
}

impl Row {
    /// Whether the records leave nothing open.
    pub fn is_sure(&self) -> bool {
        self.high - self.low < 1e-9
    }
}

/// The month, counted.
pub struct Bill {
    /// The month as it was asked for.
    pub month: String,
    /// The zone.
    pub zone: TimeZone,
    /// From when to when.
    pub span: (i64, i64),
    /// From when to when records tell of it.
    pub known: (i64, i64),
    /// Instances that count.
    pub instances: usize,
    /// What was agreed.
    pub terms: Terms,
    /// The schemes.
    pub rows: Vec<Row>,
    /// What ran.
    pub usage: Usage,
    /// What the customer should know now.
    pub warnings: Vec<String>,
}

/// Runs the verb; gives the exit code.
pub fn run(options: &Licence) -> Result<u8, Failure> {
    let writer = match options.format.as_str() {
        "text" => text,
        "json" => json,
        "csv" => csv,
        "html" => chart::html,
        other => {
            let what = format!("there is no format {other:?} here");
            return Err(Error::user(what, "Choose text, json, csv or html.").into());
        }
    };
    let terms = terms(options)?;
    let zone = options.common.reading.time_zone.as_deref().and_then(model::time::zone);
    let zone = zone.unwrap_or(TimeZone::UTC);
    let month = Month::parse(&options.month, zone.clone()).ok_or_else(|| {
        Error::user(format!("--month {}", options.month), "Write a month as 2026-05.")
    })?;
    let loaded = load::load(&options.common)?;
    if loaded.tally.total().records == 0 {
        return Ok(NOTHING);
    }
    let product = options.product.as_deref();
    let covered = coverage(&loaded.ledger)
        .into_iter()
        .filter(|one| product.is_none_or(|name| one.products.iter().any(|p| p.source == name)));
    let lives: Vec<&Life> =
        covered.map(|one| one.life).filter(|life| load::wanted(&options.common, life)).collect();
    let span = month.span();
    let Some(known) = loaded.ledger.span.map(whole_hours).filter(|k| k.0 < span.1 && k.1 > span.0)
    else {
        let what = format!("no record tells of instances in {}", options.month);
        return Err(Error::user(what, "Give the logs of that month.").into());
    };
    let bill = count(options, &lives, &month, known, terms);
    let lang = options.common.lang;
    // What a person reads shows them itself.
    let shown = matches!(options.format.as_str(), "text" | "html");
    for warning in bill.warnings.iter().filter(|_| !shown) {
        assemble::note(options.common.output.quiet, warning);
    }
    assemble::deliver(options.common.output.output.as_deref(), &mut |to| writer(&bill, lang, to))?;
    let scheme = options.fail_on.as_deref();
    let failed = bill.rows.iter().filter(|row| Some(row.reading.scheme.as_str()) == scheme);
    let failed: Vec<bool> = failed.map(|row| is_over(&row.reading)).collect();
    if scheme.is_some() && failed.is_empty() {
        let known: Vec<&str> = bill.rows.iter().map(|row| row.reading.scheme.as_str()).collect();
        let what = format!("--fail-on: there is no scheme {:?} here", scheme.unwrap_or_default());
        return Err(Error::user(what, format!("Choose one of: {}.", known.join(", "))).into());
    }
    Ok(if failed.contains(&true) { FOUND } else { DONE })
}

/// Records tell of the whole hours in which the first and the last stand.
fn whole_hours((from, to): (i64, i64)) -> (i64, i64) {
    (from - from.rem_euclid(3600), to + (3600 - to.rem_euclid(3600)) % 3600)
}

fn is_over(reading: &Reading) -> bool {
    let nearly = |g: model::seam::meter::Grace| {
        f64::from(g.used) >= f64::from(g.allowed) * NEARLY && g.used > 0
    };
    reading.over.is_some_and(|over| over > 0.0) || reading.grace.is_some_and(nearly)
}

fn terms(options: &Licence) -> Result<Terms, Error> {
    let mut terms = Terms {
        owned: options.owned,
        grace_hours: options.grace_hours,
        month: None,
        hour: None,
        overage: None,
    };
    for price in &options.prices {
        let wrong = || {
            let remedy = "Write month=, hour= or overage= with a number: --price month=12.5.";
            Error::user(format!("--price {price}"), remedy)
        };
        let (what, number) = price.split_once('=').ok_or_else(wrong)?;
        let number: f64 = number.parse().map_err(|_| wrong())?;
        if !number.is_finite() || number < 0.0 {
            return Err(wrong());
        }
        match what {
            "month" => terms.month = Some(number),
            "hour" => terms.hour = Some(number),
            "overage" => terms.overage = Some(number),
            _ => return Err(wrong()),
        }
    }
    Ok(terms)
}

fn readings(usage: &Usage, terms: &Terms) -> Vec<Reading> {
    meters::ALL.iter().flat_map(|meter| meter.read(usage, terms)).collect()
}

fn count(
    options: &Licence,
    lives: &[&Life],
    month: &Month,
    known: (i64, i64),
    terms: Terms,
) -> Bill {
    let of = |bounds| usage(lives.iter().copied(), month, known, bounds);
    let best = of(Bounds::Best);
    let (low, high) = (of(Bounds::Short).known(), of(Bounds::Long).known());
    let (low, high) = (readings(&low, &terms), readings(&high, &terms));
    let expected = if best.growth > 1.0 { readings(&best, &terms) } else { Vec::new() };
    let find = |all: &[Reading], scheme: &str| all.iter().find(|r| r.scheme == scheme).cloned();
    let rows: Vec<Row> = readings(&best.known(), &terms)
        .into_iter()
        .map(|reading| {
            let bound = |all: &[Reading]| find(all, &reading.scheme).map(|r| r.figure);
            let (low, high) = (bound(&low), bound(&high));
            Row {
                low: low.unwrap_or(reading.figure).min(reading.figure),
                high: high.unwrap_or(reading.figure).max(reading.figure),
                forecast: find(&expected, &reading.scheme),
                reading,
            }
        })
        .collect();
    let warnings = warnings(&rows, &terms, options.common.lang, &month.zone);
    Bill {
        month: options.month.clone(),
        zone: month.zone.clone(),
        span: month.span(),
        known,
        instances: lives.len(),
        terms,
        rows,
        usage: best,
        warnings,
    }
}

fn warnings(rows: &[Row], terms: &Terms, lang: Lang, zone: &TimeZone) -> Vec<String> {
    let mut all = Vec::new();
    for row in rows {
        let Some(grace) = row.reading.grace else { continue };
        let Some(owned) = terms.owned else { continue };
        let (used, allowed) = (grace.used, grace.allowed);
        if let Some(at) = grace.used_up {
            let at = local(at, zone);
            all.push(match lang {
                Lang::En => format!("the grace of {allowed} hours over {owned} instances is used up since {at}: {used} hours over"),
                Lang::Ja => format!("{owned} 台を超える猶予 {allowed} 時間は {at} に使い切りました(超過 {used} 時間)"),
            });
        } else if f64::from(used) >= f64::from(allowed) * NEARLY && used > 0 {
            all.push(match lang {
                Lang::En => {
                    format!("{used} of {allowed} hours of grace over {owned} instances are used")
                }
                Lang::Ja => {
                    format!("{owned} 台を超える猶予 {allowed} 時間のうち {used} 時間を使用しました")
                }
            });
        }
        let ahead = row.forecast.as_ref().and_then(|r| r.grace);
        if let Some(at) = ahead.and_then(|g| g.used_up).filter(|_| grace.used_up.is_none()) {
            let at = local(at, zone);
            all.push(match lang {
                Lang::En => {
                    format!("if it goes on as the week before, the grace is used up on {at}")
                }
                Lang::Ja => format!("前週と同じ傾向なら、猶予は {at} に使い切る見込みです"),
            });
        }
    }
    all
}

/// A time in the customer's zone.
pub fn local(at: i64, zone: &TimeZone) -> String {
    let time = jiff::Timestamp::from_second(at).map(|time| time.to_zoned(zone.clone()));
    time.map_or_else(|_| stamp(at), |zoned| zoned.strftime("%Y-%m-%d %H:%M").to_string())
}

/// A figure without needless digits.
pub fn figure(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn text(bill: &Bill, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let zone = bill.zone.iana_name().unwrap_or("UTC");
    let (from, until) = (local(bill.known.0, &bill.zone), local(bill.known.1, &bill.zone));
    match lang {
        Lang::En => writeln!(
            to,
            "{} in {zone}: {} instances; records from {from} to {until}",
            bill.month, bill.instances
        )?,
        Lang::Ja => {
            writeln!(to, "{}({zone}):{} 台、記録 {from} – {until}", bill.month, bill.instances)?;
        }
    }
    let heads = [
        say(lang, "scheme", "方式"),
        say(lang, "figure", "値"),
        say(lang, "between", "範囲"),
        say(lang, "over", "超過"),
        say(lang, "cost", "費用"),
        say(lang, "month end", "月末見込み"),
    ];
    let mut rows = vec![heads.map(str::to_owned)];
    for row in &bill.rows {
        let none = || "-".to_owned();
        let sure = row.is_sure();
        rows.push([
            show(&row.reading.scheme),
            figure(row.reading.figure),
            if sure { none() } else { format!("{}..{}", figure(row.low), figure(row.high)) },
            row.reading.over.map_or_else(none, figure),
            row.reading.cost.map_or_else(none, |cost| format!("{cost:.2}")),
            row.forecast.as_ref().map_or_else(none, |r| figure(r.figure)),
        ]);
    }
    table(&rows, to)?;
    for row in &bill.rows {
        let decisive = row.reading.decisive.iter().take(3);
        let decisive: Vec<String> = decisive
            .map(|d| format!("{} ({})", local(d.start, &bill.zone), figure(d.value)))
            .collect();
        if !decisive.is_empty() {
            let word = say(lang, "decided by", "決め手:");
            writeln!(to, "  {}: {word} {}", row.reading.scheme, decisive.join(", "))?;
        }
    }
    for warning in &bill.warnings {
        writeln!(to, "{} {warning}", say(lang, "Warning:", "警告:"))?;
    }
    Ok(())
}

/// Columns as wide as their widest cell; numbers stand right.
fn table(rows: &[[String; 6]], to: &mut dyn Write) -> io::Result<()> {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let mut widths = [0usize; 6];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = wide(cell).max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            let pad = " ".repeat(width.saturating_sub(wide(cell)));
            let (left, right) =
                if at == 0 { (cell.as_str(), pad.as_str()) } else { (pad.as_str(), cell.as_str()) };
            line.push_str(left);
            line.push_str(right);
            line.push_str("  ");
        }
        writeln!(to, "{}", line.trim_end())?;
    }
    Ok(())
}

fn reading(reading: &Reading) -> Value {
    let decisive: Vec<Value> = reading
        .decisive
        .iter()
        .map(|d| json!({"start": stamp(d.start), "value": d.value}))
        .collect();
    let grace = reading.grace.map(|g| {
        json!({"used_hours": g.used, "allowed_hours": g.allowed, "used_up": g.used_up.map(stamp)})
    });
    json!({"scheme": reading.scheme, "figure": reading.figure, "unit": reading.unit.word(),
        "over": reading.over, "cost": reading.cost, "decisive": decisive, "grace": grace})
}

fn json(bill: &Bill, _: Lang, to: &mut dyn Write) -> io::Result<()> {
    let schemes: Vec<Value> = bill
        .rows
        .iter()
        .map(|row| {
            let mut value = reading(&row.reading);
            load::put(&mut value, "low", row.low);
            load::put(&mut value, "high", row.high);
            load::put(&mut value, "forecast", row.forecast.as_ref().map_or(Value::Null, reading));
            value
        })
        .collect();
    let bucket = |b: &model::usage::Bucket| {
        json!({"start": stamp(b.start), "end": stamp(b.end), "at_start": b.at_start, "max": b.max,
            "min": b.min, "mean": b.mean(), "unique": b.unique, "expected": b.expected})
    };
    let list = |all: &[model::usage::Bucket]| all.iter().map(bucket).collect::<Vec<_>>();
    let whole = json!({
        "schema": "yagura.licence/1", "month": bill.month,
        "zone": bill.zone.iana_name().unwrap_or("UTC"),
        "from": stamp(bill.span.0), "to": stamp(bill.span.1),
        "known": {"from": stamp(bill.known.0), "to": stamp(bill.known.1)},
        "owned": bill.terms.owned, "instances": bill.instances,
        "peak": bill.usage.peak.map(|(at, count)| json!({"time": stamp(at), "count": count})),
        "schemes": schemes, "warnings": bill.warnings,
        "hours": list(&bill.usage.hours), "days": list(&bill.usage.days),
        "weeks": list(&bill.usage.weeks), "part_weeks": list(&bill.usage.part_weeks),
    });
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn csv(bill: &Bill, _: Lang, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "scheme,figure,unit,low,high,over,cost,forecast")?;
    for row in &bill.rows {
        let number = |value: Option<f64>| value.map_or_else(String::new, figure);
        let r = &row.reading;
        writeln!(
            to,
            "{},{},{},{},{},{},{},{}",
            cell(&r.scheme),
            figure(r.figure),
            r.unit.word(),
            figure(row.low),
            figure(row.high),
            number(r.over),
            number(r.cost),
            number(row.forecast.as_ref().map(|r| r.figure)),
        )?;
    }
    Ok(())
}
