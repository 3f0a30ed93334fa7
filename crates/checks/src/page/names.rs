//! Names of elements and attributes that mean something to a page's links. Clause N2.1.
//!
//! Compared as numbers, for this runs for every tag of every page. Knows names only, not what they are for.

/// Longest name that is known.
const MAX_NAME: usize = 16;

/// A name in lower case as a number. Filled up with a byte that no text holds, so that `a` is not `a` and a NUL.
const fn key(name: &[u8]) -> u128 {
    let mut bytes = [0xff; MAX_NAME];
    let mut i = 0;
    while i < name.len() {
        bytes[i] = name[i].to_ascii_lowercase();
        i += 1;
    }
    u128::from_le_bytes(bytes)
}

/// The same number, read by words instead of bytes.
#[inline]
fn key_of(name: &[u8]) -> Option<u128> {
    let length = name.len();
    let (low, high) = if let (Some(first), Some(last)) = (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        // Both words overlap where the name is shorter than two of them.
        let high = match length {
            8 => u64::MAX,
            9..MAX_NAME => {
                u64::from_le_bytes(*last) >> ((MAX_NAME - length) * 8) | u64::MAX << ((length - 8) * 8)
            }
            MAX_NAME => u64::from_le_bytes(*last),
            _ => return None,
        };
        (u64::from_le_bytes(*first), high)
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last));
        (
            u64::from(u32::from_le_bytes(*first)) | last << ((length - 4) * 8) | u64::MAX << (length * 8),
            u64::MAX,
        )
    } else {
        (name.iter().rev().fold(u64::MAX, |word, byte| word << 8 | u64::from(*byte)), u64::MAX)
    };
    Some(u128::from(lower(low)) | u128::from(lower(high)) << 64)
}

/// Eight bytes at once in ASCII lower case.
#[inline]
const fn lower(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low_bits = word & (EACH * 0x7f);
    let from_a = low_bits + EACH * (0x80 - b'A' as u64);
    let beyond_z = low_bits + EACH * (0x7f - b'Z' as u64);
    let upper = (from_a ^ beyond_z) & !word & (EACH * 0x80);
    word | upper >> 2
}

/// Places of a table of names; four times as many as names, so that a look-up is one comparison, seldom two.
const PLACES: usize = 256;

const fn place(key: u128) -> usize {
    let mixed = (key as u64) ^ ((key >> 64) as u64).rotate_left(29);
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
}

