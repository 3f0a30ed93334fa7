//! Kinds of obligations with the terms that usually go with them. Clauses N2.8, N5.3; pure.
//!
//! The notice sets few numbers; where it is silent the usual term is ours, and a supervisor of the whole tree sets his own
//! with the day from which they count.

use base::Clause;
use base::deadline::Span;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Why somebody owes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What a supervising unit orders by hand.
    #[sea_orm(string_value = "order")]
    Order,
    /// A fault is to be mended: of a rectification ticket.
    #[sea_orm(string_value = "rectification")]
    Rectification,
    /// A dispute about a ticket is to be decided.
    #[sea_orm(string_value = "dispute")]
    Dispute,
    /// The site is read on the day of one's duty.
    #[sea_orm(string_value = "duty_reading")]
    DutyReading,
    /// Sites of others are read by a supervising unit on the day of one's duty.
    #[sea_orm(string_value = "patrol_reading")]
    PatrolReading,
    /// A citizen's correction is passed on to whoever answers it.
    #[sea_orm(string_value = "correction_transfer")]
    CorrectionTransfer,
    /// And is answered.
    #[sea_orm(string_value = "correction_reply")]
    CorrectionReply,
    /// What a site or a column was suspended for is mended.
    #[sea_orm(string_value = "suspension")]
    Suspension,
    /// The approval of a link that ends is renewed, or the link is taken down.
    #[sea_orm(string_value = "link_renewal")]
    LinkRenewal,
}

/// How long there is, and when what is told: days of the span, before the last day or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub limit: u32,
    pub span: Span,
    /// A reminder is sent so many days before the last day.
    pub remind: u32,
    /// A yellow card is given when so many days after the last day are over; with none, when the last day is.
    pub yellow: u32,
    /// And a red card, with which the unit above is told.
    pub red: u32,
}

impl Kind {
    /// All kinds in the order of the screens.
    pub const ALL: [Kind; 9] = [
        Kind::Order,
        Kind::Rectification,
        Kind::Dispute,
        Kind::DutyReading,
        Kind::PatrolReading,
        Kind::CorrectionTransfer,
        Kind::CorrectionReply,
        Kind::Suspension,
        Kind::LinkRenewal,
    ];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Order => "order",
            Kind::Rectification => "rectification",
            Kind::Dispute => "dispute",
            Kind::DutyReading => "duty_reading",
            Kind::PatrolReading => "patrol_reading",
            Kind::CorrectionTransfer => "correction_transfer",
            Kind::CorrectionReply => "correction_reply",
            Kind::Suspension => "suspension",
            Kind::LinkRenewal => "link_renewal",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Order => "督办事项",
            Kind::Rectification => "问题整改",
            Kind::Dispute => "异议处理",
            Kind::DutyReading => "值班读网",
            Kind::PatrolReading => "巡读",
            Kind::CorrectionTransfer => "找错转办",
            Kind::CorrectionReply => "找错答复",
            Kind::Suspension => "关停整改",
            Kind::LinkRenewal => "链接续批",
        }
    }

    /// The clause that it usually serves.
    pub fn clause(self) -> Clause {
        match self {
            Kind::Order | Kind::Dispute | Kind::PatrolReading => Clause::N5_3,
            Kind::Rectification | Kind::Suspension => Clause::N2_8,
            Kind::DutyReading => Clause::N5_7,
            Kind::CorrectionTransfer | Kind::CorrectionReply => Clause::N2_3,
            Kind::LinkRenewal => Clause::N5_6,
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The terms where nobody has set others.
    pub fn usual(self) -> Terms {
        match self {
            Kind::Order => Terms { limit: 5, span: Span::Working, remind: 1, yellow: 0, red: 5 },
            Kind::Rectification => Terms { limit: 5, span: Span::Working, remind: 1, yellow: 0, red: 3 },
            Kind::Dispute => Terms { limit: 3, span: Span::Working, remind: 1, yellow: 0, red: 3 },
            // A duty ends with its day; "every day" (N5.7) knows no weekend, the roster does.
            Kind::DutyReading | Kind::PatrolReading => {
                Terms { limit: 0, span: Span::Calendar, remind: 0, yellow: 0, red: 1 }
            }
            // What the national platform of corrections asks of websites: passed on in one working day, answered in three.
            Kind::CorrectionTransfer => Terms { limit: 1, span: Span::Working, remind: 0, yellow: 0, red: 1 },
            Kind::CorrectionReply => Terms { limit: 3, span: Span::Working, remind: 1, yellow: 0, red: 2 },
            // It is opened when an approval has so many days left, and is due with its last day.
            Kind::LinkRenewal => Terms { limit: 30, span: Span::Calendar, remind: 10, yellow: 0, red: 10 },
            Kind::Suspension => Terms { limit: 10, span: Span::Working, remind: 3, yellow: 0, red: 5 },
        }
    }
}

impl Terms {
    /// In words: `5 个工作日；提前 1 天提醒，超期即黄牌，超期 5 天红牌`.
    pub fn words(&self) -> String {
        let remind = match self.remind {
            0 => "当天提醒".to_owned(),
            days => format!("提前 {days} 天提醒"),
        };
        let yellow = match self.yellow {
            0 => "超期即黄牌".to_owned(),
            days => format!("超期满 {days} 天黄牌"),
        };
        let red = match self.red {
            0 => "同时红牌".to_owned(),
            days => format!("超期满 {days} 天红牌"),
        };
        format!("{} {}；{remind}，{yellow}，{red}", self.limit, self.span.words())
    }
}
