//! One source of settings each: command line, environment, configuration file. Serves N2.1, N2.4.
//!
//! A layer keeps texts with the place they were written; it does not know what they mean.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::table::{Arity, SETTINGS, setting, variable};
use crate::usage::{Origin, WrongUsage, nearest};

/// A value as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub value: String,
    pub origin: Origin,
}

/// The settings one source gives, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer(BTreeMap<&'static str, Vec<Given>>);

impl Layer {
    /// What the command line gave; `matches` comes from a command that has every setting as an argument.
    pub fn from_matches(matches: &clap::ArgMatches) -> Layer {
        let mut layer = Layer::default();
        for setting in SETTINGS {
            for value in matches.get_many::<String>(setting.name).into_iter().flatten() {
                layer.add(setting.name, value.clone(), Origin::CommandLine);
            }
        }
        layer
    }

    /// What the environment gives: `XUNWANG_NAME`; several values one a line; an empty variable is none.
    pub fn from_environment(variables: impl Fn(&str) -> Option<String>) -> Layer {
        let mut layer = Layer::default();
        for setting in SETTINGS {
            let name = variable(setting.name);
            let Some(text) = variables(&name).filter(|t| !t.trim().is_empty()) else { continue };
            let origin = Origin::Environment(name);
            match setting.arity {
                Arity::Many => {
                    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
                        layer.add(setting.name, line.to_owned(), origin.clone());
                    }
                }
                Arity::One | Arity::Switch => layer.add(setting.name, text.trim().to_owned(), origin),
            }
        }
        layer
    }

    /// What the configuration file says. Unknown keys are refused, so that a slip is not silently without effect.
    pub fn from_toml(path: &Path, text: &str) -> Result<Layer, WrongUsage> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = DeTable::parse(text).map_err(|fault| {
            let (line, column) = place(text, fault.span().map_or(0, |s| s.start));
            WrongUsage::ConfigSyntax {
                path: path.into(),
                line,
                column,
                why: fault.message().replace('\n', ";"),
            }
        })?;
        let mut layer = Layer::default();
        for (key, value) in table.get_ref() {
            let line = place(text, key.span().start).0;
            let name: &str = key.get_ref();
            let known =
                setting(name).filter(|s| s.name != "config").ok_or_else(|| WrongUsage::UnknownKey {
                    path: path.into(),
                    line,
                    key: name.to_owned(),
                    nearest: nearest(name, SETTINGS.iter().map(|s| s.name).filter(|n| *n != "config")),
                })?;
            let mut add = |value: &DeValue<'_>, line: usize| match scalar(value) {
                Ok(written) => {
                    layer.add(known.name, written, Origin::File(path.into(), line));
                    Ok(())
                }
                Err(found) => {
                    Err(WrongUsage::ConfigType { path: path.into(), line, key: name.to_owned(), found })
                }
            };
            match value.get_ref() {
                DeValue::Array(items) => {
                    for item in items {
                        add(item.get_ref(), place(text, item.span().start).0)?;
                    }
                }
                single => add(single, line)?,
            }
        }
        Ok(layer)
    }

    /// The values of a setting, in the order written.
    pub fn get(&self, name: &str) -> &[Given] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, name: &'static str, value: String, origin: Origin) {
        self.0.entry(name).or_default().push(Given { value, origin });
    }
}

/// The text of a value, or what it is instead.
fn scalar(value: &DeValue<'_>) -> Result<String, &'static str> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Float(number) => Ok(number.to_string()),
        DeValue::Boolean(yes) => Ok(yes.to_string()),
        DeValue::Datetime(_) => Err("日期"),
        DeValue::Array(_) => Err("数组中的数组"),
        DeValue::Table(_) => Err("表"),
    }
}

/// Line and column, both from 1, of a byte offset; columns in characters.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Layer;

    fn file(text: &str) -> Result<Layer, String> {
        Layer::from_toml(Path::new("xunwang.toml"), text).map_err(|e| e.to_string())
    }

    #[test]
    fn the_file_gives_texts_with_their_lines() {
        let layer =
            file("# 设置\nrate = 2.5\nignore-robots = true\nexclude = [\n  \"/old/\",\n  \"/tmp/\",\n]\n")
                .unwrap();
        assert_eq!(layer.get("rate")[0].value, "2.5");
        assert_eq!(layer.get("ignore-robots")[0].value, "true");
        let origins: Vec<_> = layer.get("exclude").iter().map(|g| format!("{:?}", g.origin)).collect();
        assert_eq!(origins, ["File(\"xunwang.toml\", 5)", "File(\"xunwang.toml\", 6)"]);
        assert!(layer.get("pages").is_empty());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_likely_word() {
        let wrong = file("rate = 5\n\nhost_concurrency = 4\n").unwrap_err();
        assert_eq!(
            wrong,
            "配置文件 xunwang.toml 第 3 行：没有名为“host_concurrency”的设置。是不是想写“host-concurrency”？"
        );
        assert!(file("[inspect]\nrate = 5\n").unwrap_err().contains("第 1 行：没有名为“inspect”的设置"));
    }

    #[test]
    fn a_file_that_is_not_toml_is_told_by_line_and_column() {
        assert!(file("rate = 5\nout = 报告\n").unwrap_err().contains("第 2 行第 7 列"));
        assert!(file("rate = { a = 1 }").unwrap_err().contains("不能是表"));
        assert!(file("out = 2026-01-01").unwrap_err().contains("不能是日期"));
    }

    #[test]
    fn the_environment_gives_one_value_a_line() {
        let layer = Layer::from_environment(|name| match name {
            "XUNWANG_HOST_CONCURRENCY" => Some(" 3 ".into()),
            "XUNWANG_HEADER" => Some("A: 1\n\nB: 2\n".into()),
            "XUNWANG_PROXY" => Some("  ".into()),
            _ => None,
        });
        assert_eq!(layer.get("host-concurrency")[0].value, "3");
        assert_eq!(layer.get("header").len(), 2);
        assert!(layer.get("proxy").is_empty());
    }
}
