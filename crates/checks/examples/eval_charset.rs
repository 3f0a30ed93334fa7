//! Measures the charset decision against conformance data: `eval_charset FOLDER…`. Clause N2.1.
//!
//! Understands html5lib's `*.dat` (prescan), folders with a `labels.tsv` (detection), and encoding_rs's `*_in.txt`
//! beside `*_in_ref.txt` (decoders). Prints passed and total for each; keeps nothing.

use std::path::Path;
use std::process::ExitCode;

use checks::charset::{decode, meta};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

fn main() -> ExitCode {
    let mut found = false;
    for folder in std::env::args().skip(1) {
        let folder = Path::new(&folder);
        let Ok(entries) = std::fs::read_dir(folder) else {
            eprintln!("cannot read {}", folder.display());
            return ExitCode::from(3);
        };
        let mut files: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found |= match &*name {
                n if n.ends_with(".dat") => prescan(&file),
                "labels.tsv" => detection(folder, &file),
                n if n.ends_with("_in.txt") => decoder(&file, n),
                _ => false,
            };
        }
    }
    if found { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

fn read(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap_or_default()
}

/// `#data`, lines, `#encoding`, one line. What the prescan does not tell is windows-1252 there.
fn prescan(file: &Path) -> bool {
    let bytes = read(file);
    let (mut passed, mut total) = (0, 0);
    for case in split(&bytes, b"#data\n").into_iter().skip(1) {
        let Some(at) = memchr::memmem::find(case, b"\n#encoding\n") else { continue };
        let data = &case[..at];
        let label = case[at + 11..].split(|b| *b == b'\n').next().unwrap_or_default();
        let head = &data[..data.len().min(meta::PRESCAN_BYTES)];
        let got = meta::prescan(head).encoding.unwrap_or(WINDOWS_1252);
        total += 1;
        if Encoding::for_label(label) == Some(got) {
            passed += 1;
        } else {
            println!(
                "  {}: expected {}, got {}",
                String::from_utf8_lossy(data),
                String::from_utf8_lossy(label),
                got.name()
            );
        }
    }
    println!("{}: {passed}/{total}", file.display());
    true
}

fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> Vec<&'b [u8]> {
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, mark).collect();
    starts.insert(0, 0);
    starts.push(bytes.len());
    starts.windows(2).map(|w| bytes[w[0]..w[1]].strip_prefix(mark).unwrap_or_default()).collect()
}

/// Each file as it is, and once more with every declaration made unreadable.
fn detection(folder: &Path, labels: &Path) -> bool {
    let (mut passed, mut bare, mut total) = (0, 0, 0);
    for line in String::from_utf8_lossy(&read(labels)).lines().skip(1) {
        let Some((file, label)) = line.split_once('\t') else { continue };
        let bytes = read(&folder.join(file));
        let expected = expected(label);
        total += 1;
        let as_is = decode(&bytes, None).charset;
        if same(as_is.encoding, expected) {
            passed += 1;
        } else {
            println!("  {file}: expected {label}, got {as_is:?}");
        }
        let undeclared = undeclare(&bytes);
        let told = decode(&undeclared, None).charset;
        if same(told.encoding, expected) {
            bare += 1;
        } else {
            println!("  {file} without declaration: expected {label}, got {told:?}");
        }
    }
    println!("{}: {passed}/{total}, without declaration {bare}/{total}", labels.display());
    true
}

fn expected(label: &str) -> &'static Encoding {
    match label {
        "UTF-16" | "UTF-16LE" => UTF_16LE,
        "UTF-16BE" => UTF_16BE,
        "Big5" => BIG5,
        _ => Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8),
    }
}

fn same(got: &'static Encoding, expected: &'static Encoding) -> bool {
    let family = |e: &'static Encoding| if e == GB18030 { GBK } else { e };
    family(got) == family(expected) || (got == UTF_16BE && expected == UTF_16LE)
}

fn undeclare(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for word in [&b"charset"[..], b"encoding"] {
        let places: Vec<usize> = (0..out.len().saturating_sub(word.len()))
            .filter(|&i| out[i..i + word.len()].eq_ignore_ascii_case(word))
            .collect();
        for at in places {
            out[at..at + word.len()].fill(b'x');
        }
    }
    out
}

fn decoder(file: &Path, name: &str) -> bool {
    let Some(encoding) = name.split('_').next().and_then(|l| Encoding::for_label(l.as_bytes())) else {
        return false;
    };
    let reference = read(&file.with_file_name(name.replace("_in.txt", "_in_ref.txt")));
    let bytes = read(file);
    let decoded = decode(&bytes, Some(&format!("text/plain; charset={}", encoding.name())));
    let got: Vec<&str> = decoded.text.lines().collect();
    let wanted = String::from_utf8_lossy(&reference);
    let wanted: Vec<&str> = wanted.strip_prefix('\u{FEFF}').unwrap_or(&wanted).lines().collect();
    let passed = got.iter().zip(&wanted).filter(|(a, b)| a == b).count();
    println!(
        "{}: {passed}/{} lines, {:?}",
        file.display(),
        wanted.len().max(got.len()),
        decoded.charset.source
    );
    true
}
