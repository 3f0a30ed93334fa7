//! Bounds on what is read of one file, with their reasons. Serves N2.2.
//!
//! A file that reaches one is read up to it and says so.

/// Text kept of one file, in bytes: a budget of a thousand pages has some five million.
pub const TEXT: usize = 16 << 20;
/// Passages kept of one file: rows of the longest registers that offices publish.
pub const PASSAGES: usize = 300_000;
/// Bytes of one passage; a cell holds at most 32,767 characters.
pub const PASSAGE: usize = 128 << 10;
/// Bytes that all parts of one file, and the files in it, may unpack to.
pub const UNPACKED: u64 = 192 << 20;
/// Bytes that one part may unpack to.
pub const PART: u64 = 96 << 20;
/// Entries of an archive; archives of whole sites have some thousand.
pub const ENTRIES: usize = 20_000;
/// Files in an archive that are read.
pub const FILES: usize = 500;
/// Archives within archives: an annex of annexes.
pub const DEPTH: usize = 3;
/// Cells of a workbook: a million rows of ten columns are cut.
pub const CELLS: usize = 3_000_000;
/// Columns of one row that are kept; the format allows 16,384.
pub const COLUMNS: u32 = 1_000;
/// Pages of a PDF.
pub const PAGES: usize = 3_000;
/// Bytes that the text of one page of a PDF, or its fonts' tables, may unpack to.
pub const PAGE: usize = 16 << 20;
/// Objects of a PDF that are worth looking at; more are made to fill memories.
pub const OBJECTS: usize = 500_000;
/// Codes that the table of a font may tell of: sixteen times those of two bytes.
pub const CODES: u64 = 1 << 20;
/// Forms within forms of a PDF page.
pub const FORMS: usize = 8;
/// Bytes of a PDF that are read at all: scanned volumes have more, but no text.
pub const PDF: usize = 128 << 20;
