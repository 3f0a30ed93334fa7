//! `xunwang blobs copy`: blobs from the data folder into the object store, or back. Serves N4.7.
//!
//! Says what was copied; the work stands in `platform::blobs`. Removes nothing.

use platform::blobs::{self, Copied};

use crate::args::BlobsOptions;
use crate::console;
use crate::exit::Exit;
use crate::output::{say, tell};

/// Copies what the other place does not hold.
pub async fn copy(options: BlobsOptions) -> Exit {
    let system = &options.system;
    let places = console::blobs(&system.data, None)
        .and_then(|folder| Ok((folder, console::blobs(&system.data, system.objects.as_ref())?)));
    let (from, to) = match places {
        Ok((folder, objects)) if options.to_objects => (folder, objects),
        Ok((folder, objects)) => (objects, folder),
        Err(error) => {
            tell(&format!("没有复制：{error}"));
            return Exit::Failed;
        }
    };
    match blobs::copy(&from, &to).await {
        Ok(Copied { copied, bytes, there, damaged, examples }) => {
            let megabytes = bytes as f64 / 1e6;
            say(&format!(
                "已从 {} 复制到 {}：{copied} 个文件，{megabytes:.1} MB；另有 {there} 个原来就在",
                from.place(),
                to.place()
            ));
            if damaged > 0 {
                let examples: Vec<String> = examples.iter().map(ToString::to_string).collect();
                tell(&format!("提醒：{damaged} 个文件已损坏，没有复制，如 {}", examples.join("、")));
                return Exit::Findings;
            }
            Exit::Clean
        }
        Err(error) => {
            tell(&format!("复制中断，已复制的有效，原处没有改动；排除原因后重来会接着做：{}", error.told()));
            Exit::Failed
        }
    }
}
