//! Lists: CSV files of which only the first column counts, for programs that exchange ids or phone numbers.

use std::io::{self, Read};
use std::string::FromUtf8Error;

use csv::{ByteRecord, Position, Reader, ReaderBuilder, Trim};

use crate::formula::{escape_formula, unescape_formula};

/// Reads the first cell of each row, or each line of a list without commas. Leaves out empty cells, lines that begin
/// with `#`, and a heading in the first row.
pub struct ListReader<R> {
    rows: Reader<R>,
    row: ByteRecord,
    headings: &'static [&'static str],
    is_first: bool,
}

/// The first cell of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListCell {
    /// The number of the line, from 1.
    pub line: u64,
    /// The text without spaces around it; an error if it is not UTF-8.
    pub text: Result<String, FromUtf8Error>,
}

impl<R: Read> ListReader<R> {
    /// Reads a file that may begin with one of the headings, in upper or lower case.
    pub fn new(file: R, headings: &'static [&'static str]) -> Self {
        let rows = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(Trim::All)
            .from_reader(file);
        Self { rows, row: ByteRecord::new(), headings, is_first: true }
    }
}

impl<R: Read> Iterator for ListReader<R> {
    type Item = io::Result<ListCell>;

    fn next(&mut self) -> Option<io::Result<ListCell>> {
        loop {
            match self.rows.read_byte_record(&mut self.row) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error.into())),
            }
            let cell = self.row.get(0).unwrap_or_default();
            let may_be_heading = std::mem::replace(&mut self.is_first, false);
            let is_heading = |heading: &&str| cell.eq_ignore_ascii_case(heading.as_bytes());
            if cell.is_empty() || may_be_heading && self.headings.iter().any(is_heading) {
                continue;
            }
            let text = String::from_utf8(cell.to_vec()).map(|text| unescape_formula(&text).to_owned());
            return Some(Ok(ListCell { line: self.row.position().map_or(0, Position::line), text }));
        }
    }
}

/// A line of a list. A phone number in E.164 keeps its `+`, because other programs need it, and spreadsheet programs
/// read it as a number. Other text that they would execute as a formula gets a prefix, which [`ListReader`] removes.
pub fn list_line(text: &str) -> String {
    let is_e164 = text.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let cell = if is_e164 { text.into() } else { escape_formula(text) };
    if cell.starts_with('#') || cell.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"\n", cell.replace('"', "\"\""));
    }
    format!("{cell}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(file: &[u8]) -> Vec<(u64, Option<String>)> {
        let cells = ListReader::new(file, &["phone"]).map(Result::unwrap);
        cells.map(|cell| (cell.line, cell.text.ok())).collect()
    }

    #[test]
    fn the_first_cell_of_each_row_is_read() {
        let file = b"\xef\xbb\xbf# list\nPhone,since\n\n +1 ,2020\n\"a,b\"\n#c\n'=1\n\xff\nphone\n";
        let text = |text: &str| Some(text.to_owned());
        let expected = [(4, text("+1")), (5, text("a,b")), (7, text("=1")), (8, None), (9, text("phone"))];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn phone_numbers_keep_their_plus() {
        for (text, line) in [
            ("+14155550111", "+14155550111\n"),
            ("member-2048", "member-2048\n"),
            ("+1;=2", "'+1;=2\n"),
            ("=1", "'=1\n"),
            ("#1", "\"#1\"\n"),
            ("a,\"b", "\"a,\"\"b\"\n"),
        ] {
            assert_eq!(list_line(text), line);
        }
    }

    proptest! {
        #[test]
        fn a_line_reads_back(text in "[#'=+@,\"a1]{0,3}[!-~\u{e9}]") {
            let line = list_line(&text);
            prop_assert_eq!(read(line.as_bytes()), vec![(1, Some(text))]);
        }
    }
}
