//! A rule's text value on its way through the modifiers that change it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsigma_parser::{SigmaString, SpecialChar, StringPart};

use crate::problem::Fault;
use crate::ruleset::Settings;

/// One part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// `?`: exactly one character.
    One,
    /// `*`: any number of characters.
    Many,
    /// `windash`: any one of the five dashes.
    Dash,
}

/// The characters that `windash` takes for one another (modifiers appendix, "String Modifiers").
pub(crate) const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// More spellings of one value than this are refused (an encoded value with many dashes).
const VARIANTS_MAX: usize = 3_125;

/// A value between two modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Draft {
    /// A text, maybe with wildcards.
    Pattern(Vec<Piece>),
    /// Encoded bytes.
    Bytes(Vec<u8>),
}

/// The three ways to write UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Utf16 {
    Little,
    Big,
    LittleWithMark,
}

const NO_WILDCARDS: &str = "Remove the wildcards, or the encoding modifier.";

impl Draft {
    /// A value as the rule has it.
    pub fn of(text: &SigmaString) -> Self {
        let pieces = text.parts.iter().map(|part| match part {
            StringPart::Plain(text) => Piece::Text(text.clone()),
            StringPart::Special(SpecialChar::WildcardMulti) => Piece::Many,
            StringPart::Special(SpecialChar::WildcardSingle) => Piece::One,
        });
        Draft::Pattern(pieces.collect())
    }

    /// A literal text.
    pub fn literal(text: String) -> Self {
        Draft::Pattern(vec![Piece::Text(text)])
    }

    /// `windash`: every dash may be any dash.
    pub fn windash(self) -> Self {
        let Draft::Pattern(pieces) = self else { return self };
        let mut out = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let Piece::Text(text) = piece else {
                out.push(piece);
                continue;
            };
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once(DASHES) {
                out.extend([Piece::Text(before.to_owned()), Piece::Dash]);
                rest = after;
            }
            out.push(Piece::Text(rest.to_owned()));
        }
        out.retain(|piece| *piece != Piece::Text(String::new()));
        Draft::Pattern(out)
    }

    /// `utf16le`, `utf16be`, `utf16`: the text's bytes in that encoding.
    pub fn utf16(self, kind: Utf16) -> Result<Vec<Self>, Fault> {
        let encode = |text: &str| {
            let mark = (kind == Utf16::LittleWithMark).then_some(0xFEFF);
            let units = mark.into_iter().chain(text.encode_utf16());
            let bytes = units.flat_map(|unit| match kind {
                Utf16::Big => unit.to_be_bytes(),
                Utf16::Little | Utf16::LittleWithMark => unit.to_le_bytes(),
            });
            Draft::Bytes(bytes.collect())
        };
        match self {
            Draft::Pattern(pieces) => Ok(spellings(&pieces)?.iter().map(|t| encode(t)).collect()),
            Draft::Bytes(_) => Err(Fault::new(
                "encodes a value as UTF-16 that is already encoded",
                "Put the UTF-16 modifier first, and only one of them.",
            )),
        }
    }

    /// `base64`: the value's bytes in Base64.
    pub fn base64(self) -> Result<Vec<Self>, Fault> {
        Ok(self.bytes()?.iter().map(|b| Draft::literal(STANDARD.encode(b))).collect())
    }

    /// `base64offset`: the part of the Base64 text that stays the same wherever the value
    /// begins and whatever follows it, for each of the three places it may begin.
    pub fn base64_offsets(self) -> Result<Vec<Self>, Fault> {
        let mut out = Vec::new();
        for bytes in self.bytes()? {
            for shift in 0..3usize {
                let mut shifted = vec![0; shift];
                shifted.extend_from_slice(&bytes);
                let whole = STANDARD.encode(&shifted);
                // Six bits a character: those that hold a bit of a neighbour are left out.
                let (from, to) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
                if let Some(part) = whole.get(from..to).filter(|part| !part.is_empty()) {
                    out.push(Draft::literal(part.to_owned()));
                }
            }
        }
        Ok(out)
    }

    /// `expand`: placeholders `%name%` become each of their values; `\%` is a percent sign.
    pub fn expand(self, known: &Settings) -> Result<Vec<Self>, Fault> {
        let Draft::Pattern(pieces) = self else {
            return Err(Fault::new("expands an encoded value", "Put `expand` first."));
        };
        let mut drafts = vec![Vec::new()];
        for piece in pieces {
            let Piece::Text(text) = piece else {
                drafts = product(&drafts, &[vec![piece]])?;
                continue;
            };
            for part in placeholders(&text) {
                let choices = match part {
                    Part::Literal(text) => vec![vec![Piece::Text(text)]],
                    Part::Name(name) => values_of(&name, known)?,
                };
                drafts = product(&drafts, &choices)?;
            }
        }
        Ok(drafts.into_iter().map(Draft::Pattern).collect())
    }

    /// The value's bytes, in each of its spellings.
    fn bytes(self) -> Result<Vec<Vec<u8>>, Fault> {
        match self {
            Draft::Bytes(bytes) => Ok(vec![bytes]),
            Draft::Pattern(pieces) => {
                Ok(spellings(&pieces)?.into_iter().map(String::into_bytes).collect())
            }
        }
    }
}

