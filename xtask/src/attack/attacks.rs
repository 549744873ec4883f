//! The attacks, in the order of the table.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::flood::Flood;
use super::staff::{self, PASSWORD, Work};
use super::stranger::{Reply, Stranger};
use super::watch::{Watch, children};
use super::{Course, Ground, files, temporary};
use crate::torture::process::{pause, until};
use crate::torture::world::{Server, World};

/// Makes an attack. Errors: it could not be made.
type Run = fn(&Ground) -> Result<Course, String>;

/// All attacks, by name.
pub(crate) const ATTACKS: &[(&str, Run)] = &[
    ("upload-repeated-cell", repeated_cell),
    ("upload-many-sheets", many_sheets),
    ("upload-compressed", compressed),
    ("upload-nested-html", nested),
    ("upload-slow", slow),
    ("upload-left-alone", left_alone),
    ("answers-unread", unread),
    ("sign-in-flood", sign_in_flood),
    ("wrong-passwords", wrong_passwords),
    ("corrections", corrections),
    ("past-days", past_days),
    ("everything-beside-staff", beside_staff),
    ("stop-while-busy", stop_while_busy),
];

/// What reading uploads may take, as docs/operations.md says: memory of a reading process and temporary disk, in MiB.
const READER_MAX: u64 = 512;
const DISK_MAX: u64 = 170;
/// Memory that no server may reach by any of these attacks, in MiB.
const SERVER_MAX: u64 = 1024;
/// How long an answer may go unread, and how late its end may be noticed.
const UNREAD: Duration = Duration::from_secs(45);
/// How long a stop may take, with a second to spare.
const STOP: Duration = Duration::from_secs(31);
/// Requests a second of a flood.
const RATE: u32 = 200;

/// Makes an attack on a copy of the register, watches what it takes, and looks whether it still serves.
fn attacked(
    ground: &Ground,
    name: &str,
    attack: impl FnOnce(&World, &mut Server, &mut Course) -> Result<(), String>,
) -> Result<Course, String> {
    let world = ground.world(name)?;
    let mut server = world.serve(&["--no-dumps"])?;
    let watch = Watch::start(server.process.pid(), &temporary(&world));
    let mut course = Course::default();
    let outcome = attack(&world, &mut server, &mut course);
    course.watched = watch.stop();
    outcome?;
    let watched = course.watched;
    if watched.server > SERVER_MAX {
        course.note(false, format!("the server took more than {SERVER_MAX} MiB of memory"));
    }
    if watched.readers > READER_MAX {
        course.note(false, format!("a process it started took more than {READER_MAX} MiB of memory"));
    }
    if watched.disk > DISK_MAX {
        course.note(false, format!("it took more than {DISK_MAX} MiB of temporary disk"));
    }
    if let Some(status) = server.process.ended() {
        course.note(false, format!("the server ended: {status}"));
    } else {
        course.note(server.is_ready(), "afterwards the server is ready");
    }
    Ok(course)
}

/// Begins to upload a file as somebody who may.
fn begin_upload(world: &World, server: &Server, name: &str, bytes: &[u8]) -> Result<TcpStream, String> {
    let (path, headers) = upload(world, name);
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let begun = Stranger::new(0, server.port).begin("POST", &path, &headers, bytes);
    begun.map_err(|error| format!("the upload did not begin: {error}"))
}

