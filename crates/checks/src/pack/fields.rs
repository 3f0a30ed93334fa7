//! Reading a pack's fields one by one: what is missing, wrong or unknown is told with its place. Serves N2.7.
//!
//! Knows TOML values and places, and nothing of what the fields mean.

use jiff::civil::Date;
use toml::{Table, Value};

use super::read::PackFault;

/// The fields of one table of a pack.
pub(super) struct Fields<'t, 'f> {
    table: &'t Table,
    /// The indicator, for messages; `None`: the pack itself.
    indicator: Option<String>,
    /// What stands before a field's name in messages: `points.`, `scoring.`.
    within: String,
    known: Vec<&'static str>,
    faults: &'f mut Vec<PackFault>,
}

impl<'t, 'f> Fields<'t, 'f> {
    pub fn new(
        table: &'t Table,
        indicator: Option<String>,
        within: &str,
        faults: &'f mut Vec<PackFault>,
    ) -> Fields<'t, 'f> {
        Fields { table, indicator, within: within.to_owned(), known: Vec::new(), faults }
    }

    pub fn wrong(&mut self, field: &str, why: impl Into<String>) {
        self.faults.push(PackFault {
            indicator: self.indicator.clone(),
            field: format!("{}{field}", self.within),
            why: why.into(),
        });
    }

    pub fn get(&mut self, field: &'static str) -> Option<&'t Value> {
        self.known.push(field);
        self.table.get(field)
    }

    /// Whether something is written there, be it right or wrong.
    pub fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    fn needed(&mut self, field: &'static str) -> Option<&'t Value> {
        let value = self.get(field);
        if value.is_none() {
            self.wrong(field, "缺少这一项");
        }
        value
    }

    /// A text that must be there and say something.
    pub fn text(&mut self, field: &'static str) -> String {
        let Some(value) = self.needed(field) else { return String::new() };
        match value.as_str().map(str::trim) {
            Some("") => self.wrong(field, "不能为空"),
            Some(text) => return text.to_owned(),
            None => self.wrong(field, format!("应为文字，这里是{}", kind(value))),
        }
        String::new()
    }

    /// A text that may be left out.
    pub fn maybe_text(&mut self, field: &'static str) -> Option<String> {
        let value = self.get(field)?;
        match value.as_str() {
            Some(text) => Some(text.trim().to_owned()),
            None => {
                self.wrong(field, format!("应为文字，这里是{}", kind(value)));
                None
            }
        }
    }

    pub fn texts(&mut self, field: &'static str) -> Vec<String> {
        let Some(value) = self.get(field) else { return Vec::new() };
        let texts = value.as_array().and_then(|list| {
            list.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
        });
        texts.unwrap_or_else(|| {
            self.wrong(field, "应为文字的列表，如 [\"dead-link\"]");
            Vec::new()
        })
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, field: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let value = self.needed(field)?;
        let found = value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        if found.is_none() {
            let can: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let is = value.as_str().map_or_else(|| kind(value).to_owned(), |text| format!("“{text}”"));
            self.wrong(field, format!("不能是{is}，可用：{}", can.join("、")));
        }
        found.map(|(_, meaning)| *meaning)
    }

    pub fn number(&mut self, field: &'static str) -> Option<f64> {
        let value = self.get(field)?;
        let number = value.as_float().or(value.as_integer().map(|n| n as f64));
        if number.is_none() {
            self.wrong(field, format!("应为数字，这里是{}", kind(value)));
        }
        number
    }

    /// A whole number between two bounds; `usual` where it is left out.
    pub fn whole(&mut self, field: &'static str, least: u32, most: u32, usual: Option<u32>) -> u32 {
        let Some(value) = self.get(field) else {
            if usual.is_none() {
                self.wrong(field, "缺少这一项");
            }
            return usual.unwrap_or(least);
        };
        let number = value.as_integer().and_then(|n| u32::try_from(n).ok());
        match number {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.wrong(field, format!("应为 {least} 到 {most} 之间的整数"));
                least
            }
        }
    }

    pub fn switch(&mut self, field: &'static str) -> bool {
        let Some(value) = self.get(field) else { return false };
        value.as_bool().unwrap_or_else(|| {
            self.wrong(field, format!("应为 true 或 false，这里是{}", kind(value)));
            false
        })
    }

    /// A day, written as TOML's date or as text.
    pub fn day(&mut self, field: &'static str) -> Option<Date> {
        let value = self.get(field)?;
        let text = match value {
            Value::Datetime(day) => day.to_string(),
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        if day.is_none() {
            self.wrong(field, "应为日期，如 2019-04-01");
        }
        day
    }

    /// A table within this one; what it holds is read by the caller.
    pub fn table(&mut self, field: &'static str) -> Option<&'t Table> {
        let value = self.get(field)?;
        let table = value.as_table();
        if table.is_none() {
            self.wrong(field, format!("应为一组设置，这里是{}", kind(value)));
        }
        table
    }

    /// A list of tables, such as `[[indicator]]`.
    pub fn tables(&mut self, field: &'static str) -> Vec<&'t Table> {
        let Some(value) = self.get(field) else { return Vec::new() };
        let tables = value.as_array().and_then(|l| l.iter().map(Value::as_table).collect::<Option<Vec<_>>>());
        tables.unwrap_or_else(|| {
            self.wrong(field, format!("应写成若干个 [[{field}]]"));
            Vec::new()
        })
    }

    /// Reads a table within this one by the same rules, under its name.
    pub fn inner<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let table = self.table(field)?;
        let within = format!("{}{field}.", self.within);
        let mut inner = Fields::new(table, self.indicator.clone(), &within, self.faults);
        let value = read(&mut inner);
        inner.end();
        Some(value)
    }

    /// Reads one table of a list by the same rules.
    pub fn each<T>(&mut self, field: &str, table: &Table, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> T {
        let within = format!("{}{field}.", self.within);
        let mut inner = Fields::new(table, self.indicator.clone(), &within, self.faults);
        let value = read(&mut inner);
        inner.end();
        value
    }

    /// Names what nobody asked for: a slip of the pen must not pass for a rule.
    pub fn end(mut self) {
        let unknown: Vec<&String> = self.table.keys().filter(|k| !self.known.contains(&k.as_str())).collect();
        for key in unknown {
            let can = self.known.join("、");
            self.wrong(key, format!("没有这一项，可用：{can}"));
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "文字",
        Value::Integer(_) | Value::Float(_) => "数字",
        Value::Boolean(_) => "true/false",
        Value::Datetime(_) => "日期",
        Value::Array(_) => "列表",
        Value::Table(_) => "一组设置",
    }
}
