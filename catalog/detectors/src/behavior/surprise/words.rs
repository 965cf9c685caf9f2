//! Sentences: what is usual here, how seldom this is, since when.

use super::case::{Case, One};
use crate::behavior::baseline::{Baseline, DAY, Feature, Level, Odds, Word};
use crate::behavior::tell::name;

/// Surprises that a sentence names.
const NAMED_MAX: usize = 4;
/// Usual values that it names.
const USUAL_MAX: usize = 2;

/// A minute since 1970 as a date.
fn date(minute: u32) -> String {
    let text = model::Time::seconds(i64::from(minute / DAY) * 86_400).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// The sentence in English and in Japanese.
pub fn sentence(baseline: &Baseline, case: &Case) -> [String; 2] {
    let pieces: Vec<[String; 2]> =
        named(case).into_iter().map(|one| piece(baseline, case, one)).collect();
    let [english, japanese] = [0, 1]
        .map(|at| pieces.iter().filter_map(|piece| piece.get(at)).cloned().collect::<Vec<_>>());
    let (who, bits, day) = (name(&case.name), case.bits, date(case.day * DAY));
    let more = case.ones.len().saturating_sub(NAMED_MAX);
    let [and, und] = match more {
        0 => [String::new(), String::new()],
        _ => [format!("; and {more} more"), format!("、ほか {more} 件")],
    };
    let [mut cold, mut cold_ja] = cold(baseline, case);
    if let Some(number) = case.like {
        cold += "; counts half, as C-";
        cold += &number.to_string();
        cold += " was closed as harmless";
        cold_ja += "（C-";
        cold_ja += &number.to_string();
        cold_ja += " が無害としてクローズ済みのため半分に評価）";
    }
    let (english, japanese) = (english.join("; "), japanese.join("、"));
    if case.days > 1 {
        let days = case.days;
        return [
            format!(
                "{who} did unusual things on {days} days from {day} on, {bits:.1} bits together: {english}{and}{cold}"
            ),
            format!(
                "{who} が {day} から {days} 日にわたって通常と異なる行動をした（計 {bits:.1} ビット）：{japanese}{und}{cold_ja}"
            ),
        ];
    }
    [
        format!("{who} did on {day} what is unusual for it, {bits:.1} bits: {english}{and}{cold}"),
        format!(
            "{who} の {day} の行動は通常と異なる（{bits:.1} ビット）：{japanese}{und}{cold_ja}"
        ),
    ]
}

/// The greatest surprise of each aspect, then the others.
fn named(case: &Case) -> Vec<&One> {
    let is_first = |at: usize, one: &One| {
        !case.ones.iter().take(at).any(|earlier| earlier.aspect == one.aspect)
    };
    let (mut firsts, mut rest) = (Vec::new(), Vec::new());
    for (at, one) in case.ones.iter().enumerate() {
        if case.days == 1 && is_first(at, one) { &mut firsts } else { &mut rest }.push(one);
    }
    firsts.append(&mut rest);
    firsts.truncate(NAMED_MAX);
    firsts
}

/// That its own habits are hardly known, if so.
fn cold(baseline: &Baseline, case: &Case) -> [String; 2] {
    if !case.cold {
        return [String::new(), String::new()];
    }
    match baseline.profile(case.mark) {
        Some(profile) => {
            let (days, events) = (profile.active(), profile.events());
            [
                format!(
                    "; only {events} events on {days} days are known of it, so that others like it were asked"
                ),
                format!(
                    "（このエンティティ自体の記録は {days} 日・{events} 件のみのため、同種のものと比較）"
                ),
            ]
        }
        None => [
            "; nothing is known of it, so that others like it were asked".to_owned(),
            "（このエンティティ自体の記録がないため、同種のものと比較）".to_owned(),
        ],
    }
}

/// One surprise.
fn piece(baseline: &Baseline, case: &Case, one: &One) -> [String; 2] {
    let Some((feature, value, odds)) = &one.value else {
        let [count, middle, most] = one.volume;
        return [
            format!(
                "about {count} events in the day, where {middle} are usual and {most} were most"
            ),
            format!("1 日に約 {count} 件（通常 {middle} 件、これまでの最大 {most} 件）"),
        ];
    };
    let [english, japanese] = feature.name();
    let (value, bits) = (name(value), one.bits);
    let levels = odds.levels.iter().flatten().copied();
    let told: Vec<[String; 2]> = levels.map(|level| of_level(baseline, case, level)).collect();
    let usual = usual(baseline, *feature, odds);
    let join = |at: usize, by: &str| {
        told.iter().filter_map(|piece| piece.get(at)).cloned().collect::<Vec<_>>().join(by)
    };
    let [known, known_ja] = match usual.as_str() {
        "" => [String::new(), String::new()],
        usual => [format!("; usual: {usual}"), format!("、通常：{usual}")],
    };
    [
        format!("{english} {value} ({}{known}; {bits:.1} bits)", join(0, ", ")),
        format!("{japanese} {value}（{}{known_ja}、{bits:.1} ビット）", join(1, "、")),
    ]
}

/// How seldom, at one level, since when.
fn of_level(baseline: &Baseline, case: &Case, level: Level) -> [String; 2] {
    let Level { word, days, active, since, .. } = level;
    let (since, word_text) = (date(since), word.word());
    let own = level.mark == case.mark;
    let group = name(baseline.name(level.mark));
    let seen = if word == Word::Unseen { 0 } else { days };
    [
        if own {
            format!("{word_text}: on {seen} of {active} days since {since}")
        } else {
            format!("{word_text} by {group}")
        },
        if own {
            format!("{word_text}：{since} 以降の {active} 日中 {seen} 日")
        } else {
            format!("{group} では {word_text}")
        },
    ]
}

/// The values that are usual, of the entity itself or of those like it.
fn usual(baseline: &Baseline, feature: Feature, odds: &Odds) -> String {
    let Some(level) = odds.levels.iter().flatten().next() else { return String::new() };
    let sketch = baseline.profile(level.mark).and_then(|profile| profile.feature(feature));
    let all = sketch.map(|sketch| baseline.usual(sketch)).unwrap_or_default();
    let names = all.iter().filter(|one| !one.name.is_empty()).take(USUAL_MAX);
    names.map(|one| name(one.name)).collect::<Vec<_>>().join(", ")
}
