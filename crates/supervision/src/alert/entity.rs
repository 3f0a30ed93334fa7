//! The tables of alerts: alerts, channels, deliveries, silences, the account that mail is sent from. Clauses N2.1, N5.2.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

/// An alert: everything of one key from its first word to its end.
pub mod alert {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub kind: crate::alert::model::Kind,
        pub key: String,
        /// The key while the alert is open, so that there is one open alert of a key.
        #[sea_orm(unique)]
        pub open_key: Option<String>,
        pub site_id: Option<ledger::SiteId>,
        pub unit_path: String,
        /// The code of a level.
        pub level: String,
        pub title: String,
        pub words: String,
        /// A path of the console, where more stands.
        pub link: String,
        /// How many times it was raised while open.
        pub count: i32,
        pub first_at: DateTimeUtc,
        pub last_at: DateTimeUtc,
        /// When it was handed to its channels.
        pub told_at: Option<DateTimeUtc>,
        pub escalated_at: Option<DateTimeUtc>,
        pub acknowledged_at: Option<DateTimeUtc>,
        pub acknowledged_by: String,
        pub cleared_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A channel: to whom, by what way, of what.
pub mod channel {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_channel")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub unit_id: ledger::UnitId,
        /// Alerts of this unit and those below it are told.
        pub unit_path: String,
        pub name: String,
        pub way: crate::alert::model::Way,
        /// Addresses of mail between commas, or the address that is posted to.
        pub address: String,
        /// What a webhook or a DingTalk robot signs with; never shown.
        pub secret: String,
        /// Codes of levels between commas.
        pub levels: String,
        pub quiet_from: i32,
        pub quiet_to: i32,
        pub escalation: bool,
        pub enabled: bool,
        pub changed_at: DateTimeUtc,
        pub tested_at: Option<DateTimeUtc>,
        /// What the last test said.
        pub tested_words: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One alert told to one channel for one reason.
pub mod delivery {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_delivery")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub alert_id: i64,
        pub channel_id: i64,
        pub reason: crate::alert::model::Reason,
        pub stage: crate::alert::model::Stage,
        pub queued_at: DateTimeUtc,
        pub due_at: DateTimeUtc,
        pub attempts: i32,
        /// The message it went out with: the id of the delivery that led it.
        pub message: Option<i64>,
        pub tried_at: Option<DateTimeUtc>,
        /// Until when a worker that sends it is believed alive.
        pub held_until: Option<DateTimeUtc>,
        pub sent_at: Option<DateTimeUtc>,
        /// What the other side said at last, in Chinese.
        pub words: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A time in which nobody is told.
pub mod silence {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_silence")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub unit_path: String,
        pub site_id: Option<ledger::SiteId>,
        pub kind: Option<crate::alert::model::Kind>,
        pub from_at: DateTimeUtc,
        pub to_at: DateTimeUtc,
        pub reason: String,
        pub who: String,
        pub made_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The account that mail is sent from, one row.
pub mod account {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub host: String,
        pub port: i32,
        /// `none`, `starttls` or `tls`.
        pub security: String,
        pub login: String,
        /// Never shown.
        pub password: String,
        pub sender: String,
        /// The console's own address, for links in messages.
        pub console: String,
        pub changed_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long alerts wait for an answer and how long they are kept, one row once somebody has chosen.
pub mod settings {
    use sea_orm::entity::prelude::*;

    use crate::alert::model::{KEEP_DAYS, Patience};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Minutes until an alert of the level goes up; 0: never.
        pub veto_minutes: i32,
        pub fault_minutes: i32,
        pub warning_minutes: i32,
        /// Days for which alerts that are over are kept.
        pub keep_days: i32,
        pub changed_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// How long alerts wait.
        pub fn patience(&self) -> Patience {
            Patience { veto: self.veto_minutes, fault: self.fault_minutes, warning: self.warning_minutes }
        }
    }

