//! Names of elements and attributes that mean something to a page's links. Clause N2.1.
//!
//! Compared as numbers, for this runs for every tag of every page. Knows names only, not what they are for.

/// Longest name that is known.
const MAX_NAME: usize = 16;

/// A name in lower case as a number.
const fn key(name: &[u8]) -> u128 {
    let mut bytes = [0; MAX_NAME];
    let mut i = 0;
    while i < name.len() {
        bytes[i] = name[i].to_ascii_lowercase();
        i += 1;
    }
    u128::from_le_bytes(bytes)
}

macro_rules! names {
    ($(#[$doc:meta])* $Name:ident { $($Variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $Name { $($Variant,)* Other }

        impl $Name {
            #[inline]
            #[allow(non_upper_case_globals)]
            pub(super) fn of(name: &[u8]) -> $Name {
                $(const $Variant: u128 = key($text);)*
                if name.len() > MAX_NAME {
                    return $Name::Other;
                }
                match key(name) {
                    $($Variant => $Name::$Variant,)*
                    _ => $Name::Other,
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
