//! dump. N2.2
use checks::spelling::guess::guesses;
use checks::spelling::model::Model;
use checks::spelling::runs::tokens;
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&a[1]).unwrap();
    let model = Model::read(&bytes).unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let (mut chars, mut spent) = (0usize, std::time::Duration::ZERO);
    for path in &a[2..] {
        let text = std::fs::read_to_string(path).unwrap();
        for (n, line) in text.lines().enumerate() {
            let (source, target) = line.split_once('\t').unwrap_or((line, line));
            let (s, t) = (tokens(&model, source), tokens(&model, target));
            let ids: Vec<u16> = s.iter().map(|t| t.id).collect();
            let gold: Vec<u16> = t.iter().map(|t| t.id).collect();
            if ids.len() != gold.len() { continue; }
            chars += ids.len();
            let b = std::time::Instant::now();
            let gs = guesses(&model, &ids);
            spent += b.elapsed();
            for g in gs {
                let r = g.at..g.at + g.length;
                let label = (gold[r.clone()] == *g.ids()) as u8;
                let wrong = (gold[r.clone()] != ids[r.clone()]) as u8;
                let o: String = ids[r].iter().map(|i| model.character(*i)).collect();
                let w: String = g.ids().iter().map(|i| model.character(*i)).collect();
                write!(out, "{path}\t{n}\t{}\t{o}\t{w}\t{label}\t{wrong}", g.at).unwrap();
                for f in g.features { write!(out, "\t{f:.3}").unwrap(); }
                writeln!(out).unwrap();
            }
        }
    }
    eprintln!("{chars} chars, {:.1} us/1000", spent.as_secs_f64() * 1e9 / chars as f64);
}
