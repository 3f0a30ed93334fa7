//! What the names of elements mean for a tree: void, raw, block, what ends what. Clause N2.1.
//!
//! After the HTML Standard, "Tree construction"; only the rules that well-meant markup relies on.

/// Whether a name as written is that name, given in lower case.
pub(super) fn same(written: &str, name: &str) -> bool {
    written.len() == name.len() && written.eq_ignore_ascii_case(name)
}

/// What the builder has to know of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Void,
    /// `b`, `font`, `span` and their like.
    Inline,
    A,
    P,
    Li,
    /// `dt` and `dd`.
    Term,
    Heading,
    Option,
    OptGroup,
    /// `td`, `th`.
    Cell,
    Row,
    /// `thead`, `tbody`, `tfoot`.
    RowGroup,
    Table,
    /// `ul`, `ol`, `menu`, `dl`.
    List,
    /// Any other block: ends an open paragraph.
    Block,
    /// `marquee`, `object`, `button`, `caption`, `template`: end tags inside do not end what is outside.
    Fence,
    Html,
    Head,
    Body,
    /// `svg`, `math`.
    Foreign,
}

pub(super) fn role(name: &str) -> Role {
    let mut lower = [0u8; 12];
    let Some(lower) = lower.get_mut(..name.len()) else { return Role::Inline };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"area" | b"base" | b"basefont" | b"bgsound" | b"br" | b"col" | b"embed" | b"frame" | b"hr"
        | b"image" | b"img" | b"input" | b"keygen" | b"link" | b"meta" | b"param" | b"source" | b"track"
        | b"wbr" => Role::Void,
        b"a" => Role::A,
        b"p" => Role::P,
        b"li" => Role::Li,
        b"dt" | b"dd" => Role::Term,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Heading,
        b"option" => Role::Option,
        b"optgroup" => Role::OptGroup,
        b"td" | b"th" => Role::Cell,
        b"tr" => Role::Row,
        b"thead" | b"tbody" | b"tfoot" => Role::RowGroup,
        b"table" => Role::Table,
        b"ul" | b"ol" | b"menu" | b"dl" | b"dir" => Role::List,
        b"address" | b"article" | b"aside" | b"blockquote" | b"center" | b"details" | b"dialog" | b"div"
        | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"header" | b"hgroup" | b"main"
        | b"nav" | b"pre" | b"listing" | b"section" | b"summary" | b"search" | b"xmp" | b"plaintext" => {
            Role::Block
        }
        b"marquee" | b"object" | b"applet" | b"button" | b"caption" | b"template" | b"select" => Role::Fence,
        b"html" => Role::Html,
        b"head" => Role::Head,
        b"body" | b"frameset" => Role::Body,
        b"svg" | b"math" => Role::Foreign,
        _ => Role::Inline,
    }
}

/// Whether an element stands on lines of its own, so that text does not run on from one to the next.
pub(super) fn breaks_text(name: &str, role: Role) -> bool {
    !matches!(role, Role::Inline | Role::A | Role::Void | Role::Foreign)
        || same(name, "br")
        || same(name, "hr")
}

/// Whether a start tag ends an open paragraph.
pub(super) fn ends_paragraph(name: &str, role: Role) -> bool {
    matches!(role, Role::P | Role::Heading | Role::Table | Role::List | Role::Block | Role::Li | Role::Term)
        || same(name, "hr")
}

/// Elements that may stand in a head; any other one ends it.
pub(super) fn stays_in_head(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["meta", "link", "title", "script", "style", "base", "noscript", "template", "bgsound"];
    NAMES.iter().any(|n| same(name, n))
}
