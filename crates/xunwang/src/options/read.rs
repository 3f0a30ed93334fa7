//! Readers of single values: numbers, durations, headers, cookies. Serves N2.1, N2.4.
//!
//! Pure. An error is the reason in Chinese, to be put behind the name of the setting.

use std::time::Duration;

use jiff::civil::Date;

/// Longest duration that is taken: anything above is a slip of the unit.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// A duration such as `30s`, `1h30m`, `500ms`, `2小时`; a bare number is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    const HOW: &str = "应为时长，如 30s、10m、2h、1h30m";
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(HOW.into());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| HOW.to_owned())?;
        let after = rest[digits..].trim_start();
        let letters = after.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(after.len());
        let unit = match after[..letters].to_ascii_lowercase().as_str() {
            "ms" | "毫秒" => 0.001,
            "s" | "sec" | "秒" => 1.0,
            "" if digits == text.trim().len() => 1.0,
            "m" | "min" | "分" | "分钟" => 60.0,
            "h" | "小时" | "时" => 3_600.0,
            "d" | "天" => 86_400.0,
            _ => return Err(HOW.into()),
        };
        let part = Duration::try_from_secs_f64(number * unit).map_err(|_| HOW.to_owned())?;
        total = total.checked_add(part).filter(|t| *t <= LONGEST).ok_or("时长过大，最多 366 天")?;
        rest = after[letters..].trim_start();
    }
    Ok(total)
}

/// A day of the calendar, `2019-06-01`.
pub fn day(text: &str) -> Result<Date, String> {
    let text = text.trim();
    let day = text.parse::<Date>().ok().filter(|_| text.len() == "2019-06-01".len());
    day.ok_or_else(|| "应为日期，如 2019-06-01".to_owned())
}

/// A whole number between two bounds.
pub fn whole(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let why = || format!("应为 {least} 到 {most} 之间的整数");
    let number: u64 = text.trim().replace('_', "").parse().map_err(|_| why())?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(why()) }
}

/// Requests a second: a number from 0 (no limit) to 100,000.
pub fn rate(text: &str) -> Result<Option<f64>, String> {
    const WHY: &str = "应为每秒请求次数，如 5、0.5；0 为不限";
    let number: f64 = text.trim().parse().map_err(|_| WHY.to_owned())?;
    if number == 0.0 {
        return Ok(None);
    }
    // Below one request in 1,000 seconds no crawl ends; NaN fails the comparison too.
    if (0.001..=100_000.0).contains(&number) { Ok(Some(number)) } else { Err(WHY.into()) }
}

/// A switch that was given a value.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "是" => Ok(true),
        "false" | "0" | "no" | "off" | "否" => Ok(false),
        _ => Err("应为 true 或 false".into()),
    }
}

/// Headers that the engine sets itself; two of them would make the request ambiguous.
const OWN_HEADERS: [&str; 8] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade",
    "user-agent",
    "accept-encoding",
];

/// A request header `Name: value` (RFC 9110 §5.1, §5.5).
pub fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("应写成“名: 值”，如 X-Inspection: 2026")?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err("请求头的名字只能用英文字母、数字和连字符".into());
    }
    if value.is_empty() || value.chars().any(|c| c.is_control() && c != '\t') {
        return Err("请求头的值不能为空，也不能含换行等控制字符".into());
    }
    if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err("这个请求头由程序自己设置（User-Agent 请用 --user-agent）".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// A cookie `name=value` (RFC 6265 §4.1.1).
pub fn cookie(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("应写成“名=值”，如 JSESSIONID=AB12")?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err("Cookie 的名字只能用英文字母、数字和连字符等".into());
    }
    let fits = |b: u8| matches!(b, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e | b'"');
    if !value.bytes().all(fits) {
        return Err("Cookie 的值不能含空格、逗号、分号、反斜杠和中文；一个 --cookie 只写一个 Cookie".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::{cookie, duration, header, rate, whole, yes_or_no};

    fn check_duration(text: &str, milliseconds: Option<u128>) {
        assert_eq!(duration(text).ok().map(|d| d.as_millis()), milliseconds, "{text:?}");
    }

    #[test]
    fn durations_read_as_people_write_them() {
        check_duration("30s", Some(30_000));
        check_duration("1h30m", Some(5_400_000));
        check_duration("1h 30m", Some(5_400_000));
        check_duration("0.5s", Some(500));
        check_duration("250MS", Some(250));
        check_duration("10", Some(10_000));
        check_duration("2小时", Some(7_200_000));
        check_duration("0", Some(0));
        check_duration("1h30", None);
        check_duration("", None);
        check_duration("m", None);
        check_duration("-5s", None);
        check_duration("5 weeks", None);
        check_duration("1e9s", None);
        check_duration("9999999d", None);
        check_duration(&"9".repeat(400), None);
    }

    #[test]
    fn numbers_keep_their_bounds() {
        assert_eq!(whole("1_000", 1, 5_000), Ok(1_000));
        assert!(whole("0", 1, 9).is_err() && whole("-1", 0, 9).is_err() && whole("1.5", 0, 9).is_err());
        assert_eq!(rate("0"), Ok(None));
        assert_eq!(rate("0.5"), Ok(Some(0.5)));
        assert!(rate("nan").is_err() && rate("inf").is_err() && rate("-1").is_err() && rate("快").is_err());
        assert_eq!(yes_or_no("是"), Ok(true));
        assert!(yes_or_no("maybe").is_err());
    }

    #[test]
    fn a_header_cannot_smuggle_another() {
        assert_eq!(header("X-A: b c"), Ok(("X-A".into(), "b c".into())));
        assert_eq!(header("Authorization: Basic eA=="), Ok(("Authorization".into(), "Basic eA==".into())));
        for wrong in ["X-A", ": b", "X A: b", "X-A: b\r\nHost: c", "Host: c", "user-agent: x", "X-A:"] {
            assert!(header(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(cookie("a=b=c"), Ok(("a".into(), "b=c".into())));
        for wrong in ["a", "=b", "a=b; c=d", "a=b c", "a=中"] {
            assert!(cookie(wrong).is_err(), "{wrong:?}");
        }
    }
}