fn upload(world: &World, name: &str) -> (String, [(&'static str, String); 2]) {
    let bearer = format!("Bearer {}", world.known.writer);
    let kind = "application/octet-stream".to_owned();
    (format!("/api/v1/imports?check=true&name={name}"), [("Authorization", bearer), ("Content-Type", kind)])
}

/// Uploads a hostile file, which must be refused.
fn refused(ground: &Ground, name: &str, file: &str, bytes: &[u8]) -> Result<Course, String> {
    attacked(ground, name, |world, server, course| {
        let (path, headers) = upload(world, file);
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = Stranger::new(0, server.port).ask("POST", &path, &headers, bytes);
        let said = serde_json::from_str::<serde_json::Value>(&reply.text).unwrap_or_default();
        let said =
            said["errors"][0]["detail"].as_str().or(said["detail"].as_str()).unwrap_or_default().to_owned();
        let words = format!(
            "{} KiB: {} after {:.1} s: {said}",
            bytes.len() >> 10,
            reply.status,
            reply.took.as_secs_f64()
        );
        course.note(reply.status == 400, words);
        let gone = until(Duration::from_secs(5), || children(server.process.pid()).is_empty().then_some(()));
        course.note(gone.is_some(), "no process is left of it");
        Ok(())
    })
}

fn repeated_cell(ground: &Ground) -> Result<Course, String> {
    refused(ground, "repeated", "repeated.ods", &files::repeated()?)
}

fn many_sheets(ground: &Ground) -> Result<Course, String> {
    refused(ground, "sheets", "sheets.xlsx", &files::sheets(101, "<row/>")?)
}

fn compressed(ground: &Ground) -> Result<Course, String> {
    refused(ground, "compressed", "table.csv.gz", &files::inflated()?)
}

fn nested(ground: &Ground) -> Result<Course, String> {
    let file = files::nested();
    attacked(ground, "nested", |world, server, course| {
        let (path, headers) = upload(world, "record.json&source=atrs");
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = Stranger::new(0, server.port).ask("POST", &path, &headers, file.as_bytes());
        let words =
            format!("{} KiB: {} after {:.1} s", file.len() >> 10, reply.status, reply.took.as_secs_f64());
        // The file is one that can be read; its row is refused.
        course.note(reply.status == 200 && reply.text.contains("too-many-elements"), words);
        Ok(())
    })
}

fn slow(ground: &Ground) -> Result<Course, String> {
    refused(ground, "slow", "slow.xlsx", &files::slow()?)
}

fn left_alone(ground: &Ground) -> Result<Course, String> {
    let file = files::slow()?;
    attacked(ground, "left", |world, server, course| {
        let pid = server.process.pid();
        let uploads: Result<Vec<TcpStream>, String> =
            (0..4).map(|_| begin_upload(world, server, "slow.xlsx", &file)).collect();
        let uploads = uploads?;
        let reading = until(Duration::from_secs(20), || (!children(pid).is_empty()).then_some(()));
        course.note(reading.is_some(), "a process reads the workbooks");
        pause(Duration::from_secs(1))?;
        drop(uploads);
        let begun = Instant::now();
        let gone = until(Duration::from_secs(10), || children(pid).is_empty().then_some(()));
        let words = format!("its senders leave, and {:.1} s later it is gone", begun.elapsed().as_secs_f64());
        course.note(gone.is_some(), words);
        Ok(())
    })
}

/// Whether an answer is there to its end.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    match length {
        Some(length) => bytes.len() - end - 4 >= length,
        None => bytes.ends_with(b"0\r\n\r\n"),
    }
}

fn unread(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "unread", |_, server, course| {
        let begun = Instant::now();
        let begin = |number| {
            let stream = Stranger::new(number, server.port).begin("GET", "/api/v1/records.xlsx", &[], b"");
            stream.map_err(|error| format!("a request did not begin: {error}"))
        };
        let streams = (0..3).map(begin).collect::<Result<Vec<TcpStream>, String>>()?;
        pause(Duration::from_secs(2))?;
        let other = Stranger::new(10, server.port).get("/api/v1/records.xlsx");
        let words = format!(
            "beside three workbooks that nobody reads, another one: {} after {:.1} s",
            other.status,
            other.took.as_secs_f64()
        );
        course.note(other.status == 200, words);
        pause(UNREAD.saturating_sub(begun.elapsed()))?;
        let kept = streams.into_iter().filter(|mut stream| {
            let mut bytes = Vec::new();
            // The register may have cut the connection.
            let _ = stream.read_to_end(&mut bytes);
            is_whole(&bytes)
        });
        let kept = kept.count();
        let words =
            format!("of the three, {kept} could still be read to their end after {} s", UNREAD.as_secs());
        course.note(kept == 0, words);
        Ok(())
    })
}

/// A sign-in with a wrong password.
fn wrong(stranger: Stranger, email: &str) -> Reply {
    let body = json!({ "email": email, "password": "not the right password", "code": "000000" });
    stranger.post("/api/v1/session", &body)
}

