//! Words that stand in a text, and the same characters inside or across other words. Serves N2.5.
//!
//! The examples are written for this test.

use super::{Listed, MOST_TEXT, WordFault, WordList, plain};

fn list(words: &[&str]) -> WordList {
    let listed = |word: &&str| Listed { word: (*word).to_owned(), ..Listed::default() };
    WordList::new(words.iter().map(listed).collect())
}

fn found<'l>(list: &'l WordList, text: &str) -> Vec<&'l str> {
    list.find(text).iter().map(|f| &*f.listed.word).collect()
}

/// A listed word, and texts in which it stands.
const STANDS: &[(&str, &str)] = &[
    ("假证", "专业办理假证，三天可取。"),
    ("假证", "假证、假章一条龙服务"),
    ("办证", "高效办证请拨打下列电话"),
    ("刻章", "小广告上写着刻章办证"),
    ("刻章", "低价刻章"),
    ("套现", "信用卡套现，当天到账"),
    ("套现", "帮您快速套现。"),
    ("走私", "出售走私香烟"),
    ("走私", "严厉打击走私犯罪活动"),
    ("赌场", "网上赌场火爆开业"),
    ("私服", "传奇私服发布网"),
    ("外挂", "出售游戏外挂"),
    ("外挂", "免费外挂下载"),
    ("高仿", "高仿名表批发"),
    ("高仿", "专卖高仿皮包"),
    ("枪手", "考试枪手，包过包满意"),
    ("枪手", "提供枪手代考服务"),
    ("传销", "谨防传销陷阱"),
    ("假币", "他用假币购物被抓"),
    ("军火", "贩卖军火"),
    ("裸聊", "美女裸聊"),
    ("博彩", "亚洲最大博彩平台"),
    ("博彩", "博彩公司注册送金"),
    ("代孕", "代孕产子包成功"),
    ("迷药", "迷药货到付款"),
    ("毒气", "车间泄漏毒气"),
    ("黑车", "机场黑车揽客"),
    ("水货", "水货手机低价出售"),
    ("赌球", "世界杯赌球网站"),
    ("六合彩", "香港六合彩开奖结果"),
    ("一夜情", "同城一夜情交友"),
    ("上门服务", "全天上门服务"),
    ("K粉", "出售K粉和摇头丸"),
    ("av", "最新AV在线观看"),
    ("vpn", "翻墙软件ＶＰＮ下载"),
    ("VPN", "a VPN for you"),
    ("89", "共89人参加"),
    ("bet365", "欢迎来到BET365官网"),
    ("台独", "反对台独分裂势力"),
    ("发票", "出售各类发票。"),
    ("中介", "代考中介"),
    ("枪支", "出售枪支弹药"),
    ("sex shop", "Best Sex Shop"),
    ("A片", "看A片网站"),
    ("加微信", "请加微信咨询"),
    ("代写", "代写论文"),
    ("代考", "代考四六级"),
    ("包养", "被老板包养多年"),
    ("百家乐", "百家乐开户"),
    ("高利贷", "急用钱高利贷"),
    ("上访", "多次越级上访"),
    ("彩金", "首存送彩金"),
    ("真人", "真人视讯"),
    ("国家级", "国家级品牌"),
];

