//! A register that is killed while people publish or while it writes a dump loses nothing that it acknowledged, and keeps
//! nothing half.
//!
//! A few kills by default; `REGISTER_KILLS=1000 cargo test --release -p register --test kills -- --nocapture` for more.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod running;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use running::{Server, council, member, names, record, register, send};

/// Publishes records one after the other until the server is gone; the ids that were acknowledged.
fn publish_until_killed(port: u16, token: &str, round: usize, hand: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let title = format!("Tool {round} {hand} {number}");
        let Some(begun) = send(port, "POST", "/api/v1/submissions", token, "", &record(&title, "s")) else {
            break;
        };
        assert_eq!(begun.status, 201, "{}", begun.body);
        let (path, mut etag) = (begun.header("location"), begun.header("etag"));
        let mut last = None;
        for action in ["submit", "approve", "publish"] {
            last = send(port, "POST", &format!("{path}/{action}"), token, &etag, "");
            let Some(answer) = &last else { break };
            assert_eq!(answer.status, 200, "{action}: {}", answer.body);
            etag = answer.header("etag");
        }
        let Some(answer) = last else { break };
        acknowledged.push(member(&answer.body, "record_id"));
    }
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_when_the_register_is_killed() {
    let kills: usize = std::env::var("REGISTER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let token = council(folder).writer;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..kills {
        let mut server = Server::start(folder);
        let port = server.port;
        let hands: Vec<_> = (0..3)
            .map(|hand| {
                let token = token.clone();
                std::thread::spawn(move || publish_until_killed(port, &token, round, hand))
            })
            .collect();
        // Another moment each time, without asking for randomness: the machine gives enough.
        std::thread::sleep(Duration::from_millis(40 + (round as u64 * 37) % 200));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for hand in hands {
            acknowledged.extend(hand.join().unwrap());
        }
    }
    let mut server = Server::start(folder);
    for id in &acknowledged {
        let answer = send(server.port, "GET", &format!("/api/v1/records/{id}"), "", "", "").unwrap();
        assert_eq!(answer.status, 200, "{id} was acknowledged and is lost");
    }
    let list = send(server.port, "GET", "/api/v1/records?limit=1", "", "", "").unwrap();
    let total: usize =
        list.body.rsplit_once("\"total\":").unwrap().1.split([',', '}']).next().unwrap().parse().unwrap();
    // What was committed and not acknowledged is there whole: at most one a hand and kill.
    assert!(total >= acknowledged.len() && total <= acknowledged.len() + 3 * kills, "{total}");
    let published =
        send(server.port, "GET", "/api/v1/submissions?state=published&limit=1", &token, "", "").unwrap();
    assert!(
        published.body.contains(&format!("\"total\":{total},")),
        "{total} records: {}",
        &published.body[..200.min(published.body.len())]
    );
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    register(folder, &["doctor"]);
    println!(
        "{kills} kills: {} publications acknowledged, none lost; {total} there, each whole",
        acknowledged.len()
    );
    assert!(!acknowledged.is_empty());
}

