//! Importing the register from a file: read, preview every change and every bad cell, write. Clauses N1.1, N4.1.
//!
//! Nothing is written before the preview was seen. The file is kept, and read again when it is written: what the
//! register has become meanwhile counts. A row that cannot be used is left out and told; the others are written in one
//! transaction.

use std::collections::HashMap;

use platform::audit::{self, Deed};
use platform::table::{self, HEADING_WITHIN, RowFault, Table, TableRow, letter, shortened};
use platform::web::{Failure, Faults, Refusal};
use platform::{Digest, Tx};
use sea_orm::Set;

use super::change::{CHAIN, differences, entered};
use super::{Beside, check};
use crate::identity::entity::unit;
use crate::identity::model::Role;
use crate::identity::store as people;
use crate::registry::entity::{self, site, site_import};
use crate::registry::field::{DEFAULT_INTERVAL, Field};
use crate::registry::model::{Kind, SiteFacts, State};
use crate::registry::store::{self, Change};
use crate::{Actor, Cx, SiteId, UnitId};

/// Most rows of one file: ten provinces' sites.
const MOST_ROWS: usize = 50_000;
/// The column of the sponsoring unit, which is no fact but a place in the tree.
const UNIT_HEADINGS: [&str; 2] = ["主办单位", "主办单位名称"];

/// What one row of a file would do.
pub struct Row {
    pub number: usize,
    pub name: String,
    pub home: String,
    pub unit: Option<unit::Model>,
    pub facts: SiteFacts,
    pub outcome: Outcome,
    /// Where the entry that it means stands in the register as the rows above have made it.
    at: Option<usize>,
}

/// What becomes of a row.
pub enum Outcome {
    Add,
    Change {
        site: SiteId,
        changes: Vec<Change>,
    },
    Same,
    /// Left out: every bad cell of the row.
    Faulty(Vec<RowFault>),
}

/// What a file would do.
pub struct Preview {
    pub import: site_import::Model,
    pub rows: Vec<Row>,
    /// Headings that mean nothing here.
    pub unknown: Vec<String>,
}

impl Preview {
    /// How many rows add, change, stay and cannot be used.
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for row in &self.rows {
            counts[match row.outcome {
                Outcome::Add => 0,
                Outcome::Change { .. } => 1,
                Outcome::Same => 2,
                Outcome::Faulty(_) => 3,
            }] += 1;
        }
        counts
    }
}

/// Takes a file in; `unit` is the number of the unit whose the new sites are of which the file names none, or empty.
/// Returns the id under which its preview is shown.
pub async fn hand_in(
    cx: &Cx,
    actor: &Actor,
    file_name: &str,
    bytes: Vec<u8>,
    unit: &str,
) -> Result<i64, Failure> {
    let unit = match unit {
        "" => None,
        chosen => Some(chosen_unit(cx, actor, chosen).await?),
    };
    // What cannot be read at all is told at once and not kept.
    read(&bytes, unit)?;
    let digest = cx.blobs.put(bytes).await?;
    let tx = cx.write().await?;
    let new = site_import::ActiveModel {
        person_id: Set(actor.person),
        at: Set(cx.now()),
        file_name: Set(shortened(file_name)),
        digest: Set(digest.to_string()),
        unit_id: Set(unit),
        added: Set(0),
        changed: Set(0),
        ..Default::default()
    };
    let import = store::add_import(&tx, new).await?;
    tx.commit().await?;
    Ok(import.id)
}

async fn chosen_unit(cx: &Cx, actor: &Actor, chosen: &str) -> Result<UnitId, Failure> {
    let units = people::units(cx.db.read(), &actor.scope(&[Role::Supervisor])).await?;
    let open = units.into_iter().filter(|unit| unit.closed_at.is_none());
    let found = open.map(|unit| unit.id).find(|id| id.to_string() == chosen);
    found.ok_or_else(|| Refusal::new("请选择您管辖范围内的一个单位，或者不选。").into())
}

/// What a file that was handed in would do to the register as it is now.
pub async fn preview(cx: &Cx, actor: &Actor, id: i64) -> Result<Preview, Failure> {
    let import = store::own_import(cx.db.read(), actor.person, id).await?.ok_or(Failure::NotThere)?;
    let bytes = file(cx, &import).await?;
    plan(cx.db.read(), actor, import, &bytes).await
}

