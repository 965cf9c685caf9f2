//! What documents are found in text of every shape.

use super::*;
use crate::Content;

fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut damage) = (Vec::new(), Vec::new());
    Input::new(Content::Whole(bytes)).documents(&mut |piece| match piece {
        Piece::Document(d) => texts.push(format!("{}:{}:{}", d.line, d.record, d.text)),
        Piece::Damage { line, why, .. } => damage.push(format!("{line}: {why}")),
    });
    (texts, damage)
}

#[test]
fn every_shape_gives_the_same_documents() {
    for shape in [
        "{\"a\":1}\n{\"a\":2}\n",
        "[{\"a\":1},\n{\"a\":2}]",
        "{ \"Records\" : [{\"a\":1},\n{\"a\":2}] }",
    ] {
        assert_eq!(read(shape.as_bytes()).0, ["1:0:{\"a\":1}", "2:1:{\"a\":2}"], "{shape}");
        assert!(read(shape.as_bytes()).1.is_empty());
    }
}

#[test]
fn documents_that_are_asked_for_are_the_same_without_the_others() {
    let shapes = [
        "{\"a\":1}\n{\"a\":[2]}\n\n{\"a\":3}\n",
        "[{\"a\":1},\n{\"a\":[2]},\n\n{\"a\":3}]",
        "{\"Records\":[{\"a\":1},\n{\"a\":[2]},\n\n{\"a\":3}]}",
    ];
    for shape in shapes {
        let all = read(shape.as_bytes()).0;
        assert_eq!(all.len(), 3);
        for only in [vec![], vec![1], vec![2, 0], vec![9]] {
            let mut texts = Vec::new();
            let mut input = Input::new(Content::Whole(shape.as_bytes()));
            input.only(only.clone());
            input.documents(&mut |piece| match piece {
                Piece::Document(d) => texts.push(format!("{}:{}:{}", d.line, d.record, d.text)),
                Piece::Damage { why, .. } => panic!("{why}"),
            });
            let wanted = (0..).zip(&all).filter(|(at, _)| only.contains(at));
            let wanted: Vec<&String> = wanted.map(|(_, text)| text).collect();
            assert_eq!(texts.iter().collect::<Vec<_>>(), wanted, "{shape} {only:?}");
        }
    }
}

#[test]
fn damage_costs_itself_only() {
    let (texts, damage) = read(b"{\"a\":1}\n{\"a\":\nnonsense\n{\"a\":3}\n[1,{\"b\":x},{\"c\":1}]");
    assert_eq!(texts, ["1:0:{\"a\":1}", "4:2:{\"a\":3}", "5:3:1", "5:5:{\"c\":1}"]);
    assert_eq!(damage.len(), 2);
}

#[test]
fn cut_at_every_byte_never_panics_and_keeps_whole_documents() {
    let all = b"{\"Records\":[{\"a\":\"x\"},{\"b\":[1,2]}],\"z\":1}\n{\"c\":2}";
    for cut in 0..all.len() {
        let (texts, damage) = read(&all[..cut]);
        assert!(texts.len() <= 3 && damage.len() <= 1, "cut {cut}: {texts:?} {damage:?}");
    }
}

#[test]
fn a_stream_gives_what_a_slice_gives() {
    let text = format!("[{}]", vec![format!("{{\"k\":\"{}\"}}", "v".repeat(3000)); 2000].join(","));
    let mut count = 0;
    let stream = Content::Stream(Box::new(text.as_bytes()));
    Input::new(stream).documents(&mut |p| count += usize::from(matches!(p, Piece::Document(_))));
    assert_eq!(count, 2000);
}
