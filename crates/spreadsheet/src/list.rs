//! Lists: CSV files of which only the first column counts, for programs that exchange ids or phone numbers. Columns are
//! separated by commas, semicolons (as spreadsheet programs do in many countries) or tabs.

use std::io::{self, BufRead, BufReader, Read};
use std::string::FromUtf8Error;

use csv::{ByteRecord, ReaderBuilder, Trim};

use crate::formula::{escape_formula, unescape_formula};

/// A row with line breaks in quoted cells ends after this many bytes at the latest.
const MAX_ROW_BYTES: usize = 1 << 16;
/// Of these, the one that comes first outside of quotes separates the cells of a row.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the first cell of each row, or each line of a list without separators. Leaves out empty cells, lines that begin
/// with `#`, and a heading in the first row.
pub struct ListReader<R> {
    file: BufReader<R>,
    /// The number of lines that were read.
    lines: u64,
    row: Vec<u8>,
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
        Self { file: BufReader::new(file), lines: 0, row: Vec::new(), headings, is_first: true }
    }

    /// Reads the next row, and returns the number of its first line. The library counts empty lines and comments to the
    /// row after them, so its numbers cannot be used.
    fn read_row(&mut self) -> io::Result<Option<u64>> {
        loop {
            self.row.clear();
            if !self.read_line()? {
                return Ok(None);
            }
            if self.lines == 1 && self.row.starts_with(BYTE_ORDER_MARK) {
                self.row.drain(..BYTE_ORDER_MARK.len());
            }
            if self.row.trim_ascii().is_empty() || self.row.starts_with(b"#") {
                continue;
            }
            let first = self.lines;
            let mut is_quote_open = has_odd_quotes(&self.row);
            let mut end = self.row.len();
            while is_quote_open && end < MAX_ROW_BYTES && self.read_line()? {
                is_quote_open ^= has_odd_quotes(&self.row[end..]);
                end = self.row.len();
            }
            return Ok(Some(first));
        }
    }

    /// Appends a line to the row. Returns `false` at the end of the file.
    fn read_line(&mut self) -> io::Result<bool> {
        let read = self.file.read_until(b'\n', &mut self.row)?;
        self.lines += u64::from(read > 0);
        Ok(read > 0)
    }

    /// The first cell of the row. Empty if there is none.
    fn first_cell(&self) -> io::Result<Vec<u8>> {
        let mut row = ByteRecord::new();
        let mut options = ReaderBuilder::new();
        let mut is_quoted = false;
        let delimiter = self.row.iter().copied().find(|byte| {
            is_quoted ^= *byte == b'"';
            !is_quoted && DELIMITERS.contains(byte)
        });
        options
            .has_headers(false)
            .trim(Trim::All)
            .delimiter(delimiter.unwrap_or(b','))
            .buffer_capacity(self.row.len());
        options.from_reader(&*self.row).read_byte_record(&mut row)?;
        Ok(row.get(0).unwrap_or_default().to_vec())
    }

    fn next_cell(&mut self) -> io::Result<Option<ListCell>> {
        loop {
            let Some(line) = self.read_row()? else { return Ok(None) };
            let cell = self.first_cell()?;
            let may_be_heading = std::mem::replace(&mut self.is_first, false);
            let is_heading = |heading: &&str| cell.eq_ignore_ascii_case(heading.as_bytes());
            if cell.is_empty() || may_be_heading && self.headings.iter().any(is_heading) {
                continue;
            }
            let text = String::from_utf8(cell).map(|text| unescape_formula(&text).to_owned());
            return Ok(Some(ListCell { line, text }));
        }
    }
}

fn has_odd_quotes(text: &[u8]) -> bool {
    text.iter().fold(false, |is_odd, byte| is_odd ^ (*byte == b'"'))
}

impl<R: Read> Iterator for ListReader<R> {
    type Item = io::Result<ListCell>;

    fn next(&mut self) -> Option<io::Result<ListCell>> {
        self.next_cell().transpose()
    }
}

/// A line of a list. A phone number in E.164 keeps its `+`, because other programs need it, and spreadsheet programs
/// read it as a number. Other text that they would execute as a formula gets a prefix, which [`ListReader`] removes.
pub fn list_line(text: &str) -> String {
    let is_e164 = text.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let cell = if is_e164 { text.into() } else { escape_formula(text) };
    if cell.starts_with('#') || cell.contains([',', ';', '\t', '"', '\r', '\n']) {
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
        let with_breaks = b"a,\"note\r\nof two lines\"\r\n\r\nb\r\nc";
        assert_eq!(read(with_breaks), [(1, text("a")), (4, text("b")), (5, text("c"))]);
        let others = b"phone;name\n+1;\"Ann, Bob\"\n\"a,b\";2\n+2\t3;4\n";
        assert_eq!(read(others), [(2, text("+1")), (3, text("a,b")), (4, text("+2"))]);
    }

    #[test]
    fn phone_numbers_keep_their_plus() {
        for (text, line) in [
            ("+14155550111", "+14155550111\n"),
            ("member-2048", "member-2048\n"),
            ("+1;=2", "\"'+1;=2\"\n"),
            ("=1", "'=1\n"),
            ("#1", "\"#1\"\n"),
            ("a,\"b", "\"a,\"\"b\"\n"),
        ] {
            assert_eq!(list_line(text), line);
        }
    }

    proptest! {
        #[test]
        fn a_line_reads_back(text in "[#'=+@,;\"a1]{0,3}[!-~\u{e9}]") {
            let line = list_line(&text);
            prop_assert_eq!(read(line.as_bytes()), vec![(1, Some(text))]);
        }
    }
}
