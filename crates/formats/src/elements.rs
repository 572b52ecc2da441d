//! Splits a JSON array into its elements, so that files of any length need little memory and each element knows
//! its location. Only brackets and strings are recognised here; the JSON parser handles the elements.

use std::io::BufRead;

use crate::format::BYTE_ORDER_MARK;
use crate::{FormatError, Location};

/// The maximum size of an element, equal to the maximum size of a request body.
const MAX_ELEMENT_BYTES: usize = 1024 * 1024;

/// The JSON of one element and its location.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) text: String,
    pub(crate) at: Location,
}

/// Iterator over the elements of an array, or over a single object.
pub(crate) struct Elements<R> {
    input: R,
    /// The name of an element in error messages.
    noun: &'static str,
    at: Location,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing was read yet.
    Start,
    /// After `[`, where no comma is needed.
    First,
    /// After an element.
    Next,
    /// The array or object is closed.
    End,
    /// The end of the file or an error was reached.
    Done,
}

impl<R: BufRead> Elements<R> {
    pub(crate) fn new(input: R, noun: &'static str) -> Self {
        Self::at(input, noun, Location::START)
    }

    /// For an input that begins at location `at` of a file.
    pub(crate) fn at(input: R, noun: &'static str, at: Location) -> Self {
        Self { input, noun, at, state: State::Start }
    }

    fn step(&mut self) -> Result<Option<Element>, FormatError> {
        loop {
            let byte = self.skip_whitespace()?;
            match (self.state, byte) {
                (State::Start, Some(0xEF)) if self.input.fill_buf()?.starts_with(BYTE_ORDER_MARK) => {
                    self.input.consume(BYTE_ORDER_MARK.len());
                }
                (State::Start, Some(b'[')) => {
                    self.bump(b'[');
                    self.state = State::First;
                }
                (State::Start, Some(b'{')) => {
                    let element = self.element()?;
                    self.state = State::End;
                    return Ok(Some(element));
                }
                (State::Start, _) => {
                    return Err(self.syntax(&format!("expected an array of {0}s, or one {0}", self.noun)));
                }
                (State::First | State::Next, Some(b']')) => {
                    self.bump(b']');
                    self.state = State::End;
                }
                (State::First, Some(_)) => {
                    self.state = State::Next;
                    return self.element().map(Some);
                }
                (State::Next, Some(b',')) => {
                    self.bump(b',');
                    if self.skip_whitespace()? == Some(b']') {
                        return Err(self.syntax("trailing comma"));
                    }
                    return self.element().map(Some);
                }
                (State::Next, Some(_)) => return Err(self.syntax("expected `,` or `]`")),
                (State::First | State::Next, None) => {
                    return Err(self.syntax("the file ends inside the array"));
                }
                (State::End, Some(_)) => return Err(self.syntax("expected the end of the file")),
                (State::End, None) | (State::Done, _) => return Ok(None),
            }
        }
    }

    /// Reads one value up to the following comma or bracket.
    fn element(&mut self) -> Result<Element, FormatError> {
        let at = self.at;
        let (mut text, mut brackets) = (Vec::new(), Brackets::default());
        while !brackets.is_end {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                break;
            }
            let length = brackets.scan(input);
            text.extend_from_slice(&input[..length]);
            self.at = input[..length].iter().fold(self.at, |at, byte| after_byte(at, *byte));
            self.input.consume(length);
            if text.len() > MAX_ELEMENT_BYTES {
                return Err(FormatError::TooLarge {
                    line: at.line,
                    noun: self.noun,
                    limit: MAX_ELEMENT_BYTES,
                });
            }
        }
        let text = String::from_utf8(text).map_err(|_| not_utf8(at))?;
        Ok(Element { text, at })
    }

    fn skip_whitespace(&mut self) -> Result<Option<u8>, FormatError> {
        loop {
            match self.peek()? {
                Some(byte) if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => self.bump(byte),
                other => return Ok(other),
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, FormatError> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    /// Consumes the byte returned by [`peek`](Self::peek) and updates the location.
    fn bump(&mut self, byte: u8) {
        self.input.consume(1);
        self.at = after_byte(self.at, byte);
    }

    fn syntax(&self, problem: &str) -> FormatError {
        FormatError::Syntax { at: self.at, problem: problem.to_owned() }
    }
}

/// Finds the end of a value by its brackets and strings.
#[derive(Default)]
struct Brackets {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The value is complete.
    is_end: bool,
}

impl Brackets {
    /// The number of bytes of `input` that belong to the value.
    fn scan(&mut self, input: &[u8]) -> usize {
        for (place, byte) in input.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b',' | b'}' | b']' if self.depth == 0 => {
                    self.is_end = true;
                    return place;
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.is_end = true;
                        return place + 1;
                    }
                }
                _ => {}
            }
        }
        input.len()
    }
}

/// The location behind a byte.
fn after_byte(at: Location, byte: u8) -> Location {
    match byte {
        b'\n' => Location { line: at.line + 1, column: 1 },
        _ if is_utf8_continuation(byte) => at,
        _ => Location { column: at.column + 1, ..at },
    }
}

/// The error for a file that is not UTF-8.
pub(crate) fn not_utf8(at: Location) -> FormatError {
    FormatError::Syntax { at, problem: "this is not UTF-8 text".to_owned() }
}

/// Converts a syntax error in `json`, which begins at `at`. `serde_json` counts lines and columns (in bytes) from
/// the start of `json`.
pub(crate) fn syntax(json: &str, at: Location, error: &serde_json::Error) -> FormatError {
    let message = error.to_string();
    let problem = message.rsplit_once(" at line ").map_or(message.as_str(), |(problem, _)| problem);
    let line_start = match error.line().checked_sub(2) {
        Some(lines) => json.match_indices('\n').nth(lines).map_or(0, |(at, _)| at + 1),
        None => 0,
    };
    let mut end = (line_start + error.column().saturating_sub(1)).min(json.len());
    while !json.is_char_boundary(end) {
        end -= 1;
    }
    FormatError::Syntax { at: at.after(&json[..end]), problem: problem.to_owned() }
}

fn is_utf8_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

impl<R: BufRead> Iterator for Elements<R> {
    type Item = Result<Element, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.step().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.state = State::Done;
        }
        item
    }
}
