//! The kinds of slips and of right text that only looks wrong. Clause N2.2.

use super::model::{Model, ModelFault};
use super::{Kind, certain, hints};

fn shipped() -> &'static [u8] {
    include_bytes!("../../model/spelling.bin")
}

/// What the certain layer finds: fault, first correct form, whether beyond doubt.
fn check_certain(text: &str, expected: &[(&str, &str, bool)]) {
    let found = certain(text);
    let found: Vec<_> = found.iter().map(|s| (s.fault.as_str(), s.correct[0].as_str(), s.certain)).collect();
    assert_eq!(found, expected, "{text}");
    for slip in certain(text) {
        assert_eq!(text[slip.range.clone()], slip.fault);
    }
}

#[test]
fn a_damaged_model_is_told_from_one_of_another_kind() {
    let bytes = shipped();
    assert!(Model::read(bytes).is_ok());
    assert_eq!(Model::read(b"").unwrap_err(), ModelFault::NoModel);
    assert_eq!(Model::read(b"PK\x03\x04 something else entirely").unwrap_err(), ModelFault::NoModel);
    let cut = Model::read(&bytes[..bytes.len() - 7]).unwrap_err();
    assert_eq!(cut, ModelFault::Short { expected: bytes.len() as u64, found: bytes.len() as u64 - 7 });
    assert!(cut.to_string().contains("不完整"));
    let head = Model::read(&bytes[..20]).unwrap_err();
    assert!(matches!(head, ModelFault::Short { .. }), "{head}");
    let mut flipped = bytes.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let fault = Model::read(&flipped).unwrap_err();
    assert_eq!(fault, ModelFault::Damaged);
    assert!(fault.to_string().contains("校验和"));
}

#[test]
fn the_model_is_small_enough_to_ship() {
    assert!(shipped().len() < 5 << 20, "{} bytes", shipped().len());
}

#[test]
fn names_of_the_state_are_found_with_any_single_slip() {
    for (text, fault) in [
        ("依照《中华人民共合国宪法》", "中华人民共合国宪法"),
        ("《中华人民大和国刑法》", "中华人民大和国"),
        ("中华人民共和共国成立", "中华人民共和共国"),
        ("中华人民和国成立", "中华人民和国"),
        ("中华民人共和国成立", "中华民人共和国"),
    ] {
        let found = certain(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].fault.as_str(), found[0].kind, found[0].certain), (fault, Kind::State, true));
    }
}

#[test]
fn a_name_of_another_body_is_no_slip() {
    for text in [
        "全省人民代表大会和全国人民代表大会",
        "中国人民解放军和中国人民政治协商会议",
        "县人民医院、县人民法院、县人民检察院",
        "检察委员会和监察委员会分别开会",
        "中华人民共和国依法保护；中华人民共和国主张和平",
        "发愤图强，奋发图强，发奋图强；毋庸置疑，无庸置疑",
        "食品药品等安全，事中和事后监管，生活垃圾，分类收集",
    ] {
        check_certain(text, &[]);
    }
}

#[test]
fn a_slip_that_everyday_words_make_up_is_only_a_hint() {
    check_certain("他立志报销国家", &[("报销国家", "报效国家", false)]);
    check_certain("深入开展扫黑险恶斗争", &[("扫黑险恶", "扫黑除恶", true)]);
}

#[test]
fn misspellings_across_the_border_of_words_are_none() {
    check_certain("既使用太阳能又使用风能，主攻府邸修缮，收入民主评议", &[]);
    check_certain("焚烧秸杆", &[("秸杆", "秸秆", true)]);
}

#[test]
fn places_are_held_against_the_division_above_them() {
    check_certain("湖南省常沙市", &[("常沙市", "长沙市", true)]);
    check_certain("湖南省长沙市、湖南省青禾县、湖南省新区、长沙市橘子洲街道", &[]);
}