/// Signs some of the staff in, and notes how many got in and how long it took.
fn sign_in(
    ground: &Ground,
    server: &Server,
    course: &mut Course,
    who: std::ops::Range<usize>,
    when: &str,
) -> Result<(), String> {
    let (mut times, mut others) = (Vec::new(), Vec::new());
    let people = &ground.factors[who];
    for person in people {
        let (status, took) = staff::sign_in(server, person)?;
        times.push(took);
        if status != 204 {
            others.push(status);
        }
        pause(Duration::from_millis(200))?;
    }
    let median = staff::median(&times).as_secs_f64() * 1_000.0;
    let got_in = people.len() - others.len();
    let words = format!("{when}, {got_in} of {} staff sign in, median {median:.0} ms", people.len());
    let words = if others.is_empty() { words } else { format!("{words}; the others get {others:?}") };
    course.note(others.is_empty(), words);
    Ok(())
}

fn sign_in_flood(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "sign-in", |_, server, course| {
        sign_in(ground, server, course, 0..4, "in quiet")?;
        let most = u32::MAX;
        let flood = Flood { port: server.port, addresses: 48, rate: RATE, length: ground.length, most };
        let tally = std::thread::scope(|scope| {
            let flood = scope.spawn(|| {
                flood.send(|stranger, number| wrong(stranger, &format!("nobody{number}@northmoor.example")))
            });
            pause(Duration::from_secs(1))?;
            sign_in(ground, server, course, 4..12, "beside the flood")?;
            flood.join().map_err(|_| "the flood panicked".to_owned())
        })?;
        course.note(true, format!("flood of sign-ins: {}", tally.words()));
        course.note(tally.silent == 0, format!("{} refusals do not say when to come again", tally.silent));
        Ok(())
    })
}

fn wrong_passwords(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "passwords", |_, server, course| {
        let (email, _) = &ground.factors[0];
        let statuses: Vec<u16> =
            (0..33).map(|number| wrong(Stranger::new(number % 3, server.port), email).status).collect();
        let other = statuses.iter().filter(|status| !matches!(status, 401 | 429)).count();
        let refused = statuses.iter().filter(|status| **status == 429).count();
        course.note(
            other == 0,
            format!("33 wrong passwords for one person: all refused, {refused} of them with 429"),
        );
        let (status, took) = staff::sign_in(server, &ground.factors[0])?;
        let words = format!("then the person signs in: {status} after {:.1} s", took.as_secs_f64());
        course.note(status == 204, words);
        // The password alone is what the stranger would be after; beside a wrong code it must tell nothing.
        let body = json!({ "email": ground.factors[1].0, "password": PASSWORD, "code": "000000" });
        let half = Stranger::new(7, server.port).post("/api/v1/session", &body);
        course.note(
            matches!(half.status, 401 | 429),
            format!("a right password with a wrong code: {}", half.status),
        );
        Ok(())
    })
}

fn correction(stranger: Stranger, record: &str, number: u32) -> Reply {
    let body = json!({ "text": format!("Number {number} is wrong.") });
    stranger.post(&format!("/api/v1/records/{record}/corrections"), &body)
}

fn corrections(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "corrections", |_, server, course| {
        let (port, length) = (server.port, ground.length);
        let flood = Flood { port, addresses: 1, rate: RATE, length, most: 220 };
        let tally = flood.send(|stranger, number| correction(stranger, &ground.record, number));
        course.note(true, format!("corrections from one address: {}", tally.words()));
        course.note(tally.silent == 0, format!("{} refusals do not say when to come again", tally.silent));
        let other = correction(Stranger::new(5, port), &ground.record, 1_000);
        let words = format!("then one from another address: {} {}", other.status, other.retry_after);
        course.note((200..300).contains(&other.status), words);
        Ok(())
    })
}

/// A day of the demonstration data's years, another one for each number.
fn day(number: u32) -> String {
    format!("{}-{:02}-{:02}", 2024 + number % 2, 1 + number / 2 % 12, 1 + number / 24 % 28)
}

fn past_day(stranger: Stranger, number: u32) -> Reply {
    stranger.get(&format!("/api/v1/records?as_of={}&limit=50", day(number)))
}

fn past_days(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "past", |world, server, course| {
        let quiet = Work::of(world, server, ground.length / 3);
        let (port, length, most) = (server.port, ground.length, u32::MAX);
        let flood = Flood { port, addresses: 6, rate: RATE, length, most };
        let (tally, work, other) = std::thread::scope(|scope| {
            let flood = scope.spawn(|| flood.send(past_day));
            let other = scope.spawn(|| {
                std::thread::sleep(length / 2);
                past_day(Stranger::new(40, port), 1)
            });
            let work = Work::of(world, server, length);
            (flood.join(), work, other.join())
        });
        let (tally, other) =
            (tally.map_err(|_| "the flood panicked")?, other.map_err(|_| "a reader panicked")?);
        course.note(true, format!("past days asked by six: {}", tally.words()));
        let words =
            format!("somebody else asks for one: {} after {:.1} s", other.status, other.took.as_secs_f64());
        course.note(other.status == 200, words);
        worked(course, &work, &quiet);
        Ok(())
    })
}

