//! Fetches the design system from its package and compresses what the console serves. Serves all clauses.
//!
//! Runs `npm ci` in the build folder by the lock file; nothing is written into the source tree.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is taken from the packages: where it lies there, and its name here.
const TAKEN: [(&str, &str); 2] = [
    ("@tabler/core/dist/css/tabler.min.css", "tabler.css"),
    ("@tabler/core/dist/js/tabler.min.js", "tabler.js"),
];
/// Our own files beside them.
const OURS: [&str; 3] = ["console.css", "console.js", "mark.svg"];

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo"));
    let packages = out.join("packages");
    fs::create_dir_all(&packages).expect("the build folder can be written");
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        println!("cargo::rerun-if-changed={name}");
        fs::copy(here.join(name), packages.join(name)).expect("a file of this crate");
    }
    install(&packages);
    for (from, name) in TAKEN {
        keep(&packages.join("node_modules").join(from), &out.join(name));
    }
    for name in OURS {
        println!("cargo::rerun-if-changed=files/{name}");
        keep(&here.join("files").join(name), &out.join(name));
    }
}

fn install(packages: &Path) {
    let done = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(packages)
        .output();
    match done {
        Ok(done) if done.status.success() => {}
        Ok(done) => panic!("npm ci failed:\n{}", String::from_utf8_lossy(&done.stderr)),
        Err(error) => panic!(
            "the console's style comes from npm, which cannot be run: {error}. Install nodejs and npm."
        ),
    }
}

/// Copies a file, and a gzip of it beside.
fn keep(from: &Path, to: &Path) {
    let bytes = fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    // The packages' source maps are not served.
    let text = String::from_utf8(bytes).expect("style and scripts are text");
    let text: String = text
        .lines()
        .filter(|line| !line.contains("sourceMappingURL="))
        .fold(String::new(), |all, l| all + l + "\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(text.as_bytes()).expect("memory can be written");
    fs::write(to, &text).expect("the build folder can be written");
    let name = format!("{}.gz", to.file_name().and_then(|n| n.to_str()).expect("named above"));
    fs::write(to.with_file_name(name), gzip.finish().expect("memory can be written")).expect("likewise");
}
