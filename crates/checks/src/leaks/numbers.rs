//! What makes digits a number of a person or a card: check digits, dates, issued ranges. Serves N2.2.
//!
//! Each function judges bare ASCII digits; context is judged by `personal`.

/// First two digits of divisions (GB/T 2260); 81–83 are used in the residence permits of Hong Kong, Macao, Taiwan.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// Years of birth that a number of 18 digits can hold; later ones are dates of something else.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2045;

/// Whether it is a citizen identity number of 18 places: division, date, check digit (GB 11643-1999, ISO 7064
/// MOD 11-2). Abolished divisions live on in such numbers, so only the province is held against the table.
pub fn is_identity(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = digits.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize] == bytes[17]
        && is_province(digits)
        && YEARS.contains(&number(&digits[6..10]))
        && is_date(number(&digits[6..10]), number(&digits[10..12]), number(&digits[12..14]))
}

/// Whether it may be an identity number of the older form: 15 digits, year of two places, no check digit.
pub fn is_old_identity(digits: &str) -> bool {
    digits.len() == 15
        && digits.bytes().all(|b| b.is_ascii_digit())
        && is_province(digits)
        && is_date(1900 + number(&digits[6..8]), number(&digits[8..10]), number(&digits[10..12]))
}

/// Whether 18 digits are a unified social credit code (GB 32100-2015): its check is MOD 31.
pub fn is_credit_code(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    if bytes.len() != 18 || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut weight = 1;
    let mut sum = 0;
    for b in &bytes[..17] {
        sum += u32::from(b - b'0') * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == u32::from(bytes[17] - b'0')
}

/// Whether it is a mobile number: 11 digits in a range that was given to subscribers.
pub fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && match (bytes[0], bytes[1], bytes[2]) {
            (b'1', b'3' | b'8' | b'9', _) => true,
            (b'1', b'4', third) => matches!(third, b'5'..=b'9'),
            (b'1', b'5', third) => third != b'4',
            (b'1', b'6', third) => matches!(third, b'2' | b'5' | b'6' | b'7'),
            (b'1', b'7', third) => third <= b'8',
            _ => false,
        }
        // 13900000000 and the like are written as examples.
        && !bytes[3..].windows(2).all(|pair| pair[0] == pair[1])
}

/// Prefixes of debit cards that the large banks issue most, as printed on their cards; enough to believe a number
/// that nothing else says to be a card.
const WELL_KNOWN: [&str; 28] = [
    "621226", "621288", "621483", "621661", "621663", "621700", "621785", "621790", "621799", "622150",
    "622151", "622188", "622202", "622203", "622208", "622262", "622280", "622700", "622760", "622845",
    "622846", "622848", "622849", "623052", "623094", "623668", "621096", "621098",
];

/// Whether it is the number of a payment card: issuer's prefix and Luhn digit. `said` tells that the text around
/// speaks of cards or accounts; without that only well-known prefixes of 16 or 19 digits count.
pub fn is_card(digits: &str, said: bool) -> bool {
    if !(16..=19).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) || !luhn(digits) {
        return false;
    }
    let usual = matches!(digits.len(), 16 | 19);
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    if !said {
        return usual && starts(&WELL_KNOWN);
    }
    starts(&["62", "60", "95588"]) || digits.len() == 16 && starts(&["4", "51", "52", "53", "54", "55", "35"])
}

fn luhn(digits: &str) -> bool {
    let doubled = |d: u32| if d > 4 { d * 2 - 9 } else { d * 2 };
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| if i % 2 == 0 { u32::from(b - b'0') } else { doubled(u32::from(b - b'0')) })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|b| b != b'0')
}

fn is_province(digits: &str) -> bool {
    digits.get(..2).and_then(|two| two.parse().ok()).is_some_and(|two: u8| PROVINCES.contains(&two))
        && digits.get(2..6) != Some("0000")
}

/// The value of at most four digits; anything else is 0, which is no year, month or day.
fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(0)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4399 is no city, and sequence 000 is never issued: nobody bears such a number.
    #[test]
    fn identity_needs_province_date_and_check() {
        assert!(is_identity("439900190001010006"));
        assert!(!is_identity("439900190001010007"), "check digit");
        assert!(!is_identity("439900190002300005"), "30 February");
        assert!(!is_identity("990000190001010008"), "province");
        assert!(!is_identity("４３"));
        assert!(is_old_identity("439900000101000") && !is_old_identity("439900001301000"));
    }

    #[test]
    fn cards_need_a_prefix_and_luhn() {
        assert!(is_card("6222020000000000018", false));
        assert!(!is_card("6222020000000000019", true));
        assert!(!is_card("6299990000000017", false), "no well-known issuer");
        assert!(is_card("4000000000000002", true) && !is_card("4000000000000002", false));
    }

    #[test]
    fn mobiles_lie_in_ranges_that_were_given_out() {
        assert!(is_mobile("13800138000") && is_mobile("19900138000"));
        assert!(!is_mobile("12800138000") && !is_mobile("15400138000") && !is_mobile("13900000000"));
    }

    #[test]
    fn a_credit_code_is_told_by_its_own_check() {
        assert!(is_credit_code("123301001000000248") && !is_credit_code("123301001000000249"));
    }
}
