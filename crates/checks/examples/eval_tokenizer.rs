//! Runs the tokenizer against the html5lib tests: `eval_tokenizer FOLDER` reads every `*.test` in it. Clause N2.1.
//!
//! Prints how many pass in each file; parse errors are not compared, for the product has no use for them.

use std::borrow::Cow;

use checks::html::{Content, Doctype, Refs, Token, Tokenizer, decode};
use serde_json::{Value, json};

fn main() {
    let folder = std::env::args().nth(1).expect("usage: eval_tokenizer FOLDER");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("a folder that can be read").flatten().map(|e| e.path()).collect();
    files.sort();
    let (mut all_passed, mut all_total, mut all_left_out) = (0, 0, 0);
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "test")) {
        let text = std::fs::read_to_string(file).expect("a file that can be read");
        // Lone surrogates cannot stand in decoded text, and not in `serde_json` either.
        let tests: Value = serde_json::from_str(&text).expect("tests in JSON");
        let (mut passed, mut total, mut left_out) = (0, 0, 0);
        for test in tests["tests"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let states =
                test["initialStates"].as_array().cloned().unwrap_or_else(|| vec![json!("Data state")]);
            for state in states {
                match run(test, state.as_str().unwrap_or_default()) {
                    None => left_out += 1,
                    Some(Ok(())) => (passed, total) = (passed + 1, total + 1),
                    Some(Err(got)) => {
                        total += 1;
                        eprintln!(
                            "{}: {state}\n  input {}\n  want {}\n  got  {got}",
                            test["description"], test["input"], test["output"]
                        );
                    }
                }
            }
        }
        println!("{}: {passed}/{total}, left out {left_out}", file.file_name().unwrap_or_default().display());
        (all_passed, all_total, all_left_out) =
            (all_passed + passed, all_total + total, all_left_out + left_out);
    }
    println!("total: {all_passed}/{all_total}, left out {all_left_out}");
}

/// `None`: the test needs lone surrogates.
fn run(test: &Value, state: &str) -> Option<Result<(), Value>> {
    let doubled = test["doubleEscaped"].as_bool() == Some(true);
    let input = test["input"].as_str().expect("an input");
    let input = if doubled { unescape(input)? } else { Cow::Borrowed(input) };
    let mut want = test["output"].clone();
    if doubled {
        unescape_all(&mut want)?;
    }
    let content = match state {
        "Data state" => Content::Data,
        "RCDATA state" => Content::Rcdata,
        "RAWTEXT state" => Content::RawText,
        "Script data state" => Content::ScriptData,
        "CDATA section state" => Content::CdataSection,
        "PLAINTEXT state" => Content::Plaintext,
        other => panic!("unknown state {other}"),
    };
    let mut tokens = Tokenizer::new(&input, 0);
    tokens.switch(content, test["lastStartTag"].as_str().unwrap_or_default());
    let mut got: Vec<Value> = Vec::new();
    while let Some(token) = tokens.next_token() {
        match token {
            Token::Text(span, content) => {
                let text = decode(&input[span], content.refs());
                match got.last_mut() {
                    Some(last) if last[0] == "Character" => {
                        last[1] = json!(format!("{}{text}", last[1].as_str().unwrap_or_default()));
                    }
                    _ => got.push(json!(["Character", text])),
                }
            }
            Token::Start(tag) => {
                let mut attributes = serde_json::Map::new();
                for attribute in tokens.attributes() {
                    let name = lower(&input[attribute.name()]);
                    let value = decode(&input[attribute.value()], Refs::Attribute);
                    attributes.entry(name).or_insert_with(|| json!(value));
                }
                let mut token = json!(["StartTag", lower(&input[tag.name]), attributes]);
                if tag.self_closing {
                    token.as_array_mut().expect("an array").push(json!(true));
                }
                got.push(token);
            }
            Token::End(tag) => got.push(json!(["EndTag", lower(&input[tag.name])])),
            Token::Comment(span) => got.push(json!(["Comment", decode(&input[span], Refs::Raw)])),
            Token::Doctype(span, open_end) => {
                let d = Doctype::read(&input[span], open_end);
                got.push(json!(["DOCTYPE", d.name, d.public, d.system, !d.force_quirks]));
            }
        }
    }
    let got = Value::Array(got);
    Some(if got == want { Ok(()) } else { Err(got) })
}

fn lower(name: &str) -> String {
    decode(name, Refs::Raw).to_ascii_lowercase()
}

fn unescape_all(value: &mut Value) -> Option<()> {
    match value {
        Value::String(text) => *text = unescape(text)?.into_owned(),
        Value::Array(values) => values.iter_mut().try_for_each(unescape_all)?,
        Value::Object(map) => {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(name, mut value)| {
                    unescape_all(&mut value).and(Some((unescape(&name)?.into_owned(), value)))
                })
                .collect::<Option<_>>()?;
        }
        _ => {}
    }
    Some(())
}

/// Undoes `\uXXXX`; `None` for lone surrogates.
fn unescape(text: &str) -> Option<Cow<'static, str>> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        units.extend(before.encode_utf16());
        units.push(u16::from_str_radix(&after[..4], 16).expect("four digits"));
        rest = &after[4..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).ok().map(Cow::Owned)
}