/// Notes how staff worked.
fn worked(course: &mut Course, work: &Work, quiet: &Work) {
    course.note(true, work.beside(quiet));
    if !work.failed.is_empty() {
        let some: Vec<&str> = work.failed.iter().take(5).map(String::as_str).collect();
        course.note(false, format!("{} requests of staff failed: {}", work.failed.len(), some.join(", ")));
    }
}

fn beside_staff(ground: &Ground) -> Result<Course, String> {
    attacked(ground, "beside", |world, server, course| {
        let quiet = Work::of(world, server, ground.length / 2);
        let (port, length, most) = (server.port, ground.length, u32::MAX);
        let flood = Flood { port, addresses: 60, rate: RATE, length, most };
        let (tally, work) = std::thread::scope(|scope| {
            let flood = scope.spawn(|| {
                flood.send(|stranger, number| match number % 3 {
                    0 => wrong(stranger, "person1@northmoor.example"),
                    1 => correction(stranger, &ground.record, number),
                    // Each of another search, so that none is in memory already.
                    _ => stranger.get(&format!("/api/v1/records.csv?q=tool+{number}")),
                })
            });
            let work = Work::of(world, server, length);
            (flood.join(), work)
        });
        let tally = tally.map_err(|_| "the flood panicked")?;
        course.note(true, format!("sign-ins, corrections and exports: {}", tally.words()));
        course.note(tally.silent == 0, format!("{} refusals do not say when to come again", tally.silent));
        worked(course, &work, &quiet);
        Ok(())
    })
}

fn stop_while_busy(ground: &Ground) -> Result<Course, String> {
    let file = files::slow()?;
    let world = ground.world("stop")?;
    let mut server = world.serve(&["--no-dumps"])?;
    let (pid, port) = (server.process.pid(), server.port);
    let watch = Watch::start(pid, &temporary(&world));
    let mut course = Course::default();
    let uploads: Result<Vec<TcpStream>, String> =
        (0..4).map(|_| begin_upload(&world, &server, "slow.xlsx", &file)).collect();
    let uploads = uploads?;
    let unread: Vec<TcpStream> = (20..23)
        .filter_map(|number| Stranger::new(number, port).begin("GET", "/api/v1/records.xlsx", &[], b"").ok())
        .collect();
    let reading = until(Duration::from_secs(20), || {
        let readers = children(pid);
        (!readers.is_empty()).then_some(readers)
    });
    let readers = reading.unwrap_or_default();
    let flood = Flood { port, addresses: 6, rate: RATE, length: Duration::from_secs(5), most: u32::MAX };
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| flood.send(past_day));
        std::thread::sleep(Duration::from_secs(2));
        server.terminate(STOP)
    });
    course.watched = watch.stop();
    drop((uploads, unread));
    let busy = format!(
        "while it reads {} workbooks, sends three that nobody reads and looks up past days",
        readers.len()
    );
    match ended {
        Some((took, well)) => {
            let words = format!("{busy}, it is asked to stop and ends after {:.1} s", took.as_secs_f64());
            course.note(well, words);
        }
        None => course
            .note(false, format!("{busy}, it is asked to stop and has not ended after {} s", STOP.as_secs())),
    }
    let left = readers
        .iter()
        .filter(|reader| std::fs::read(format!("/proc/{reader}/cmdline")).is_ok_and(|line| !line.is_empty()));
    let left = left.count();
    course.note(left == 0, format!("{left} processes are left of it"));
    Ok(course)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_cut() {
        #[track_caller]
        fn check(answer: &str, expected: bool) {
            assert_eq!(is_whole(answer.as_bytes()), expected, "{answer}");
        }
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true);
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false);
        check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", true);
        check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false);
        check("HTTP/1.1 200", false);
    }

    #[test]
    fn days_are_days_and_differ() {
        let days: std::collections::BTreeSet<String> = (0..672).map(day).collect();
        assert_eq!(days.len(), 672);
        assert!(days.contains("2024-01-01") && days.contains("2025-12-28"));
    }
}