/// Writes what the preview shows, but for rows that cannot be used.
pub async fn apply(cx: &Cx, actor: &Actor, id: i64) -> Result<(usize, usize), Failure> {
    let import = store::own_import(cx.db.read(), actor.person, id).await?.ok_or(Failure::NotThere)?;
    // Before the transaction: a slow store of files must not keep others from writing.
    let bytes = file(cx, &import).await?;
    let tx = cx.write().await?;
    let import = store::own_import(&*tx, actor.person, id).await?.ok_or(Failure::NotThere)?;
    if import.applied_at.is_some() {
        return Err(Refusal::new("这个文件已经写入过了，不会重复写入。需要再次导入请重新上传。").into());
    }
    let preview = plan(&*tx, actor, import, &bytes).await?;
    let now = cx.now();
    let (mut added, mut changed) = (0, 0);
    for row in preview.rows {
        let Some(unit) = row.unit else { continue };
        let (site, changes) = match row.outcome {
            Outcome::Add => {
                added += 1;
                let site = store::add_site(&tx, &unit, &row.facts, now).await?;
                (site.id, entered(&row.facts))
            }
            Outcome::Change { site, changes } => {
                changed += 1;
                store::change_site(&tx, site, &unit, &row.facts, now).await?;
                (site, changes)
            }
            Outcome::Same | Outcome::Faulty(_) => continue,
        };
        store::keep_changes(&tx, site, &actor.name, now, Some(id), changes).await?;
    }
    finish(&tx, actor, &preview.import, now, added, changed).await?;
    tx.commit().await?;
    Ok((added, changed))
}

async fn finish(
    tx: &Tx,
    actor: &Actor,
    import: &site_import::Model,
    now: platform::clock::Instant,
    added: usize,
    changed: usize,
) -> Result<(), Failure> {
    let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    store::close_import(tx, import.id, now, number(added), number(changed)).await?;
    let deed = Deed {
        chain: CHAIN,
        at: now,
        person: Some(actor.person.0),
        who: &actor.login,
        action: "site.imported",
        subject: &format!("site_import/{}", import.id),
        detail: &format!("{} 新增 {added} 变更 {changed}", import.file_name),
    };
    Ok(audit::write(tx, deed).await?)
}

/// A file's rows under known headings.
struct Read {
    sheet: Option<String>,
    headings: Vec<String>,
    rows: Vec<TableRow>,
}

fn is_unit(heading: &str) -> bool {
    let bare: String = heading.chars().filter(|c| !c.is_whitespace() && !"*＊".contains(*c)).collect();
    UNIT_HEADINGS.contains(&bare.as_str())
}

fn known(row: &TableRow) -> usize {
    row.cells.iter().filter(|cell| Field::of_heading(cell).is_some() || is_unit(cell)).count()
}

fn read(bytes: &[u8], unit: Option<UnitId>) -> Result<Read, Refusal> {
    let tables =
        table::tables(bytes, &known).map_err(|fault| Refusal::new(format!("文件{}。", fault.told())))?;
    let heading = |table: &Table| table.rows.iter().take(HEADING_WITHIN).position(|row| known(row) >= 2);
    let found = tables.into_iter().find_map(|table| heading(&table).map(|at| (at, table)));
    let Some((at, table)) = found else {
        return Err(Refusal::new(
            "没有找到表头。第一行应是列名，至少有 网站名称、首页网址、主办单位；可以先下载模板，照着填。",
        ));
    };
    let mut rows = table.rows.into_iter().skip(at);
    let headings: Vec<String> = rows.next().map(|row| row.cells).unwrap_or_default();
    let rows: Vec<TableRow> = rows.filter(|row| !row.is_blank()).collect();
    if rows.len() > MOST_ROWS {
        return Err(Refusal::new(format!(
            "文件有 {} 行，一次最多 {MOST_ROWS} 行，请拆成几个文件。",
            rows.len()
        )));
    }
    if rows.is_empty() {
        return Err(Refusal::new("表头下面没有内容。"));
    }
    let read = Read { sheet: table.sheet, headings, rows };
    for (needed, there) in
        [("网站名称", Field::Name), ("首页网址", Field::Home)].map(|(name, field)| (name, read.column(field)))
    {
        if there.is_none() {
            return Err(Refusal::new(format!("缺少“{needed}”一列。网站名称、首页网址两列不能少。")));
        }
    }
    if read.unit_column().is_none() && unit.is_none() {
        return Err(Refusal::new(
            "缺少“主办单位”一列。请在文件里补上这一列；全部网站属于同一单位的，也可以在上传时选定这个单位。",
        ));
    }
    if let Some(twice) = Field::ALL.into_iter().find(|field| read.columns(*field).count() > 1) {
        return Err(Refusal::new(format!("“{}”出现在不止一列，请只留一列。", twice.about().heading)));
    }
    Ok(read)
}

impl Read {
    fn columns(&self, field: Field) -> impl Iterator<Item = usize> {
        let columns = self.headings.iter().enumerate();
        columns.filter(move |(_, heading)| Field::of_heading(heading) == Some(field)).map(|(at, _)| at)
    }

    fn column(&self, field: Field) -> Option<usize> {
        self.columns(field).next()
    }

    fn unit_column(&self) -> Option<usize> {
        self.headings.iter().position(|heading| is_unit(heading))
    }

