//! Sentences of a trail, in English and Japanese.

use model::seam::report::Language;
use model::text::printable;

/// The longest piece of log text in a sentence, in characters.
const PIECE_MAX: usize = 160;
/// Names listed in a sentence.
const NAMES_MAX: usize = 6;

pub(crate) fn clean(text: &str) -> String {
    printable(text, PIECE_MAX).into_owned()
}

/// The first names, and how many more there are.
pub(crate) fn list<'n>(language: Language, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(clean).collect();
    let shown = names.get(..NAMES_MAX.min(names.len())).unwrap_or(&[]).join(", ");
    match (language, names.len().saturating_sub(NAMES_MAX)) {
        (_, 0) => shown,
        (Language::English, more) => format!("{shown} and {more} more"),
        (Language::Japanese, more) => format!("{shown} ほか{more}件"),
    }
}

/// One of two sentences.
pub(crate) fn say(language: Language, english: String, japanese: String) -> String {
    match language {
        Language::English => english,
        Language::Japanese => japanese,
    }
}

/// Why a step follows from another.
pub(super) fn because(language: Language) -> String {
    say(
        language,
        "started by the program that this request ran".into(),
        "このリクエストで実行されたプログラムから起動".into(),
    )
}

pub(super) fn because_file(language: Language) -> String {
    say(
        language,
        "a file that the intruder's programs put there".into(),
        "侵入者のプログラムが設置したファイル".into(),
    )
}

pub(super) fn because_contact(language: Language) -> String {
    say(
        language,
        "the address is named in the command that this step ran".into(),
        "実行されたコマンドに接続先が記載".into(),
    )
}

pub(super) fn because_mail(language: Language) -> String {
    say(
        language,
        "handed in by the program that this request ran".into(),
        "このリクエストで実行されたプログラムが投入".into(),
    )
}
