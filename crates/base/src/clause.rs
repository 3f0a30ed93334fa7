//! The clauses of the notice 湘政办函〔2011〕68号, by the ids this project gives them. Serves all clauses.
//!
//! A rule, an obligation, a form or a screen names the clause it serves. This file holds no judgement.

use std::fmt;

/// One clause of the notice; `N2.4` is part 2, item 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(non_camel_case_types, reason = "the ids are written as in the notice's table")]
pub enum Clause {
    N1_1,
    N1_2,
    N1_3,
    N1_4,
    N1_5,
    N1_6,
    N2_1,
    N2_2,
    N2_3,
    N2_4,
    N2_5,
    N2_6,
    N2_7,
    N2_8,
    N3_1,
    N3_2,
    N3_3,
    N3_4,
    N3_5,
    N3_6,
    N3_7,
    N3_8,
    N4_1,
    N4_2,
    N4_3,
    N4_4,
    N4_5,
    N4_6,
    N4_7,
    N4_8,
    N5_1,
    N5_2,
    N5_3,
    N5_4,
    N5_5,
    N5_6,
    N5_7,
}

impl Clause {
    /// Every clause in the order of the notice.
    pub const ALL: &'static [Clause] = &[
        Clause::N1_1,
        Clause::N1_2,
        Clause::N1_3,
        Clause::N1_4,
        Clause::N1_5,
        Clause::N1_6,
        Clause::N2_1,
        Clause::N2_2,
        Clause::N2_3,
        Clause::N2_4,
        Clause::N2_5,
        Clause::N2_6,
        Clause::N2_7,
        Clause::N2_8,
        Clause::N3_1,
        Clause::N3_2,
        Clause::N3_3,
        Clause::N3_4,
        Clause::N3_5,
        Clause::N3_6,
        Clause::N3_7,
        Clause::N3_8,
        Clause::N4_1,
        Clause::N4_2,
        Clause::N4_3,
        Clause::N4_4,
        Clause::N4_5,
        Clause::N4_6,
        Clause::N4_7,
        Clause::N4_8,
        Clause::N5_1,
        Clause::N5_2,
        Clause::N5_3,
        Clause::N5_4,
        Clause::N5_5,
        Clause::N5_6,
        Clause::N5_7,
    ];

    /// The id as printed, for example `N2.4`.
    pub fn id(self) -> &'static str {
        match self {
            Clause::N1_1 => "N1.1",
            Clause::N1_2 => "N1.2",
            Clause::N1_3 => "N1.3",
            Clause::N1_4 => "N1.4",
            Clause::N1_5 => "N1.5",
            Clause::N1_6 => "N1.6",
            Clause::N2_1 => "N2.1",
            Clause::N2_2 => "N2.2",
            Clause::N2_3 => "N2.3",
            Clause::N2_4 => "N2.4",
            Clause::N2_5 => "N2.5",
            Clause::N2_6 => "N2.6",
            Clause::N2_7 => "N2.7",
            Clause::N2_8 => "N2.8",
            Clause::N3_1 => "N3.1",
            Clause::N3_2 => "N3.2",
            Clause::N3_3 => "N3.3",
            Clause::N3_4 => "N3.4",
            Clause::N3_5 => "N3.5",
            Clause::N3_6 => "N3.6",
            Clause::N3_7 => "N3.7",
            Clause::N3_8 => "N3.8",
            Clause::N4_1 => "N4.1",
            Clause::N4_2 => "N4.2",
            Clause::N4_3 => "N4.3",
            Clause::N4_4 => "N4.4",
            Clause::N4_5 => "N4.5",
            Clause::N4_6 => "N4.6",
            Clause::N4_7 => "N4.7",
            Clause::N4_8 => "N4.8",
            Clause::N5_1 => "N5.1",
            Clause::N5_2 => "N5.2",
            Clause::N5_3 => "N5.3",
            Clause::N5_4 => "N5.4",
            Clause::N5_5 => "N5.5",
            Clause::N5_6 => "N5.6",
            Clause::N5_7 => "N5.7",
        }
    }

    /// What the clause orders, in the few words that a screen shows.
    pub fn orders(self) -> &'static str {
        match self {
            Clause::N1_1 => "主管主办责任落实到人",
            Clause::N1_2 => "领导责任与责任追究",
            Clause::N1_3 => "签订责任状",
            Clause::N1_4 => "专设备、专职人员、专项经费、专门制度",
            Clause::N1_5 => "每年至少听取一次汇报并专题研究",
            Clause::N1_6 => "领导带头读网",
            Clause::N2_1 => "页面可访问、栏目及时更新",
            Clause::N2_2 => "内容保障、发布审核与保密审查",
            Clause::N2_3 => "网上服务与互动可用",
            Clause::N2_4 => "链接经审批，无错链、断链",
            Clause::N2_5 => "防攻击、防篡改、防病毒与应急预案",
            Clause::N2_6 => "管理体系健全",
            Clause::N2_7 => "全省普查与自查自纠",
            Clause::N2_8 => "先行关停、整改恢复、不合格关闭",
            Clause::N3_1 => "及时公开重点领域信息",
            Clause::N3_2 => "应公开文件全部公开并报送电子文本",
            Clause::N3_3 => "决策前征求公众意见",
            Clause::N3_4 => "政策出台后解读",
            Clause::N3_5 => "会议、活动、发布会、听证会信息采集",
            Clause::N3_6 => "专题栏目建设",
            Clause::N3_7 => "领导在线访谈",
            Clause::N3_8 => "网上政务服务与电子监察",
            Clause::N4_1 => "一级政府一个门户，主站子站成群",
            Clause::N4_2 => "不得与新闻网站合办",
            Clause::N4_3 => "不得经商、广告和商业共建",
            Clause::N4_4 => "弱小部门网站并入门户",
            Clause::N4_5 => "外包须审查并签订安全保密协议",
            Clause::N4_6 => "服务器不得商业托管",
            Clause::N4_7 => "等级保护、日常巡查、突发事件报告",
            Clause::N4_8 => "上级支持缺技术人员的单位",
            Clause::N5_1 => "明确主管机构统筹协调",
            Clause::N5_2 => "标准规范与管理办法",
            Clause::N5_3 => "值班读网与全省巡读",
            Clause::N5_4 => "培训与技术交流",
            Clause::N5_5 => "部门专人保障并向门户供稿",
            Clause::N5_6 => "链接审批与定期检查",
            Clause::N5_7 => "值班人员每日登录读网",
        }
    }

    /// Reads an id such as `N2.4`.
    pub fn from_id(id: &str) -> Option<Clause> {
        Clause::ALL.iter().copied().find(|c| c.id() == id)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::Clause;

    #[test]
    fn every_clause_is_found_again_by_its_id() {
        for clause in Clause::ALL {
            assert_eq!(Clause::from_id(clause.id()), Some(*clause));
        }
        assert_eq!(Clause::from_id("N9.9"), None);
    }
}
