//! The migration of these tables, with the indexes that each list and each import needs. Clauses N2.1, N5.3.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::prelude::{Expr, IndexOrder, Query, Table};
use sea_orm_migration::schema::*;

// Plans and runs.
migration!(m20261125_000020_runs, |manager| {
    let mut plan = new_table("inspection_plan");
    plan.col(big_pk_auto("id")).col(big_integer("unit_id")).col(string("unit_path")).col(text("name"));
    plan.col(string("choice")).col(big_integer_null("site_id")).col(integer("sample")).col(string("every"));
    for name in ["number", "at_minute", "window_from", "window_to"] {
        plan.col(integer(name));
    }
    plan.col(json("reach")).col(boolean("enabled")).col(instant_null("next_at")).col(instant_null("last_at"));
    plan.col(string("created_by")).col(instant("created_at")).col(instant_null("deleted_at"));
    plan.foreign_key(&mut points_to("inspection_plan", "unit_id", "unit"));
    plan.foreign_key(&mut points_to("inspection_plan", "site_id", "site"));
    manager.create_table(plan).await?;
    manager.create_index(index("inspection_plan", "inspection_plan_next", &["next_at"])).await?;
    let mut run = new_table("run");
    run.col(big_pk_auto("id")).col(big_integer_null("plan_id")).col(big_integer("site_id"));
    run.col(string("unit_path")).col(string("state")).col(string("wish")).col(string("asked_by"));
    run.col(instant("asked_at"));
    for name in ["started_at", "ended_at", "seen_at"] {
        run.col(instant_null(name));
    }
    run.col(integer("window_from")).col(integer("window_to")).col(json("reach"));
    for name in ["pages", "addresses", "answered", "requests", "read_until"] {
        run.col(big_integer(name));
    }
    for name in ["found", "came", "went"] {
        run.col(integer(name));
    }
    run.col(text("why")).col(boolean("has_folder"));
    run.foreign_key(&mut points_to("run", "site_id", "site"));
    run.foreign_key(&mut points_to("run", "plan_id", "inspection_plan"));
    manager.create_table(run).await?;
    manager.create_index(index("run", "run_site", &["site_id", "id"])).await?;
    manager.create_index(index("run", "run_state", &["state", "id"])).await?;
    manager.create_index(index("run", "run_plan", &["plan_id", "id"])).await?;
});