#[test]
fn names_and_look_alike_words_are_no_typos() {
    for text in [
        "经核查，章琳林、肖桦、霍荃、邵啟森四名同志符合条件。",
        "荥阳、亳州、睢县、浚县、尉犁五地代表参加座谈。",
        "台风登陆前，请登录预警系统查看信息。",
        "截至12月底，报名人数已满；报名截止时间为15日。",
        "公民依法享有权利，机关依法行使权力。",
        "会议制定了年度计划，并修订了相关制度。",
        "系统支持payroll、website、connectivity等模块。",
        "项目部署完毕，会场布置同步进行。",
    ] {
        check_certain(text, &[]);
        assert_eq!(hints(text), [], "{text}");
    }
}

#[test]
fn slips_of_pinyin_and_of_wubi_are_hinted_at() {
    for (text, right) in [
        ("各乡镇要按照法定成序办理行政许可", "程序"),
        ("县级以上人民政府应当加强对防汛工作的领到", "领导"),
        ("企业应当建立健全安全生产责任治度", "制度"),
        ("对违反规定的单位依法给予行政处伐", "处罚"),
    ] {
        let found = hints(text);
        assert!(found.iter().any(|s| s.correct[0] == right && !s.certain), "{text}: {found:?}");
    }
}

#[test]
fn texts_without_han_and_texts_beyond_measure_are_left_alone() {
    check_certain("The quick brown fox, 12345. Привет", &[]);
    assert_eq!(hints(""), []);
    let long = "秸杆".repeat(1 << 19);
    assert_eq!(certain(&long), []);
}

#[test]
fn names_are_found_with_a_character_missing_or_everyday_words_inside() {
    for (text, fault, right) in [
        ("中华人名共和国", "中华人名共和国", "中华人民共和国"),
        ("中华人民共国成立", "中华人民共国", "中华人民共和国"),
        ("习近总书记讲话", "习近总书记", "习近平总书记"),
        ("习近平总记讲话", "习近平总记", "习近平总书记"),
        ("习近平主度讲话", "习近平主度", "习近平主席"),
        ("召开全国人民代大会", "全国人民代大会", "全国人民代表大会"),
        ("在中共产党的领导下", "中共产党", "中国共产党"),
        ("中央纪律检察委员会", "中央纪律检察委员会", "中央纪律检查委员会"),
        ("县人力资源和社会保证局", "社会保证局", "社会保障局"),
    ] {
        check_certain(text, &[(fault, right, true)]);
    }
    for text in [
        "其中共产党员25名，队伍中共产党员占多数",
        "习近平主持会议，习近平主张，习近平总书记强调，习近平主席指出",
        "省人民代表大会，中央纪委国家监委，人民检察院检察委员会，县纪律检查委员会",
        "中华人民共和国成立，中国人民解放军，社会保险事务管理局",
    ] {
        check_certain(text, &[]);
    }
}

#[test]
fn autonomous_names_have_one_kind_and_lists_carry_their_province() {
    for (text, fault, right) in [
        ("广西壮族自治州", "广西壮族自治州", "广西壮族自治区"),
        ("贵州黔东南苗族侗族自治区", "黔东南苗族侗族自治区", "黔东南苗族侗族自治州"),
        ("恩施土家族苗族自治县", "恩施土家族苗族自治县", "恩施土家族苗族自治州"),
    ] {
        check_certain(text, &[(fault, right, true)]);
    }
    check_certain(
        "来自长沙市、娄低市、彬州市、湘谭市、张家届市、怀花市等地",
        &[
            ("娄低市", "娄底市", true),
            ("湘谭市", "湘潭市", true),
            ("张家届市", "张家界市", true),
            ("怀花市", "怀化市", true),
        ],
    );
    check_certain("陕西省西安市、彬州市，长沙市、娄底市、益阳市，各自治州、自治县、自治区", &[]);
    check_certain("长沙市、各县区，长沙市、市直单位，广西壮族自治区、湘西土家族苗族自治州、民族自治县", &[]);
}
