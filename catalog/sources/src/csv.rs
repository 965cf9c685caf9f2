//! Rows of CSV (RFC 4180) out of lines: quoted values may hold line ends.

use csv_core::ReadRecordResult;
use frame::Input;

/// A quoted value with line ends in it spans no more lines than this.
const LINES_MAX: usize = 256;
/// Nor more bytes.
const BYTES_MAX: usize = 4 << 20;

/// The next row: a line, with those after it while a quote is open. A quote that is never closed
/// costs its own line only: the lines after it come as rows of their own.
pub fn next_rows(input: &mut Input<'_>) -> Option<Vec<(String, u64)>> {
    let mut lines = Vec::new();
    let (mut open, mut bytes) = (false, 0);
    while let Some(line) = input.line() {
        open ^= line.text.bytes().filter(|b| *b == b'"').count() % 2 == 1;
        bytes += line.text.len();
        lines.push((line.text.into_owned(), line.number));
        if !open || lines.len() >= LINES_MAX || bytes >= BYTES_MAX {
            break;
        }
    }
    let number = lines.first()?.1;
    if !open && lines.len() > 1 {
        let texts: Vec<String> = lines.into_iter().map(|(text, _)| text).collect();
        return Some(vec![(texts.join("\n"), number)]);
    }
    Some(lines)
}

/// The values of a row, by a parser made for that delimiter. It is made once: making one costs
/// more than a row.
pub fn row(
    parser: &mut csv_core::Reader,
    delimiter: u8,
    text: &str,
) -> Result<Vec<String>, String> {
    parser.reset();
    let mut bytes = vec![0; text.len()];
    let mut ends =
        vec![0; text.bytes().filter(|b| *b == delimiter || matches!(b, b'\n' | b'\r')).count() + 2];
    let (read, _, mut written, mut found) =
        parser.read_record(text.as_bytes(), &mut bytes, &mut ends);
    if read == ReadRecordResult::InputEmpty {
        // The end of the text ends the row, as the end of a line would.
        let (rest, left) = (bytes.get_mut(written..), ends.get_mut(found..));
        let (_, _, more, last) =
            parser.read_record(&[], rest.unwrap_or_default(), left.unwrap_or_default());
        (written, found) = (written + more, found + last);
    }
    let bytes = bytes.get(..written).unwrap_or_default();
    let mut start = 0;
    let values = ends.get(..found).unwrap_or_default().iter().map(|end| {
        let value = bytes.get(std::mem::replace(&mut start, *end)..*end).unwrap_or_default();
        String::from_utf8(value.to_vec()).map_err(|_| "not valid CSV: not UTF-8".to_owned())
    });
    let values: Vec<String> = values.collect::<Result<_, _>>()?;
    if values.is_empty() { Err("an empty row".into()) } else { Ok(values) }
}
