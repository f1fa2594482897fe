//! The page of `versions --html`, looked at in a real browser.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::support::Workspace;

const HOSTILE: &str = "public.<script>document.title='hacked'</script>\"'&";

/// Five nights with one missing, each larger than the one before; the newest two have manifests.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let store = workspace.path("backups");
    for (day, size) in [(1, 1000), (2, 2000), (4, 3000), (5, 4000)] {
        let name = format!("site.anon.2026-11-0{day}T04:00:00.gz");
        fs::write(store.join(name), vec![b'x'; size]).unwrap();
    }
    for (day, rows, outcome) in [(4, 1200, "passed"), (5, 440_512, "failed")] {
        let manifest = serde_json::json!({
            "manifest_version": 1, "database": "site", "taken_at": format!("2026-11-0{day}T04:00:00Z"),
            "tool": {"name": "pgferry", "version": "0.1.0"},
            "server_version": "15.18 <b>", "pg_dump_version": "15.18",
            "artefacts": {"anon": {"file": "f", "size": 1, "sha256": "00"}},
            "tables": [{"name": HOSTILE, "rows": rows, "bytes": 1}, {"name": "public.things", "rows": 7, "bytes": 1}],
            "addresses_replaced": 0, "snapshot_at": format!("2026-11-0{day}T04:00:01Z"),
            "verification": {"ended_at": format!("2026-11-0{day}T04:01:16Z"), "rows": rows, "blocks": 1, "addresses_left": 0},
            "test_restore": {"target": "local", "outcome": outcome, "ended_at": format!("2026-11-0{day}T04:02:00Z"), "tables": 1, "rows": rows},
        });
        let name = format!("site.2026-11-0{day}T04:00:00.json");
        fs::write(store.join(name), manifest.to_string()).unwrap();
    }
    workspace.with("PGFERRY_STORE", format!("file://{}", store.display()))
}

/// What Chromium prints for the page.
fn browse(workspace: &Workspace, page: &Path, flag: &str) -> String {
    let mut command = workspace.command("chromium");
    command.args([
        "--headless",
        // Its sandbox takes a kernel's leave that containers and root don't have; the page is our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
        "--window-size=1200,1000",
        flag,
    ]);
    command
        .arg(format!(
            "--user-data-dir={}",
            workspace.path("tmp/profile").display()
        ))
        .arg(format!("file://{}", page.display()));
    let outcome = workspace.run(command, b"").expect_code(0);
    outcome.text().to_owned()
}

/// How many pixels of a PNG have each colour. Chromium writes 8 bits a channel, not interlaced, with or without alpha.
fn colours(screenshot: &Path) -> HashMap<[u8; 3], usize> {
    let file = fs::read(screenshot).unwrap();
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let (width, channels) = (number(16), if file[25] == 6 { 4 } else { 3 });
    let (mut at, mut packed) = (8, Vec::new());
    while at < file.len() {
        let length = number(at);
        if &file[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&file[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice())
        .read_to_end(&mut rows)
        .unwrap();
    let mut above = vec![0_u8; width * channels];
    let mut colours = HashMap::new();
    for row in rows.chunks_exact(width * channels + 1) {
        let (filter, mut row) = (row[0], row[1..].to_vec());
        for index in 0..row.len() {
            let left = index.checked_sub(channels);
            let (a, c) = left.map_or((0, 0), |left| (row[left], above[left]));
            let b = above[index];
            let predicted = match filter {
                1 => a,
                2 => b,
                3 => a.midpoint(b),
                4 => paeth(a, b, c),
                _ => 0,
            };
            row[index] = row[index].wrapping_add(predicted);
        }
        for pixel in row.chunks_exact(channels) {
            *colours.entry([pixel[0], pixel[1], pixel[2]]).or_insert(0) += 1;
        }
        above = row;
    }
    colours
}

/// Of left, above and above left, the one nearest to their plane: PNG 9.4.
fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let plane = i32::from(a) + i32::from(b) - i32::from(c);
    let nearest = [a, b, c].into_iter();
    let away = |value: &u8| (plane - i32::from(*value)).abs();
    nearest.min_by_key(away).unwrap()
}

#[test]
fn a_browser_shows_the_history_and_runs_nothing_of_it() {
    assert!(
        Path::new("/usr/bin/chromium").exists(),
        "no /usr/bin/chromium on this machine: script/bootstrap installs it"
    );
    let workspace = workspace();
    let page: PathBuf = workspace.path("work/history.html");
    let written = workspace
        .pgferry(&["versions", "--html", "history.html"])
        .expect_code(0);
    assert_eq!(written.text(), "history.html");

    let dom = browse(&workspace, &page, "--dump-dom");
    for figure in [
        "<title>Backups of site</title>",
        "<td>2026-11-05 04:00:00</td><td>4.0 kB</td><td>+33.3%</td><td>440,519</td><td>1 min 15 s</td>\
         <td>read back, test restore FAILED</td><td>15.18 &lt;b&gt;</td>",
        "<td>2026-11-04 04:00:00</td><td>3.0 kB</td><td>+50.0%</td><td>1,207</td><td>1 min 15 s</td>\
         <td>read back, test restore passed</td>",
        "<td>2026-11-01 04:00:00</td><td>1.0 kB</td><td></td><td></td><td></td><td>no manifest</td>",
        "<li>gap: 2 days, 2026-11-02 04:00 to 2026-11-04 04:00</li>",
        "<td>public.things</td><td>7</td><td>7</td>",
        "</td><td>1,200</td><td>440,512</td>",
    ] {
        assert!(dom.contains(figure), "{figure}\n{dom}");
    }
    assert_eq!(dom.matches("<circle").count(), 4, "{dom}");
    assert_eq!(dom.matches("<rect").count(), 1, "{dom}");
    assert!(!dom.contains("<script") && !dom.contains("<b>"), "{dom}");
    assert!(
        !dom.contains("http://") && !dom.contains("https://"),
        "{dom}"
    );

    let picture = workspace.path("work/page.png");
    browse(
        &workspace,
        &page,
        &format!("--screenshot={}", picture.display()),
    );
    if let Some(kept) = std::env::var_os("PGFERRY_KEEP_SCREENSHOT") {
        fs::copy(&picture, kept).unwrap();
    }
    let colours = colours(&picture);
    let line = colours
        .get(&[0x1f, 0x6f, 0xeb])
        .copied()
        .unwrap_or_default();
    // Four dots and a line as wide as the page.
    assert!(line > 1500, "{line} pixels of the line");
    // The gaps' colour over white, at a third of its strength, behind a quarter of the drawing.
    let near = |colour: &[u8; 3]| {
        let wanted = [0xef, 0xdb, 0xb2];
        colour
            .iter()
            .zip(wanted)
            .all(|(&is, wanted)| is.abs_diff(wanted) < 3)
    };
    let band = colours.iter().filter(|(colour, _)| near(colour));
    let band: usize = band.map(|(_, count)| count).sum();
    assert!(band > 20_000, "{band} pixels of the band");
}