    fn fault(&self, row: &TableRow, column: usize, why: &str) -> RowFault {
        RowFault {
            sheet: self.sheet.clone(),
            row: row.number,
            column: letter(column),
            heading: self.headings.get(column).map(|heading| heading.trim().to_owned()).unwrap_or_default(),
            value: shortened(row.cell(column)),
            why: why.to_owned(),
        }
    }
}

/// What the register holds, by what rows are matched with.
struct Register {
    sites: Vec<site::Model>,
    by_home: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
    /// The row of the file that has spoken of an entry.
    spoken: HashMap<usize, usize>,
    units: HashMap<String, Vec<unit::Model>>,
    /// Whose the new sites are of which the file names no unit.
    unnamed: Option<UnitId>,
}

/// The file as it was handed in.
async fn file(cx: &Cx, import: &site_import::Model) -> Result<Vec<u8>, Failure> {
    let digest = Digest::parse(&import.digest)
        .ok_or_else(|| platform::Error::Other("digest of an import".to_owned()))?;
    Ok(cx.blobs.get(digest).await?)
}

async fn plan(
    db: &impl sea_orm::ConnectionTrait,
    actor: &Actor,
    import: site_import::Model,
    bytes: &[u8],
) -> Result<Preview, Failure> {
    let read = read(bytes, import.unit_id)?;
    let scope = actor.scope(&[Role::Supervisor]);
    let sites = store::keys_unscoped(db).await?;
    let mut units: HashMap<String, Vec<unit::Model>> = HashMap::new();
    for unit in people::units(db, &scope).await?.into_iter().filter(|unit| unit.closed_at.is_none()) {
        units.entry(unit.name.clone()).or_default().push(unit);
    }
    let mut register = Register {
        by_home: sites.iter().enumerate().map(|(at, site)| (site.home.clone(), at)).collect(),
        by_code: sites
            .iter()
            .enumerate()
            .filter(|(_, s)| !s.code.is_empty())
            .map(|(at, s)| (s.code.clone(), at))
            .collect(),
        spoken: HashMap::new(),
        sites,
        units,
        unnamed: import.unit_id,
    };
    let mut rows = Vec::with_capacity(read.rows.len());
    for row in &read.rows {
        let planned = judge(&read, row, &register, &scope);
        register.take_in(&planned);
        rows.push(planned);
    }
    let meaningless = |heading: &&String| {
        !heading.trim().is_empty() && Field::of_heading(heading).is_none() && !is_unit(heading)
    };
    let unknown = read.headings.iter().filter(meaningless).map(|heading| shortened(heading.trim())).collect();
    Ok(Preview { import, rows, unknown })
}

/// Judges one row against the register as the rows above have made it.
fn judge(read: &Read, row: &TableRow, register: &Register, scope: &crate::Scope) -> Row {
    let mut faults: Vec<RowFault> = Vec::new();
    let cell = |field: Field| read.column(field).map_or("", |at| row.cell(at));
    let home = super::super::model::home(cell(Field::Home)).unwrap_or_default();
    let by_code = register.by_code.get(cell(Field::Code)).filter(|_| !cell(Field::Code).is_empty());
    let at = by_code.or_else(|| register.by_home.get(&home)).copied();
    let old = at.map(|at| &register.sites[at]);
    let before = old.map(entity::facts);
    let mut facts = before.clone().unwrap_or_else(|| SiteFacts {
        interval_minutes: DEFAULT_INTERVAL,
        kind: Kind::SubSite,
        ..SiteFacts::default()
    });
    for field in Field::ALL {
        let Some(at) = read.column(field) else { continue };
        // An empty cell says nothing of what a new entry need not have.
        let silent = row.cell(at).is_empty() && matches!(field, Field::Kind | Field::Interval);
        if !silent && let Err(words) = field.read(&mut facts, row.cell(at)) {
            faults.push(read.fault(row, at, &words));
        }
    }
    let unit_at = read.unit_column();
    let unit = match register.unit(unit_at.map_or("", |at| row.cell(at)), old) {
        Ok(unit) => Some(unit.clone()),
        Err(words) => {
            faults.push(read.fault(row, unit_at.unwrap_or(0), words));
            None
        }
    };
    if let Some(old) = old.filter(|old| !scope.covers(&old.unit_path)) {
        faults.push(read.fault(
            row,
            read.column(Field::Home).unwrap_or(0),
            &format!("这个网站登记在您的管辖范围之外（{}）。", old.name),
        ));
    }
    if let Some(unit) = &unit {
        let others = |other: &&site::Model| old.is_none_or(|old| old.id != other.id);
        let taken = [register.by_home.get(&facts.home), register.by_code.get(&facts.code)];
        let same: Vec<site::Model> =
            taken.into_iter().flatten().map(|at| &register.sites[*at]).filter(others).cloned().collect();
        let is_portal = |site: &&site::Model| {
            site.unit_id == unit.id && site.kind == Kind::Portal && site.state != State::Closed
        };
        let sites = if facts.kind == Kind::Portal { register.sites.as_slice() } else { &[] };
        let portals: Vec<site::Model> = sites.iter().filter(is_portal).filter(others).cloned().collect();
        let mut told = Faults::default();
        check(&facts, &Beside { unit, same: &same, portals: &portals }, &mut told);
        for field in Field::ALL {
            if let Some(words) = told.fields.get(field.about().name) {
                faults.push(read.fault(row, read.column(field).unwrap_or(0), words));
            }
        }
    }
    // The same site twice in one file: the second row must not silently win.
    if let Some(above) = at.and_then(|at| register.spoken.get(&at)) {
        let words = format!("与第 {above} 行是同一个网站，请只留一行。");
        faults.push(read.fault(row, read.column(Field::Home).unwrap_or(0), &words));
    }
    faults.sort_by_key(|fault| (fault.column.len(), fault.column.clone()));
    let outcome = if !faults.is_empty() {
        Outcome::Faulty(faults)
    } else {
        match (old, before) {
            (Some(old), Some(before)) => {
                let mut changes = differences(&before, &facts);
                if let Some(unit) = unit.as_ref().filter(|unit| unit.id != old.unit_id) {
                    changes.push(Change {
                        field: "主办单位".to_owned(),
                        before: String::new(),
                        after: unit.name.clone(),
                    });
                }
                if changes.is_empty() { Outcome::Same } else { Outcome::Change { site: old.id, changes } }
            }
            _ => Outcome::Add,
        }
    };
    Row { number: row.number, name: shortened(cell(Field::Name)), home, unit, facts, outcome, at }
}

