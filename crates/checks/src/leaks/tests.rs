//! Lines with and without personal data and marks. Clause N2.2.
//!
//! Every number is invented: 4399 is no city, sequence 000 is never issued, cards count up from zeros, and
//! 13800138000 is an operator's own.

use base::Level;

use super::*;

/// `kinds` as `id`, `card`, `mobile`, parted by blanks.
fn check(line: Line<'_>, kinds: &str) {
    let word = |leak: &Leak| match leak.kind {
        Kind::IdCard => "id",
        Kind::BankCard => "card",
        Kind::Mobile => "mobile",
    };
    let found: Vec<&str> = scan(&line).iter().map(word).collect();
    assert_eq!(found.join(" "), kinds, "{line:?}");
}

fn check_line(text: &str, kinds: &str) {
    check(Line::of(text), kinds);
}

fn check_weight(text: &str, header: &str, level: Level) {
    let line = Line { text, header };
    let leaks = scan(&line);
    assert!(!leaks.is_empty(), "{text}");
    assert_eq!(weigh(&line, &leaks).level, level, "{text} / {header}");
}

#[test]
fn personal_numbers_are_found_however_they_are_written() {
    check_line("身份证号码439900190001010006。", "id");
    check_line("身份证４３９９００１９０００１０１０００６", "id");
    check_line("身份证号：439900 19000101 0006", "id");
    check_line("身份证：439900000101000", "id");
    check_line("联系电话：13800138000", "mobile");
    check_line("手机 138 0013 8000（张）", "mobile");
    check_line("手机138-0013-8000，+86-13800138000，(86)13800138000", "mobile mobile mobile");
    check_line("0731-88880000/13800138000", "mobile");
    check_line("卡号：6222020000000000018", "card");
    check_line("卡号 6222 0200 0000 0000 018", "card");
    check_line("赵某 439900190001010006 13800138000", "id mobile");
    check_line("6222020000000000018", "card");
}

#[test]
fn a_number_is_given_back_by_its_place() {
    let text = "电话 138 0013 8000。";
    let leaks = scan(&Line::of(text));
    assert_eq!(&text[leaks[0].at..leaks[0].at + leaks[0].len], "138 0013 8000");
}

#[test]
fn other_numbers_are_left_alone() {
    for text in [
        "运单号：7588012345678901234567890",
        "立案号：202601011234567890",
        "流水号：20240513138001380",
        "订单号：13800138000",
        "订单号码：13800138000",
        "项目编号（13800138000）",
        "构件编号：5f3813800138000a9d2e4c7b",
        "经度：116.40741380013800012",
        "统一社会信用代码：123301001000000248",
        "统一社会信用代码：439968190001010003",
        "单位 439968190001010003",
        "商品条码：6901234567892",
        "登记证号：439900190001010006",
        "电话：138****8000",
        "证号：439900********0006",
        "身份证439900190001010007（校验位不对）",
        "439900000101000",
        "预算13800138000元",
        "2024-0731-13800138000",
        "热线400-888-1380，12345，0731-88880000",
        "QQ群号：13800138000",
        "编号 6222 0200 0000 0000 0182 1111",
        "备案6299990000000017",
        "征收决定〔2026〕13800138000号",
        "青征字（2026）第13800138000号",
        "",
    ] {
        check_line(text, "");
    }
    check(Line { text: "1\t13800138000\t示范片", header: "序号\t项目编号\t名称" }, "");
    check(Line { text: "1\t6299990000000017", header: "序号\t卡号" }, "card");
}

#[test]
fn near_document_numbers_are_found() {
    check_line("见决定〔2026〕3号，电话13800138000", "mobile");
    check_line("（2026）13800138000", "mobile");
    check_line("（赵小禾）13800138000号", "mobile");
}