#[test]
fn a_dump_that_is_killed_leaves_the_one_before_and_nothing_half() {
    let kills: u64 = std::env::var("REGISTER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let out = folder.join("out");
    // The demonstration data, and how long a dump of it takes.
    Server::start_with(folder, &["--no-dumps"]).stop();
    register(folder, &["log", "sign"]);
    let begun = Instant::now();
    register(folder, &["dump", "--out", "out"]);
    let takes = begun.elapsed();
    let [day] = &names(&out).into_iter().filter(|name| !name.starts_with('.')).collect::<Vec<_>>()[..] else {
        panic!("{:?}", names(&out));
    };
    std::fs::rename(out.join(day), out.join("2020-01-01")).unwrap();
    let (mut whole, mut none, mut begun_and_not_ended) = (0, 0, 0);
    for round in 0..kills {
        let mut dump = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["dump", "--out", "out"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From its first moment to a little after its last one.
        std::thread::sleep(takes.mul_f64((round as f64 * 0.618) % 1.1));
        dump.kill().unwrap();
        dump.wait().unwrap();
        let seen: Vec<String> = names(&out).into_iter().filter(|name| !name.starts_with('.')).collect();
        begun_and_not_ended += usize::from(names(&out).iter().any(|name| name.starts_with(".unfinished-")));
        match seen.as_slice() {
            [before] => {
                assert_eq!(before, "2020-01-01");
                none += 1;
            }
            [before, new] => {
                assert_eq!((before.as_str(), new), ("2020-01-01", day));
                register(folder, &["verify", &format!("out/{new}")]);
                std::fs::remove_dir_all(out.join(new)).unwrap();
                whole += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    register(folder, &["verify", "out/2020-01-01"]);
    register(folder, &["dump", "--out", "out"]);
    register(folder, &["verify", &format!("out/{day}")]);
    assert_eq!(names(&out), [".lock", "2020-01-01", day], "what was left unfinished is gone");
    println!(
        "{kills} kills: {whole} dumps whole, {none} not there, {begun_and_not_ended} left unfinished and cleaned up"
    );
}

#[test]
fn the_log_is_signed_on_from_where_it_was_however_often_the_signer_is_killed() {
    let kills: u64 = std::env::var("REGISTER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    register(folder, &["log", "keygen", "--name", "register.test/log"]);
    let key = std::fs::read_to_string(folder.join("data/register.log-key")).unwrap();
    let key = transparency::Key::read_all(&key).unwrap().remove(0).public().clone();
    let log = folder.join("data/objects/log");
    let (mut signed, mut grown, mut takes) = (0, 0, Duration::from_millis(300));
    for round in 0..kills {
        // Enough for several tiles, of which the last is not full.
        let rows: String = (0..1_000)
            .map(|n| format!("Tool {round} {n},Northmoor Borough Council,GB,production\n"))
            .collect();
        std::fs::write(folder.join("more.csv"), format!("title,publisher,jurisdiction,phase\n{rows}"))
            .unwrap();
        let imported = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["import", "records", "more.csv", "--json"])
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            imported.status.code().is_some_and(|code| code < 2),
            "{}",
            String::from_utf8_lossy(&imported.stderr)
        );
        let mut sign = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["log", "sign"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // While it reads, writes tiles and signs, and a little after.
        std::thread::sleep(takes.mul_f64(0.6 + (round as f64 * 0.618) % 1.0 * 0.6));
        sign.kill().unwrap();
        sign.wait().unwrap();
        if let Ok(checkpoint) = std::fs::read(log.join("checkpoint")) {
            let opened = transparency::open(&checkpoint, std::slice::from_ref(&key)).unwrap();
            assert!(opened.tree.size >= signed, "{} after {signed}", opened.tree.size);
            grown += u64::from(opened.tree.size > signed);
            if round % 10 == 0 || kills < 20 {
                register(folder, &["verify", "data/objects/log", "--key", key.as_str()]);
            }
        }
        // Another finishes, without waiting for the lease of the one that was killed: how long that takes, the next is killed by.
        unclaim(folder);
        let again = Instant::now();
        register(folder, &["log", "sign"]);
        takes = again.elapsed();
        signed = 1_000 * (round + 1);
    }
    register(folder, &["log", "sign"]);
    register(folder, &["verify"]);
    let checkpoint = std::fs::read(log.join("checkpoint")).unwrap();
    let opened = transparency::open(&checkpoint, std::slice::from_ref(&key)).unwrap();
    assert_eq!(opened.tree.size, 1_000 * kills);
    if kills >= 50 {
        assert!(
            grown > 0 && grown < kills,
            "no kill fell before the end of signing, or none after: {grown} of {kills}"
        );
    }
    println!(
        "{kills} kills: the checkpoint was newer after {grown} of them, and never shrank; {} entries",
        opened.tree.size
    );
}

/// Ends the lease of a signer that is gone, as time would.
fn unclaim(folder: &std::path::Path) {
    let db = rusqlite::Connection::open(folder.join("data/register.db")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    db.execute("DELETE FROM settings WHERE name = 'signing'", ()).unwrap();
}