impl Register {
    /// The unit of a row that names it so; where it names none, that of the entry it means, or the one that was chosen.
    fn unit(&self, name: &str, old: Option<&site::Model>) -> Result<&unit::Model, &'static str> {
        if name.is_empty() {
            let id = old.map(|old| old.unit_id).or(self.unnamed).ok_or("没有写主办单位。")?;
            let unit = self.units.values().flatten().find(|unit| unit.id == id);
            return unit.ok_or("没有写主办单位，原来登记的或选定的单位已不在您的管辖范围内。");
        }
        match self.units.get(name).map(Vec::as_slice) {
            Some([one]) => Ok(one),
            Some(_) => Err("有几个同名单位，请到网站页面上逐个登记。"),
            None => Err("您的管辖范围内没有这个单位。请核对全称，或请系统管理员先新增单位。"),
        }
    }

    /// Lets the rows below see what this one makes of the register.
    fn take_in(&mut self, row: &Row) {
        let Some(unit) = &row.unit else { return };
        let at = match (&row.outcome, row.at) {
            (Outcome::Faulty(_), _) => return,
            (_, at) => at.unwrap_or(self.sites.len()),
        };
        self.spoken.insert(at, row.number);
        // An entry that the database has not numbered yet is known by its place only.
        let (id, state) =
            self.sites.get(at).map_or((SiteId(0), State::Open), |known| (known.id, known.state));
        if let Some(known) = self.sites.get(at) {
            self.by_home.remove(&known.home);
            self.by_code.remove(&known.code);
        }
        let model = as_row(id, state, unit, &row.facts);
        self.by_home.insert(model.home.clone(), at);
        if !model.code.is_empty() {
            self.by_code.insert(model.code.clone(), at);
        }
        match self.sites.get_mut(at) {
            Some(known) => *known = model,
            None => self.sites.push(model),
        }
    }
}

fn as_row(id: SiteId, state: State, unit: &unit::Model, facts: &SiteFacts) -> site::Model {
    let facts = facts.clone();
    let never = platform::clock::Instant::default();
    site::Model {
        id,
        unit_id: unit.id,
        unit_path: unit.path.clone(),
        state,
        name: facts.name,
        code: facts.code,
        home: facts.home,
        hosts: facts.hosts,
        kind: facts.kind,
        supervising_unit: facts.supervising_unit,
        operating_unit: facts.operating_unit,
        leader: facts.leader,
        leader_phone: facts.leader_phone,
        staff: facts.staff,
        staff_phone: facts.staff_phone,
        hosting: facts.hosting,
        hosting_place: facts.hosting_place,
        icp: facts.icp,
        police: facts.police,
        protection: facts.protection,
        protection_filing: facts.protection_filing,
        supplier: facts.supplier,
        opened_on: facts.opened_on,
        rules: facts.rules,
        funds: facts.funds,
        interval_minutes: facts.interval_minutes,
        note: facts.note,
        missing: 0,
        created_at: never,
        changed_at: never,
    }
}
