//! What a program sends, as the form of the same command holds it. Clauses N1.1, N4.7.
//!
//! Forms hold texts; a program may write numbers and truths as such. Whether a value is right is the command's to say:
//! here is only told what no form has.

use platform::web::Faults;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::spec::{Schema, Shape};

/// Lays what was sent over the form as it stands: a field that is left out or `null` stays as it is. Faults are fields
/// that the schema does not name, and values of no shape that a form could hold.
pub fn over<T: Serialize + DeserializeOwned>(
    schema: &Schema,
    before: &T,
    sent: Map<String, Value>,
) -> Result<T, Faults> {
    let mut faults = Faults::default();
    let mut form = match serde_json::to_value(before) {
        Ok(Value::Object(form)) => form,
        _ => Map::new(),
    };
    for (name, value) in sent {
        let Some(property) = schema.properties.iter().find(|property| property.name == name) else {
            faults.whole(format!("没有 {name} 这一项。"));
            continue;
        };
        let typed = match (property.shape, value) {
            (_, Value::Null) => continue,
            (Shape::Texts, Value::Array(all)) if all.iter().all(Value::is_string) => Value::Array(all),
            (Shape::Texts, _) => {
                faults.field(property.name, format!("{name} 应为文字的数组。"));
                continue;
            }
            (Shape::Flag, Value::Bool(yes)) => Value::from(if yes { "1" } else { "" }),
            (Shape::Flag, _) => {
                faults.field(property.name, format!("{name} 应为 true 或 false。"));
                continue;
            }
            (_, Value::String(text)) => Value::String(text),
            (_, Value::Number(number)) => Value::String(number.to_string()),
            _ => {
                faults.field(property.name, format!("{name} 应为文字或数字。"));
                continue;
            }
        };
        form.insert(name, typed);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_json::from_value(Value::Object(form)).map_err(|error| {
        let mut faults = Faults::default();
        faults.whole(format!("内容不合格式：{error}"));
        faults
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::Property;

    #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, Serialize)]
    #[serde(default)]
    struct Form {
        name: String,
        days: String,
        wanted: String,
        rules: Vec<String>,
    }

    static FORM: Schema = Schema {
        name: "Form",
        properties: &[
            Property::new("name", Shape::Text, ""),
            Property::new("days", Shape::Integer, ""),
            Property::new("wanted", Shape::Flag, ""),
            Property::new("rules", Shape::Texts, ""),
        ],
    };

    fn laid(sent: Value) -> Result<Form, Faults> {
        let before = Form { name: "甲".into(), wanted: "1".into(), ..Form::default() };
        over(&FORM, &before, sent.as_object().unwrap().clone())
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_written_counts() {
        let want =
            Form { name: "甲".into(), days: "30".into(), wanted: String::new(), rules: vec!["a".into()] };
        assert_eq!(laid(json!({ "days": 30, "wanted": false, "rules": ["a"], "name": null })), Ok(want));
    }

    #[test]
    fn what_no_form_has_is_told_by_name() {
        let faults = laid(json!({ "nmae": "x", "name": {}, "wanted": "yes", "rules": [1] })).unwrap_err();
        assert_eq!(faults.fields.keys().copied().collect::<Vec<_>>(), ["name", "rules", "wanted"]);
        assert!(faults.whole[0].contains("nmae"));
    }
}