/// A listed word, and texts in which its characters belong to other words.
const INSIDE: &[(&str, &str)] = &[
    ("假证", "提供虚假证明材料的，依法处理。"),
    ("假证", "请假证明须由单位盖章"),
    ("办证", "可以代办证件"),
    ("办证", "中国证监会主办证券知识讲座"),
    ("刻章", "书中有不少深刻章节"),
    ("套现", "整套现有设备完好"),
    ("套现", "成套现代化设备投入使用"),
    ("走私", "不要带走私人物品"),
    ("赌场", "打赌场面热闹"),
    ("私服", "为公私服务"),
    ("私服", "走私服装一批"),
    ("外挂", "派干部到省外挂职锻炼"),
    ("高仿", "提高仿真训练水平"),
    ("枪手", "办理持枪手续"),
    ("传销", "加强产品宣传销售"),
    ("假币", "公司虚假币种"),
    ("军火", "冠军火炬手入场"),
    ("博彩", "全体选手拼博彩排"),
    ("毒气", "喷洒消毒气雾剂"),
    ("黑车", "漆黑车厢里伸手不见五指"),
    ("水货", "下水货轮今日返航"),
    ("台独", "安装一台独立发电机"),
    ("台独", "平台独家发布"),
    ("中介", "会议中介绍了有关情况"),
    ("法轮", "公共执法轮训班开班"),
    ("发票", "售票处已开发票务系统"),
    ("六合", "三十六合同纠纷"),
    ("公关", "在办公关键岗位"),
    ("上门", "以上门店已停业整顿"),
    ("性爱", "培养感性爱好"),
    ("自由门", "来去自由门票免费"),
    ("花园网", "花园网格员上门走访"),
    ("小三", "全县中小三类学校"),
    ("K粉", "她有很多K粉丝"),
    ("av", "Navigation and aviation"),
    ("vpn", "xvpn2 ivpns"),
    ("VPN", "ｘＶＰＮ"),
    ("89", "1989年建成"),
    ("89", "增长3.89%"),
    ("89", "总投资1,890万元"),
    ("89", "89.5亿元"),
    ("bet", "alphabet between"),
    ("水", "水利部门检查供水设施"),
    ("生活费", "人民生活费用支出"),
    ("一大", "同一大楼办公"),
    ("百家乐", "百家乐器店"),
    ("包养", "承包养殖水面"),
    ("时时彩", "彩灯不时时彩色变换"),
    ("代写", "新时代写新篇"),
    ("代考", "当代考古成果"),
    ("上访", "网上访谈"),
    ("真人", "工作认真人员"),
    ("彩金", "七彩金秋"),
    ("变态", "积极转变态度"),
    ("卖身", "倒卖身份信息"),
    ("国家级", "按国家级别评定"),
    ("援交", "支援交通建设"),
];

#[test]
fn words_that_stand_in_a_text_are_found() {
    let missed: Vec<_> = STANDS.iter().filter(|(w, t)| found(&list(&[w]), t) != [*w]).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn other_words_that_hold_the_same_characters_are_left_alone() {
    let wrong: Vec<_> = INSIDE.iter().filter(|(w, t)| !found(&list(&[w]), t).is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn places_are_those_of_the_text_as_written() {
    let list = list(&["vpn", "赌场"]);
    let text = "网上赌场，ＶＰＮ 与 Vpn";
    let told: Vec<_> = list.find(text).into_iter().map(|f| &text[f.range]).collect();
    assert_eq!(told, ["赌场", "ＶＰＮ", "Vpn"]);
}

#[test]
fn of_words_that_overlap_the_longest_is_told() {
    let list = list(&["办证", "刻章办证", "证书", "刻章"]);
    assert_eq!(found(&list, "刻章办证，办证"), ["刻章办证", "办证"]);
}

#[test]
fn what_cannot_be_looked_for_is_said() {
    assert_eq!(plain("  "), Err(WordFault::Empty));
    assert_eq!(plain("——"), Err(WordFault::Signs));
    assert_eq!(plain(&"长".repeat(65)), Err(WordFault::TooLong));
    assert_eq!(plain(" ＶＰＮ  Shop "), Ok("vpn shop".into()));
    assert_eq!(list(&["vpn", "ＶＰＮ", "", "…"]).len(), 1);
    assert!(list(&["…"]).find("…").is_empty());
}

#[test]
fn hostile_texts_take_linear_time() {
    let list = list(&["赌场", "赌", "场", "场赌", "赌场赌", "a", "aa"]);
    for unit in ["赌场", "a", "赌a", "ａ", "\u{20000}赌", "大"] {
        let text = unit.repeat(MOST_TEXT / unit.len());
        let started = std::time::Instant::now();
        list.find(&text);
        assert!(started.elapsed().as_secs() < 20, "{unit}: {:?}", started.elapsed());
    }
}
