//! Rows of Parquet blobs.

use std::borrow::Cow;

use columnar::{Blob, Piece, Table};
use frame::Input;
use model::Position;
use model::seam::source::Intake;

use super::{Row, Take};

/// Hands every row on; the error says why there are none.
pub fn each(
    input: &mut Input<'_>,
    in_millis: fn(&str) -> bool,
    take: &mut dyn Take,
    out: &mut dyn Intake,
) -> Result<(), String> {
    let mut places = input.places().map_err(damaged)?;
    let length = places.length();
    let mut read = |start, length| places.read(start, length).map(Cow::into_owned);
    let mut blob = Blob { length, read: &mut read };
    let table = Table::open(&mut blob, in_millis).map_err(damaged)?;
    let names: Vec<&str> = table.columns().collect();
    take.columns(&names).map_err(damaged)?;
    let mut record = 0;
    table.rows(&mut blob, &mut |piece| {
        match piece {
            Piece::Row(row) => {
                let at = Position { line: row.number + 1, record };
                take.row(&Row { at, text: row.text, spans: row.spans }, out);
            }
            Piece::Damage { number, rows, why } => {
                let at = Position { line: number + 1, record };
                let last = number.saturating_add(rows.max(1));
                out.refuse(
                    at,
                    &format!("rows {} to {last} of a Parquet file: {why}", number + 1),
                    "",
                );
            }
        }
        record += 1;
    });
    Ok(())
}

fn damaged(why: String) -> String {
    format!("a Parquet file: {why}")
}
