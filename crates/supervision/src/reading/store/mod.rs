//! Queries on reading. Clauses N1.6, N5.3, N5.7.

mod duties;
mod exchanges;
mod items;
mod leaders;
mod numbers;
mod rosters;

pub use duties::{
    DutyFilter, DutyRow, change_duty, duties, duty_in, duty_of, duty_row_in, duty_to_change, last_duty,
    latest_before, number_of_duties, open_until_unscoped, own_number, to_begin_unscoped, unlisted_unscoped,
};
pub use duties::{add_duties, fixed_days, forget_planned};
pub use exchanges::{
    add_exchange, answer_exchange, both, exchange_to_change, exchangeable, exchanges_for, open_exchanges,
};
pub use items::{
    Coverage, add_items, change_item, coverage, item_of, item_to_change, items, last_read, least_read,
    next_waiting, pages_read_since, read_by_site, seen,
};
pub use leaders::{
    LeaderCount, add_leader, last_by_site, leader_counts, leader_of, leader_readings, own_sites,
};
pub use numbers::{Numbers, Whose, numbers};
pub use rosters::{
    active_unscoped, add_leave, add_roster, change_roster, leaves, members, number_of_rosters, one_leave,
    remove_leave, roster_in, roster_to_change, roster_unscoped, rosters, set_members,
};
