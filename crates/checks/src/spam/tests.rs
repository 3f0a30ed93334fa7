//! Texts that advertise and texts that only speak of it. Clauses N2.4, N2.5.
//!
//! Names and numbers are invented.

use super::{Kind, judge, plain};

#[track_caller]
fn spam(text: &str, kind: Kind) {
    let judged = judge(text).unwrap_or_else(|| panic!("passes as honest: {text}"));
    assert_eq!(judged.kind, kind, "{text}: {judged:?}");
}

#[track_caller]
fn honest(text: &str) {
    assert_eq!(judge(text), None, "{text}");
}

#[test]
fn advertisements_are_told_by_kind() {
    spam("百家乐", Kind::Gambling);
    spam("时时彩平台", Kind::Gambling);
    spam("365bet官网-青禾县人民政府", Kind::Gambling);
    spam("bet365手机客户端", Kind::Gambling);
    spam("888棋牌下载", Kind::Gambling);
    spam("成人视频", Kind::Adult);
    spam("国产精品,日韩精品", Kind::Adult);
    spam("传奇私服", Kind::Illegal);
    spam("办证刻章", Kind::Illegal);
    spam("蜘蛛池", Kind::Seo);
    spam("足球投注-关于打击违法用地的通知", Kind::Gambling);
}

#[test]
fn disguises_are_seen_through() {
    spam("百.家.乐", Kind::Gambling);
    spam("百 家 乐 开 户", Kind::Gambling);
    spam("娛樂城推薦", Kind::Gambling);
    spam("⑥合彩", Kind::Gambling);
    spam("六\u{200b}合\u{200b}彩", Kind::Gambling);
    spam("ｂｅｔ３６５", Kind::Gambling);
    let cloned = plain("國務院辦(bàn)公廳關(guān)于通知");
    assert!(cloned.disguises >= 2, "{cloned:?}");
    assert!(judge("六(liù)合(hé)彩").is_some_and(|j| j.disguised));
}

#[test]
fn whoever_speaks_against_it_is_left_alone() {
    honest("青禾县公安局打击网络赌博：百家乐、时时彩均属违法");
    honest("警方捣毁一个以“澳门博彩”为幌子的团伙");
    honest("常见骗局有“真人娱乐”等");
    honest("关于赌博刑事案件适用法律若干问题的解释");
    honest("2026年福利彩票公益金使用情况公告");
    honest("体育彩票销售网点公示");
    honest("税务局代开发票办理流程");
}

#[test]
fn honest_words_that_hold_a_spam_word() {
    honest("歌舞娱乐场所管理平台登录入口");
    honest("全民健身公共服务平台app下载，县体育局");
    honest("成人高等教育招生网站");
    honest("金沙县人民政府官网");
    honest("国家外汇管理局官方网站");
    honest("便民服务中心办证大厅");
    honest("市体育局官网");
    honest("alphabet 26 letters");
    honest("中国—南亚博览会官网");
    honest("各地特色图书馆、爱情色彩、个性爱好");
    honest("市三中三年级室内射击比赛");
    honest("叫做爱心超市的公益平台");
    honest("增值税发票网上申领，开户网点");
    honest("双色球开奖直播，福利彩票官网");
    honest("");
}
