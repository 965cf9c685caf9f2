//! What each format writes, held to the files in `tests/golden`; `UPDATE=1` rewrites them.
#![allow(clippy::disallowed_methods, reason = "reads and rewrites the golden files")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops where it fails"
)]

use std::path::Path;

use model::EntityKind;
use model::Investigation;
use model::seam::report::{Language, Style};

mod story;

fn written(format: &str, investigation: &Investigation, style: Style) -> String {
    let mut out = Vec::new();
    reports::find(format).unwrap().write(investigation, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn style(language: Language, width: usize) -> Style {
    Style { language, colour: false, width }
}

fn holds(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, golden, "{name}: run with UPDATE=1 and read the diff");
}

#[test]
fn every_format() {
    let (english, japanese) = (Language::English, Language::Japanese);
    for (name, format, investigation, style) in [
        ("full.txt", "text", story::full(), style(english, 100)),
        ("full.narrow.txt", "text", story::full(), style(english, 60)),
        ("full.ja.txt", "text", story::full(), style(japanese, 100)),
        ("calm.txt", "text", story::calm(), style(english, 100)),
        ("calm.ja.txt", "text", story::calm(), style(japanese, 100)),
        ("nothing.txt", "text", Investigation::default(), style(english, 100)),
        ("nothing.ja.txt", "text", Investigation::default(), style(japanese, 100)),
        ("full.json", "json", story::full(), style(english, 0)),
        ("nothing.json", "json", Investigation::default(), style(english, 0)),
        ("full.jsonl", "jsonl", story::full(), style(english, 0)),
        ("full.csv", "csv", story::full(), style(english, 0)),
        ("full.html", "html", story::full(), style(english, 0)),
        ("full.ja.html", "html", story::full(), style(japanese, 0)),
        ("full.md", "markdown", story::full(), style(english, 0)),
        ("full.ja.md", "markdown", story::full(), style(japanese, 0)),
        ("calm.md", "markdown", story::calm(), style(english, 0)),
        ("nothing.md", "markdown", Investigation::default(), style(english, 0)),
        ("full.timesketch.jsonl", "timesketch", story::full(), style(english, 0)),
        ("full.navigator.json", "navigator", story::full(), style(english, 0)),
        ("full.stix.json", "stix", story::full(), style(english, 0)),
        ("nothing.stix.json", "stix", Investigation::default(), style(english, 0)),
        ("hostile.stix.json", "stix", story::hostile(), style(japanese, 0)),
        ("full.attack-flow.json", "attack-flow", story::full(), style(english, 0)),
        ("nothing.attack-flow.json", "attack-flow", Investigation::default(), style(english, 0)),
        ("hostile.attack-flow.json", "attack-flow", story::hostile(), style(japanese, 0)),
        ("full.sarif.json", "sarif", story::full(), style(english, 0)),
        ("nothing.sarif.json", "sarif", Investigation::default(), style(english, 0)),
        ("hostile.sarif.json", "sarif", story::hostile(), style(japanese, 0)),
        ("full.ocsf.jsonl", "ocsf", story::full(), style(english, 0)),
        ("hostile.md", "markdown", story::hostile(), style(english, 0)),
        ("hostile.txt", "text", story::hostile(), style(english, 100)),
        ("hostile.csv", "csv", story::hostile(), style(japanese, 0)),
    ] {
        holds(name, &written(format, &investigation, style));
    }
}

#[test]
fn one_page_in_both_languages() {
    let mut out = Vec::new();
    let (own, other) = (story::full(), story::full());
    reports::write_both([&own, &other], style(Language::English, 0), &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    let ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let once: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len(), "an id stands twice");
    holds("full.both.html", &page);
}

#[test]
fn a_thousand_steps_in_both_languages_stay_below_two_megabytes() {
    let mut long = story::full();
    let incident = &mut long.incidents[0];
    let mut step = incident.steps[0].clone();
    step.text =
        "assumed-role/deploy/build-7 called s3:GetObject 37 times from 198.51.100.7 ".repeat(3);
    incident.steps = vec![step; 1_000];
    let mut out = Vec::new();
    reports::write_both([&long, &long], style(Language::English, 0), &mut out).unwrap();
    assert!(out.len() < 2_000_000, "{} bytes", out.len());
}

#[test]
fn no_text_of_a_log_steers_a_terminal() {
    for format in ["text", "csv", "markdown"] {
        let out = written(format, &story::hostile(), style(Language::English, 80));
        let steering = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(out.find(steering), None, "{format}");
        assert!(!out.contains("\nE9 all is well"), "{format}: a line of the log's own making");
    }
}

#[test]
fn colour_only_where_it_is_wanted_and_never_in_the_words() {
    let plain = written("text", &story::full(), style(Language::English, 80));
    let painted =
        written("text", &story::full(), Style { colour: true, width: 80, ..Style::default() });
    assert!(!plain.contains('\u{1b}') && painted.contains("\u{1b}[1;97;41m CRITICAL \u{1b}[0m"));
    let mut stripped = String::new();
    for (at, part) in painted.split("\u{1b}[").enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    let tidy = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(tidy(&stripped), tidy(&plain));
}

#[test]
fn no_line_is_wider_than_the_window() {
    use unicode_width::UnicodeWidthStr;
    for language in [Language::English, Language::Japanese] {
        for width in [40, 60, 80, 100, 140] {
            let out = written("text", &story::full(), style(language, width));
            for line in out.lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn no_cell_starts_a_formula() {
    let out = written("csv", &story::hostile(), style(Language::Japanese, 0));
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
    let mut cells = 0;
    for row in rows.records() {
        for cell in &row.unwrap() {
            cells += 1;
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    assert_eq!(cells, 5 * 12, "header, three steps, one finding");
}

#[test]
fn secrets_are_in_no_format() {
    for report in reports::all() {
        let out = written(report.about().name, &story::full(), Style::default());
        assert!(!out.contains("abc/def"), "{}", report.about().name);
    }
}

#[test]
fn the_register_is_in_order_and_found_by_name() {
    let names: Vec<&str> = reports::all().iter().map(|r| r.about().name).collect();
    assert_eq!(
        names,
        [
            "text",
            "attack-flow",
            "csv",
            "html",
            "json",
            "jsonl",
            "markdown",
            "navigator",
            "ocsf",
            "sarif",
            "stix",
            "timesketch"
        ]
    );
    assert!(reports::find("yaml").is_none());
}

/// Markup of a log's own making would be a tag or an attribute; it is text wherever it stands.
#[test]
fn no_text_of_a_log_is_markup() {
    let mut story = story::hostile();
    let bad = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick=\"x()";
    for incident in &mut story.incidents {
        incident.title = bad.into();
        incident.entities.iter_mut().for_each(|entity| entity.value = bad.into());
        for step in &mut incident.steps {
            step.text = bad.into();
            step.stage = bad.into();
            step.entities = vec![(EntityKind::Url, bad.into())];
        }
    }
    story.evidence.values_mut().for_each(|citation| citation.raw = bad.into());
    let out = written("html", &story, style(Language::English, 0));
    assert_eq!(out.matches("<script>").count(), 1, "the page's own");
    assert!(!out.contains("<img") && !out.contains("\" onclick"));
    for outside in ["src=", "url(", "@import", "http://", "https://"] {
        let own = out.replace("src=x onerror", "");
        assert!(!own.contains(outside), "{outside}: the page loads nothing");
    }
}

/// Timesketch refuses a line without its three fields.
#[test]
fn timesketch_has_what_its_import_asks_for() {
    for story in [story::full(), story::hostile()] {
        let out = written("timesketch", &story, style(Language::English, 0));
        let rows: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows.len(), 3 + 4, "three steps, four records of findings");
        for row in rows {
            assert!(!row["message"].as_str().unwrap().is_empty());
            assert!(!row["timestamp_desc"].as_str().unwrap().is_empty());
            let time = model::Time::parse_rfc3339(row["datetime"].as_str().unwrap()).unwrap();
            assert_eq!(row["timestamp"], time.start / 1000);
        }
    }
}

#[test]
fn a_layer_has_a_technique_once_with_the_furthest_it_came() {
    let out = written("navigator", &story::full(), style(Language::English, 0));
    let layer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let shown: Vec<_> = layer["techniques"].as_array().unwrap().iter().collect();
    let ids: Vec<_> = shown.iter().map(|t| t["techniqueID"].as_str().unwrap()).collect();
    assert_eq!(ids, ["T1078.004", "T1098.001", "T1496"]);
    assert_eq!(shown[1]["score"], 3);
    assert!(shown[0].get("score").is_none(), "no step says how far it came");
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert_eq!(layer["domain"], "enterprise-attack");
}

/// A page of a thousand steps, each with long records, stays one that can be mailed.
#[test]
fn a_page_of_a_thousand_steps_has_at_most_two_megabytes() {
    let mut story = story::full();
    let step = story.incidents[0].steps[1].clone();
    story.incidents[0].steps = (0..1_000_u64)
        .map(|n| {
            let mut step = step.clone();
            let cited = story::evidence("14:20:31.250", 0, n + 1, n);
            step.text = format!("{n}: {}", "the key of alice was used again; ".repeat(8));
            step.evidence = vec![cited.clone()];
            let mut citation = story.evidence.values().next().unwrap().clone();
            citation.number = n as usize + 100;
            citation.raw = "raw <record> & ".repeat(1_000);
            story.evidence.insert(cited, citation);
            step
        })
        .collect();
    let out = written("html", &story, style(Language::English, 0));
    assert!(out.len() <= 2_000_000, "{} bytes", out.len());
    assert_eq!(out.matches("<li id=\"i0s").count(), 1_000);
}