/// A part of a value with placeholders.
enum Part {
    Literal(String),
    Name(String),
}

/// Splits `a%name%b`. A `%` without a partner, or escaped, stands for itself.
fn placeholders(text: &str) -> Vec<Part> {
    const ESCAPED: char = '\u{0}';
    let text = text.replace("\\%", "\u{0}");
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        let Some((name, behind)) = after.split_once('%').filter(|(name, _)| !name.is_empty())
        else {
            break;
        };
        out.push(Part::Literal(before.replace(ESCAPED, "%")));
        out.push(Part::Name(name.replace(ESCAPED, "%")));
        rest = behind;
    }
    out.push(Part::Literal(rest.replace(ESCAPED, "%")));
    out.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
    out
}

/// The values of a placeholder, wildcards and all.
fn values_of(name: &str, known: &Settings) -> Result<Vec<Vec<Piece>>, Fault> {
    let values = known.placeholders.get(name).filter(|values| !values.is_empty());
    if values.is_none() && known.wildcards.holds(name) {
        return Ok(vec![vec![Piece::Many]]);
    }
    let values = values.ok_or_else(|| {
        // "If the tool isn't able to handle placeholders, it must reject the rule."
        Fault::new(
            format!("uses the placeholder %{name}%, which has no values"),
            "Give its values under `vars` of a pipeline file (--pipeline), or leave the rule out.",
        )
    })?;
    let pieces = values.iter().map(|value| match Draft::of(&SigmaString::new(value)) {
        Draft::Pattern(pieces) => pieces,
        Draft::Bytes(_) => Vec::new(),
    });
    Ok(pieces.collect())
}

/// Every draft followed by every choice.
fn product(drafts: &[Vec<Piece>], choices: &[Vec<Piece>]) -> Result<Vec<Vec<Piece>>, Fault> {
    if drafts.len().saturating_mul(choices.len()) > VARIANTS_MAX {
        return Err(Fault::new(
            format!("has more than {VARIANTS_MAX} spellings of one value"),
            "Use fewer dashes or placeholders in one value.",
        ));
    }
    let both = drafts.iter().flat_map(|draft| {
        choices.iter().map(move |choice| draft.iter().chain(choice).cloned().collect())
    });
    Ok(both.collect())
}

/// Every literal text that the pieces stand for; wildcards are refused.
fn spellings(pieces: &[Piece]) -> Result<Vec<String>, Fault> {
    let mut drafts = vec![Vec::new()];
    for piece in pieces {
        let choices: Vec<Vec<Piece>> = match piece {
            Piece::Text(_) => vec![vec![piece.clone()]],
            Piece::Dash => DASHES.iter().map(|d| vec![Piece::Text(d.to_string())]).collect(),
            Piece::One | Piece::Many => {
                return Err(Fault::new("encodes a value that has wildcards", NO_WILDCARDS));
            }
        };
        drafts = product(&drafts, &choices)?;
    }
    let text = |draft: &Vec<Piece>| {
        draft
            .iter()
            .filter_map(|p| if let Piece::Text(t) = p { Some(t.as_str()) } else { None })
            .collect()
    };
    Ok(drafts.iter().map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_keep_only_what_no_neighbour_changes() {
        let parts = Draft::literal("yagura".into()).base64_offsets().unwrap();
        for part in parts {
            let Draft::Pattern(pieces) = part else { panic!() };
            let Some(Piece::Text(part)) = pieces.first() else { panic!() };
            for before in ["", "a", "bc", "\u{7f}\u{7f}"] {
                let found = (0..3).any(|shift| {
                    let text = format!("{before}{}yagura~~", "x".repeat(shift));
                    STANDARD.encode(text).contains(part.as_str())
                });
                assert!(found, "{part} after {before:?}");
            }
        }
    }

    #[test]
    fn placeholders_become_their_values() {
        let mut known = Settings::default();
        known.placeholders.insert("who".to_owned(), vec!["a*".to_owned(), "b".to_owned()]);
        let drafts = Draft::literal("x-%who%\\%".into()).expand(&known).unwrap();
        assert_eq!(drafts.len(), 2);
        assert!(Draft::literal("%none%".into()).expand(&known).is_err());
        known.wildcards.on = true;
        let wild = Draft::literal("%none%".into()).expand(&known).unwrap();
        assert_eq!(wild, [Draft::Pattern(vec![Piece::Many])]);
        assert_eq!(
            Draft::literal("50%".into()).expand(&known).unwrap(),
            [Draft::literal("50%".into())]
        );
    }

    #[test]
    fn many_dashes_and_an_encoding_are_refused_not_multiplied() {
        let value = Draft::literal("- - - - - - - -".into()).windash();
        assert!(value.base64().is_err());
    }
}