macro_rules! names {
    ($(#[$doc:meta])* $Name:ident { $($Variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $Name { $($Variant,)* Other }

        impl $Name {
            const NAMES: &[(u128, $Name)] = &[$((key($text), $Name::$Variant),)*];
            const TABLE: [(u128, $Name); PLACES] = {
                let mut table = [(0, $Name::Other); PLACES];
                let mut i = 0;
                while i < $Name::NAMES.len() {
                    let mut at = place($Name::NAMES[i].0);
                    while table[at].0 != 0 {
                        at = (at + 1) % PLACES;
                    }
                    table[at] = $Name::NAMES[i];
                    i += 1;
                }
                table
            };

            #[inline]
            pub(super) fn of(name: &[u8]) -> $Name {
                static TABLE: [(u128, $Name); PLACES] = $Name::TABLE;
                let Some(key) = key_of(name) else { return $Name::Other };
                let mut at = place(key);
                loop {
                    let (there, found) = TABLE[at];
                    if there == key || there == 0 {
                        return found;
                    }
                    at = (at + 1) % PLACES;
                }
            }
        }
    };
}

names! {
    /// Elements that refer to something, or that change how their content is read.
    Element {
        A = b"a",
        Applet = b"applet",
        Area = b"area",
        Audio = b"audio",
        Base = b"base",
        Body = b"body",
        Button = b"button",
        Div = b"div",
        Embed = b"embed",
        Frame = b"frame",
        Iframe = b"iframe",
        Image = b"image",
        Img = b"img",
        Input = b"input",
        Li = b"li",
        Link = b"link",
        Math = b"math",
        Meta = b"meta",
        Noembed = b"noembed",
        Noframes = b"noframes",
        Object = b"object",
        Option = b"option",
        Param = b"param",
        Plaintext = b"plaintext",
        Script = b"script",
        Select = b"select",
        Source = b"source",
        Span = b"span",
        Style = b"style",
        Svg = b"svg",
        Table = b"table",
        Td = b"td",
        Template = b"template",
        Textarea = b"textarea",
        Th = b"th",
        Title = b"title",
        Tr = b"tr",
        Track = b"track",
        Video = b"video",
        Xmp = b"xmp",
    }
}

names! {
    /// Attributes that hold an address, or that tell what one is for.
    Attr {
        Alt = b"alt",
        Archive = b"archive",
        As = b"as",
        Background = b"background",
        Codebase = b"codebase",
        Content = b"content",
        Data = b"data",
        DataBackground = b"data-background",
        DataHref = b"data-href",
        DataLazy = b"data-lazy",
        DataLazySrc = b"data-lazy-src",
        DataOriginal = b"data-original",
        DataSrc = b"data-src",
        DataSrcset = b"data-srcset",
        DataUrl = b"data-url",
        Href = b"href",
        HttpEquiv = b"http-equiv",
        Id = b"id",
        ImageSrcset = b"imagesrcset",
        Name = b"name",
        Onchange = b"onchange",
        Onclick = b"onclick",
        Ondblclick = b"ondblclick",
        Poster = b"poster",
        Rel = b"rel",
        Rev = b"rev",
        Src = b"src",
        Srcset = b"srcset",
        Style = b"style",
        Title = b"title",
        Type = b"type",
        Value = b"value",
        XlinkHref = b"xlink:href",
    }
}

/// Start tags that end `svg` and `math`, for they are HTML only (HTML Standard, "in foreign content").
#[cold]
pub(super) fn leaves_foreign(name: &[u8]) -> bool {
    const NAMES: [&str; 44] = [
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
    ];
    NAMES.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name))
}

names! {
    /// Elements that stand on lines of their own, so that their text does not run into its neighbour's.
    Block {
        Address = b"address",
        Article = b"article",
        Aside = b"aside",
        Blockquote = b"blockquote",
        Body = b"body",
        Br = b"br",
        Center = b"center",
        Dd = b"dd",
        Div = b"div",
        Dl = b"dl",
        Dt = b"dt",
        Fieldset = b"fieldset",
        Figcaption = b"figcaption",
        Figure = b"figure",
        Footer = b"footer",
        Form = b"form",
        H1 = b"h1",
        H2 = b"h2",
        H3 = b"h3",
        H4 = b"h4",
        H5 = b"h5",
        H6 = b"h6",
        Header = b"header",
        Hr = b"hr",
        Li = b"li",
        Main = b"main",
        Nav = b"nav",
        Ol = b"ol",
        Option = b"option",
        P = b"p",
        Pre = b"pre",
        Section = b"section",
        Table = b"table",
        Tbody = b"tbody",
        Td = b"td",
        Th = b"th",
        Tr = b"tr",
        Ul = b"ul",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_name_is_found_in_either_case_and_nothing_else() {
        for (key, element) in Element::NAMES {
            let bytes = key.to_le_bytes();
            let name: Vec<u8> = bytes.iter().copied().take_while(|b| *b != 0xff).collect();
            assert_eq!(Element::of(&name), *element);
            assert_eq!(Element::of(&name.to_ascii_uppercase()), *element);
        }
        for name in
            [&b""[..], b"aa", b"titl", b"titles", b"h1", b"a\0", b"0123456789abcdef", b"0123456789abcdefg"]
        {
            assert_eq!(Element::of(name), Element::Other, "{name:?}");
        }
        assert_eq!(Attr::of(b"HTTP-Equiv"), Attr::HttpEquiv);
        assert_eq!(Attr::of(b"data-background"), Attr::DataBackground);
    }

    proptest! {
        #[test]
        fn words_and_bytes_give_the_same_number(name in prop::collection::vec(any::<u8>(), 0..20)) {
            let wanted = (name.len() <= MAX_NAME).then(|| key(&name));
            prop_assert_eq!(key_of(&name), wanted);
        }
    }
}
