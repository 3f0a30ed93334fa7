//! `xunwang score`: a run that is there, judged by the law of a day, without asking the site again. Clause N2.7.
//!
//! Connects the run file with the packs; judges nothing itself.

use std::path::{Path, PathBuf};

use checks::pack::{Judged, Pack, Sheet, built_in, out_of_period, score};

use crate::args::ScoreOptions;
use crate::exit::Exit;
use crate::options::judging::Judging;
use crate::output::{say, tell};
use crate::usage::WrongUsage;

/// Scores every run in the folder, writes the sheets beside it and says what they amount to.
pub fn run(options: &ScoreOptions) -> Exit {
    let folders = folders(&options.run);
    if folders.is_empty() {
        tell(&format!(
            "{} 里没有 run.db。请给出巡检时 --out 的文件夹，如 xunwang score report",
            options.run.display()
        ));
        return Exit::WrongUsage;
    }
    let mut worst = Exit::Clean;
    for folder in &folders {
        let exit = one(folder, &options.judging);
        if exit.code() > worst.code() {
            worst = exit;
        }
    }
    worst
}

/// The folder itself, or those in it that hold a run.
fn folders(given: &Path) -> Vec<PathBuf> {
    let holds = |folder: &Path| folder.join("run.db").is_file();
    if holds(given) {
        return vec![given.to_owned()];
    }
    // Who names the file means its folder.
    if given.file_name().is_some_and(|name| name == "run.db") && given.is_file() {
        return given.parent().map(Path::to_owned).into_iter().collect();
    }
    let inner = std::fs::read_dir(given).into_iter().flatten().filter_map(Result::ok).map(|e| e.path());
    let mut inner: Vec<PathBuf> = inner.filter(|path| holds(path)).collect();
    inner.sort();
    inner
}

fn one(folder: &Path, judging: &Judging) -> Exit {
    let sheets = report::facts(folder).map_err(|fault| (Exit::Failed, fault.to_string())).and_then(|facts| {
        let day = judging.as_of.unwrap_or(facts.looked_on);
        let packs = judging.packs(day).map_err(|wrong| (Exit::WrongUsage, wrong.to_string()))?;
        Ok(packs.iter().map(|pack| score(pack, day, judging.no_services, &facts)).collect::<Vec<Sheet>>())
    });
    let sheets = match sheets {
        Ok(sheets) => sheets,
        Err((exit, why)) => {
            tell(&why);
            return exit;
        }
    };
    let linked = folder.join("index.html").is_file();
    for sheet in &sheets {
        if let Err(fault) = report::write_score(folder, sheet, linked) {
            tell(&fault.to_string());
            return Exit::Failed;
        }
        say(&words(sheet));
        say(&format!("  评分表：{}", folder.join(report::score_page(sheet)).display()));
    }
    let failed = sheets.iter().any(|sheet| sheet.facts.judged == Judged::Fails);
    if failed { Exit::Findings } else { Exit::Clean }
}

/// The law that an inspection is judged by at its end, known before it begins.
pub(super) struct Law {
    judging: Judging,
    packs: Vec<Pack>,
}

impl Law {
    /// The packs that are named; with none named, runs are not scored.
    pub fn named(judging: &Judging) -> Result<Law, WrongUsage> {
        let day = judging.as_of.unwrap_or_else(crawl::beijing_today);
        let packs = if judging.packs.is_empty() { Vec::new() } else { judging.packs(day)? };
        Ok(Law { judging: judging.clone(), packs })
    }

    /// Scores a run that has just ended: the sheets, and what to say. What cannot be scored is said, and the run's
    /// reports are written all the same.
    pub fn judge(&self, folder: &Path) -> (Vec<Sheet>, Vec<String>) {
        if self.packs.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let facts = match report::facts(folder) {
            Ok(facts) => facts,
            Err(fault) => return (Vec::new(), vec![format!("没有评分：{fault}")]),
        };
        let day = self.judging.as_of.unwrap_or(facts.looked_on);
        // A resumed run may have begun on a day on which another law was in force.
        if let Some(why) = self.packs.iter().find_map(|pack| out_of_period(pack, day, &built_in())) {
            return (Vec::new(), vec![format!("没有评分：{why}")]);
        }
        let sheets: Vec<Sheet> =
            self.packs.iter().map(|pack| score(pack, day, self.judging.no_services, &facts)).collect();
        let said = sheets.iter().map(words).collect();
        (sheets, said)
    }
}

/// What a sheet amounts to, for the screen.
fn words(sheet: &Sheet) -> String {
    let mut lines = vec![
        format!("{} {}（{}），按 {} 施行的规定：", sheet.pack, sheet.name, sheet.document, sheet.as_of),
        format!("  只看机器能定的：{}。{}", sheet.facts.judged.label(), sheet.facts.words),
    ];
    if sheet.confirmed.words != sheet.facts.words {
        lines.push(format!(
            "  疑点若全部属实：{}。{}",
            sheet.confirmed.judged.label(),
            sheet.confirmed.words
        ));
    }
    lines.extend(sheet.not_deducted().map(|told| format!("  {told}")));
    lines.push(format!(
        "  已测 {} 项（其中 {} 项还要人工），未测 {} 项；数字待核实、不计分的 {} 项",
        sheet.measured, sheet.to_sample, sheet.unmeasured, sheet.pending
    ));
    lines.join("\n")
}