    impl Default for Model {
        /// What holds while nobody has chosen.
        fn default() -> Model {
            let Patience { veto, fault, warning } = Patience::default();
            Model {
                id: 1,
                veto_minutes: veto,
                fault_minutes: fault,
                warning_minutes: warning,
                keep_days: KEEP_DAYS,
                changed_at: None,
            }
        }
    }
}

// Alerts, channels, what was told where, silences, and the account of mail.
migration!(m20261125_000030_alerts, |manager| {
    let mut alert = new_table("alert");
    alert.col(big_pk_auto("id")).col(string("kind")).col(text("key")).col(text_null("open_key"));
    alert.col(big_integer_null("site_id")).col(string("unit_path")).col(string("level"));
    alert.col(text("title")).col(text("words")).col(text("link")).col(integer("count"));
    alert.col(instant("first_at")).col(instant("last_at"));
    for name in ["told_at", "escalated_at", "acknowledged_at", "cleared_at"] {
        alert.col(instant_null(name));
    }
    alert.col(string("acknowledged_by"));
    alert.foreign_key(&mut points_to("alert", "site_id", "site"));
    manager.create_table(alert).await?;
    manager.create_index(index("alert", "alert_open_key", &["open_key"]).unique().to_owned()).await?;
    manager.create_index(index("alert", "alert_unit_path", &["unit_path"])).await?;
    manager.create_index(index("alert", "alert_site", &["site_id", "cleared_at"])).await?;
    manager.create_index(index("alert", "alert_last_at", &["last_at"])).await?;
    manager
        .create_table(
            new_table("alert_channel")
                .col(big_pk_auto("id"))
                .col(big_integer("unit_id"))
                .col(string("unit_path"))
                .col(string("name"))
                .col(string("way"))
                .col(text("address"))
                .col(text("secret"))
                .col(string("levels"))
                .col(integer("quiet_from"))
                .col(integer("quiet_to"))
                .col(boolean("escalation"))
                .col(boolean("enabled"))
                .col(instant("changed_at"))
                .col(instant_null("tested_at"))
                .col(text("tested_words"))
                .foreign_key(&mut points_to("alert_channel", "unit_id", "unit"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            new_table("alert_delivery")
                .col(big_pk_auto("id"))
                .col(big_integer("alert_id"))
                .col(big_integer("channel_id"))
                .col(string("reason"))
                .col(string("stage"))
                .col(instant("queued_at"))
                .col(instant("due_at"))
                .col(integer("attempts"))
                .col(big_integer_null("message"))
                .col(instant_null("tried_at"))
                .col(instant_null("held_until"))
                .col(instant_null("sent_at"))
                .col(text("words"))
                .foreign_key(&mut points_to("alert_delivery", "alert_id", "alert"))
                .foreign_key(&mut points_to("alert_delivery", "channel_id", "alert_channel"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("alert_delivery", "alert_delivery_alert", &["alert_id"])).await?;
    let by_channel = index("alert_delivery", "alert_delivery_channel", &["channel_id", "stage", "due_at"]);
    manager.create_index(by_channel).await?;
    let by_try = index("alert_delivery", "alert_delivery_tried", &["channel_id", "tried_at"]);
    manager.create_index(by_try).await?;
    manager
        .create_table(
            new_table("alert_silence")
                .col(big_pk_auto("id"))
                .col(string("unit_path"))
                .col(big_integer_null("site_id"))
                .col(string_null("kind"))
                .col(instant("from_at"))
                .col(instant("to_at"))
                .col(text("reason"))
                .col(string("who"))
                .col(instant("made_at"))
                .foreign_key(&mut points_to("alert_silence", "site_id", "site"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("alert_silence", "alert_silence_to", &["to_at"])).await?;
    manager
        .create_table(
            new_table("alert_account")
                .col(big_integer("id").primary_key())
                .col(text("host"))
                .col(integer("port"))
                .col(string("security"))
                .col(text("login"))
                .col(text("password"))
                .col(text("sender"))
                .col(text("console"))
                .col(instant("changed_at"))
                .to_owned(),
        )
        .await?;
});

// Settings of alerts, and an index by which alerts that have been over for long are found.
migration!(m20261125_000031_alert_settings, |manager| {
    let mut settings = new_table("alert_settings");
    settings.col(big_integer("id").primary_key());
    for name in ["veto_minutes", "fault_minutes", "warning_minutes", "keep_days"] {
        settings.col(integer(name));
    }
    settings.col(instant_null("changed_at"));
    manager.create_table(settings).await?;
    manager.create_index(index("alert", "alert_cleared_at", &["cleared_at"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261125_000030_alerts), Box::new(m20261125_000031_alert_settings)]
}