#[test]
fn accounts_of_bodies_are_told_from_those_of_people() {
    let check = |text: &str, header: &str, beside: &[&str], of_body: bool| {
        let line = Line { text, header };
        assert!(!scan(&line).is_empty(), "{text}");
        assert_eq!(is_of_a_body(&line, beside), of_body, "{text} / {header} / {beside:?}");
    };
    let card = "账号：6222020000000000018";
    check(&format!("捐款{card}，户名：青禾县慈善会"), "", &[], true);
    check(&format!("开户名：青禾县财政局（专用） {card}"), "", &[], true);
    check(card, "", &["户名：青禾县红十字会", "开户行：青禾银行"], true);
    check("账号\t6222020000000000018", "户名\t青禾县慈善会", &[], true);
    check("账号\t6222020000000000018", "开户行\t青禾银行", &["户名\t青禾县慈善会"], true);
    check("1\t青禾县种粮合作社\t6222020000000000018", "序号\t户名\t账号", &[], true);
    check(&format!("{card}，户名：赵小禾"), "", &["户名：青禾县慈善会"], false);
    check(&format!("{card}，户名：赵会"), "", &[], false);
    check(&format!("{card}，户名：青禾县慈善会，收款人：赵小禾"), "", &[], false);
    check("1\t赵小禾\t6222020000000000018", "序号\t户名\t账号", &["户名：青禾县慈善会"], false);
    check("赵小禾\t种粮合作社\t6222020000000000018", "户名\t所属合作社\t账号", &[], false);
    check("赵小禾\t6222020000000000018", "姓名\t账号", &["制表：青禾县民政局"], false);
    check(card, "", &["户名：青禾县慈善会 账号6222020000000000026"], false);
    check(card, "", &[], false);
}

#[test]
fn what_stands_together_weighs_more() {
    check_weight("身份证号码439900190001010006", "", Level::Fault);
    check_weight("赵小禾，女，汉族，身份证号439900190001010006", "", Level::Veto);
    check_weight("439900190001010006\t13800138000", "身份证\t电话", Level::Veto);
    check_weight("439900190001010006，住青禾县城关镇东街12号", "", Level::Veto);
    check_weight("联系人：赵小禾，电话：13800138000", "", Level::Notice);
    check_weight("监督举报电话13800138000", "", Level::Notice);
    check_weight("王小禾\t县水利局\t13800138000", "姓名\t单位\t电话", Level::Notice);
    check_weight("王小禾\t禾场村3组\t13800138000\t低保", "姓名\t住址\t电话\t类别", Level::Fault);
    check_weight("王小禾\t13800138000", "姓名\t电话", Level::Warning);
    check_weight("请转13800138000", "", Level::Warning);
}

#[test]
fn marks_stand_alone() {
    let check = |line: &str, head: bool, level: Option<Level>| {
        assert_eq!(mark(line, head).map(|mark| mark.level), level, "{line}");
    };
    for line in [
        "机密★",
        "机 密 ★ 1 年",
        "绝密★长期",
        "★秘密",
        "秘密★6个月",
        "机密*3年",
        "密级：机密",
        "机密★特急",
        "【秘密★1年】",
    ] {
        check(line, false, Some(Level::Veto));
    }
    for line in [
        "内部资料 注意保存",
        "内部资料，请勿外传！",
        "仅供内部使用",
        "（此件不公开）",
        "公开属性：不予公开",
        "内部资料★注意保存",
    ] {
        check(line, false, Some(Level::Fault));
    }
    check("机密", true, Some(Level::Fault));
    check("内部资料", true, Some(Level::Fault));
    check("不得公开", true, Some(Level::Fault));
    check("绝密★启用前", true, Some(Level::Notice));
    check("（此件依申请公开）", false, Some(Level::Notice));
    for line in [
        "保守国家秘密是每个公民的义务",
        "《内部资料性出版物管理办法》",
        "内部资料性出版物准印证",
        "国家秘密的密级分为绝密、机密、秘密三级",
        "“机密★1年”表示保密期限为一年",
        "秘密★的含义",
        "密级：公开",
        "机密",
        "内部资料",
        "内部资料 免费交流",
        "（此件公开发布）",
        "公开方式：主动公开",
        "不予公开的情形包括下列几种",
        "依申请公开",
        // A row of every annual report on open government.
        "不予公开",
        "（三）不予公开",
        "商业秘密保护",
        "",
    ] {
        check(line, false, None);
    }
}
