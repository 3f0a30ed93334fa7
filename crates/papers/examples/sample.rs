//! Writes a sample of each layout into a folder, for looking at. Clauses N2.8, N5.3.

use papers::{Block, Folders, Paper, docx, pdf};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let long = "经检查，你单位主办的网站存在栏目长期不更新、链接打不开、错别字等问题，影响群众办事，损害政府网站的权威与形象。".repeat(6);
    let rows = (1..=12).map(|n| {
        vec![
            n.to_string(),
            "死链".to_owned(),
            format!("链接打不开：404　http://www.example/a/{n}.html"),
            "更正网址，或撤下链接。".to_owned(),
        ]
    });
    let paper = Paper {
        issuer: "青湖省人民政府办公厅".to_owned(),
        number: "青湖政办函〔2026〕8号".to_owned(),
        title: "关于青禾县人民政府门户网站问题整改的通知".to_owned(),
        to: "青禾县人民政府".to_owned(),
        body: vec![
            Block::paragraph(&long),
            Block::heading("一、存在的问题"),
            Block::Table {
                head: ["序号", "问题", "情况和位置", "整改意见"].map(str::to_owned).to_vec(),
                rows: rows.collect(),
            },
            Block::heading("二、整改要求"),
            Block::paragraph(&long),
            Block::paragraph("请在2026年12月3日前完成整改。#set text(red) *不是标记* @ref $x$ [链接]"),
        ],
        attachments: vec!["问题清单".to_owned(), "整改情况表".to_owned()],
        signer: "青湖省人民政府办公厅".to_owned(),
        date: "2026年11月26日".to_owned(),
        copies: vec!["北山市人民政府".to_owned(), "省政府经济研究信息中心".to_owned()],
    };
    for (name, made) in [("sample.pdf", pdf(&paper, &Folders::default())), ("sample.docx", docx(&paper))] {
        match made {
            Ok(bytes) => {
                std::fs::write(format!("{folder}/{name}"), bytes).expect("the folder can be written to")
            }
            Err(why) => println!("{name}: {why}"),
        }
    }
}