// Findings, their history, exceptions, reports of people, and a site's numbers.
migration!(m20261125_000021_findings, |manager| {
    let mut finding = new_table("finding");
    finding.col(big_pk_auto("id")).col(big_integer("site_id")).col(string("unit_path")).col(string("rule"));
    finding.col(integer("level")).col(string("clause")).col(string("key")).col(string("state"));
    finding.col(boolean("is_open"));
    finding.col(string("decision")).col(instant_null("excepted_until")).col(integer("sources"));
    for name in ["page", "target", "element", "text", "quote"] {
        finding.col(text_null(name));
    }
    finding.col(integer_null("line")).col(integer_null("col")).col(string_null("reach"));
    finding.col(integer_null("status")).col(text("cause")).col(text("fix")).col(integer("pages"));
    finding.col(instant("first_seen")).col(instant("last_seen")).col(instant_null("gone_at"));
    finding.col(big_integer_null("first_run")).col(big_integer_null("last_run"));
    finding.col(string_null("evidence")).col(string_null("picture"));
    finding.col(string("decided_by")).col(instant_null("decided_at"));
    finding.foreign_key(&mut points_to("finding", "site_id", "site"));
    manager.create_table(finding).await?;
    let unique = index("finding", "finding_key", &["site_id", "key"]).unique().to_owned();
    manager.create_index(unique).await?;
    // The lists, gravest and newest first: of what counts, of a state, of everything; of one site; of one rule.
    for (name, columns) in [
        ("finding_open", &["is_open", "level", "id"][..]),
        ("finding_state", &["state", "level", "id"]),
        ("finding_order", &["level", "id"]),
        ("finding_site", &["site_id", "is_open", "level", "id"]),
        ("finding_rule", &["rule", "is_open", "level", "id"]),
        // Holds all that the count of decisions asks for.
        ("finding_decision", &["decision", "rule", "unit_path"]),
    ] {
        manager.create_index(index("finding", name, columns)).await?;
    }
    manager
        .create_table(
            new_table("finding_event")
                .col(big_pk_auto("id"))
                .col(big_integer("finding_id"))
                .col(instant("at"))
                .col(string("event"))
                .col(string("who"))
                .col(big_integer_null("run_id"))
                .col(text("words"))
                .foreign_key(&mut points_to("finding_event", "finding_id", "finding"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("finding_event", "finding_event_finding", &["finding_id", "id"])).await?;
    let mut exception = new_table("finding_exception");
    exception.col(big_pk_auto("id")).col(string("unit_path")).col(big_integer_null("site_id"));
    exception.col(string("rule")).col(text("prefix")).col(instant("until")).col(text("reason"));
    exception.col(string("who")).col(instant("at")).col(instant_null("ended_at"));
    manager.create_table(exception).await?;
    let mut report = new_table("finding_report");
    report.col(big_pk_auto("id")).col(big_integer("finding_id")).col(instant("at")).col(integer("source"));
    report.col(string("who")).col(text("words")).col(string_null("picture"));
    report.foreign_key(&mut points_to("finding_report", "finding_id", "finding"));
    manager.create_table(report).await?;
    manager.create_index(index("finding_report", "finding_report_finding", &["finding_id", "id"])).await?;
});

// What inspections know of a site, and of each day.
migration!(m20261125_000022_standing, |manager| {
    let mut standing = new_table("site_standing");
    standing.col(big_integer("site_id").primary_key()).col(string("unit_path"));
    let numbers = ["veto", "fault", "warning", "notice", "unjudged", "columns", "stale_columns", "pages"];
    for name in numbers {
        standing.col(integer(name));
    }
    standing.col(big_integer_null("last_run")).col(instant_null("last_run_at"));
    standing.foreign_key(&mut points_to("site_standing", "site_id", "site"));
    manager.create_table(standing).await?;
    let mut day = new_table("standing_day");
    day.col(string("day")).col(string("unit_path"));
    for name in ["sites", "veto", "fault", "warning", "notice", "unjudged"] {
        day.col(integer(name));
    }
    day.primary_key(sea_orm_migration::prelude::Index::create().col("day").col("unit_path"));
    manager.create_table(day).await?;
    let mut column = new_table("site_column");
    column.col(big_pk_auto("id")).col(big_integer("site_id")).col(string("unit_path")).col(text("name"));
    column.col(text("address")).col(string("kind")).col(integer("items")).col(string("newest"));
    column.col(string("period")).col(boolean("is_stale")).col(boolean("is_empty"));
    column.col(instant("seen_at"));
    column.foreign_key(&mut points_to("site_column", "site_id", "site"));
    manager.create_table(column).await?;
    manager.create_index(index("site_column", "site_column_site", &["site_id", "is_stale"])).await?;
});

// Pages that were not judged again.
migration!(m20261126_000020_unchanged, |manager| {
    let column = big_integer("unchanged").default(0).take();
    manager.alter_table(Table::alter().table("run").add_column(column).take()).await?;
});

// Links that lead out of sites.
migration!(m20261126_000021_links, |manager| {
    let mut link = new_table("site_link");
    link.col(big_pk_auto("id")).col(big_integer("site_id")).col(string("unit_path")).col(text("target"));
    link.col(string("host")).col(text("text")).col(text("page")).col(integer("pages")).col(string("answer"));
    link.col(boolean("is_faulty")).col(instant("first_seen")).col(instant("seen_at"));
    link.foreign_key(&mut points_to("site_link", "site_id", "site"));
    manager.create_table(link).await?;
    manager.create_index(index("site_link", "site_link_site", &["site_id", "is_faulty", "host"])).await?;
    manager.create_index(index("site_link", "site_link_host", &["host", "site_id"])).await?;
});

// The lists of columns and links in their order: what is wrong first, then as it came.
migration!(m20261126_000022_in_order, |manager| {
    for (table, name, wrong) in
        [("site_column", "site_column_order", "is_stale"), ("site_link", "site_link_order", "is_faulty")]
    {
        let mut index = index(table, name, &[]);
        manager.create_index(index.col((wrong, IndexOrder::Desc)).col("id").take()).await?;
    }
});

// What words are looked for in among links; the engines' own small letters do for what is there already.
migration!(m20261126_000023_sought, |manager| {
    let column = text("sought").default("").take();
    manager.alter_table(Table::alter().table("site_link").add_column(column).take()).await?;
    let small = Expr::cust("lower(target || ' ' || text)");
    manager.execute(Query::update().table("site_link").value("sought", small).take()).await?;
});

// The part of a picture that a reader means.
migration!(m20261126_000024_region, |manager| {
    let column = string_null("region");
    manager.alter_table(Table::alter().table("finding_report").add_column(column).take()).await?;
});

// Runs that look at some addresses only.
migration!(m20261126_000025_rechecks, |manager| {
    let column = boolean("is_recheck").default(false).take();
    manager.alter_table(Table::alter().table("run").add_column(column).take()).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![
        Box::new(m20261125_000020_runs),
        Box::new(m20261125_000021_findings),
        Box::new(m20261125_000022_standing),
        Box::new(m20261126_000020_unchanged),
        Box::new(m20261126_000021_links),
        Box::new(m20261126_000022_in_order),
        Box::new(m20261126_000023_sought),
        Box::new(m20261126_000024_region),
        Box::new(m20261126_000025_rechecks),
    ]
}
