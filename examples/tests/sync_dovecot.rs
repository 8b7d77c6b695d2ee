//! The `sync` example against a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub
)] // a test may stop at the first surprise

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use common::{Lines, PASSWORD, USER, last_line, stderr, sum, sync};
use inboxlink::{SqliteStore, Store, WorkspaceId, dump};
use inboxlink_testkit::{Dovecot, Tls, generate, mail_files, spread};

/// Real mail where it is at hand, generated mail where it is not.
fn corpus(count: usize) -> Vec<Vec<u8>> {
    match std::env::var_os("INBOXLINK_TEST_DATA") {
        Some(data) => {
            let files = mail_files(&PathBuf::from(data).join("mail")).unwrap();
            files
                .iter()
                .take(count)
                .map(|path| fs::read(path).unwrap())
                .collect()
        }
        None => generate(count, 7),
    }
}

fn filled(mails: &[Vec<u8>]) -> Dovecot {
    let server = Dovecot::builder()
        .user(USER, PASSWORD)
        .tls(Tls::Trusted)
        .start()
        .unwrap();
    for (folder, mails) in spread(mails) {
        server
            .fill(USER, folder, mails.iter().map(|mail| (mail, "S")))
            .unwrap();
    }
    server
}

fn dumped(db: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let store = SqliteStore::open(db).unwrap();
    dump(
        &runtime
            .block_on(store.export(WorkspaceId::from(1)))
            .unwrap(),
    )
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_every_folder_adds_up_and_a_second_run_finds_nothing_new() {
    let mails = corpus(2500);
    let server = filled(&mails);
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("crm.db");

    let start = Instant::now();
    let output = sync(&server, &db).output().unwrap();
    let first = start.elapsed();
    assert!(output.status.success(), "{}", stderr(&output));
    let summary = last_line(&output);
    assert_eq!(sum(&summary, "stored"), mails.len() as u64);
    let filled = summary["folders"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|folder| folder["server"] != 0)
        .count();
    assert_eq!(filled, 5, "{summary}");
    let messages = summary["messages"].as_u64().unwrap();
    assert!(messages > 0 && messages <= mails.len() as u64, "{summary}");
    assert!(
        summary["threads"].as_u64().unwrap() > 0 && summary["contacts"].as_u64().unwrap() > 0,
        "{summary}"
    );
    let before = dumped(&db);

    let start = Instant::now();
    let output = sync(&server, &db).output().unwrap();
    let second = start.elapsed();
    let summary = last_line(&output);
    for column in ["messages", "threads", "contacts"] {
        assert_eq!(summary[column], 0, "{summary}");
    }
    assert_eq!(sum(&summary, "stored"), mails.len() as u64);
    assert!(dumped(&db) == before, "the database changed");
    println!("first run {first:?}, second run {second:?}");
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_killed_at_ten_moments_it_ends_where_an_uninterrupted_run_does() {
    let mails = corpus(2500);
    let server = filled(&mails);
    let home = tempfile::tempdir().unwrap();
    let straight = home.path().join("straight.db");
    let start = Instant::now();
    assert!(sync(&server, &straight).output().unwrap().status.success());
    let whole = start.elapsed();

    // Moments spread over the run, at odd places; where a run was over before
    // its moment the next ones come sooner, in a database begun anew.
    let (mut pace, mut halfway, mut begun) = (whole, 0, 0);
    let mut killed = home.path().join("killed-0.db");
    for n in 0..60u32 {
        let mut child = sync(&server, &killed)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pace.mul_f64(f64::from((n * 7 + 3) % 10) / 10.0 + 0.037));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            pace = pace.mul_f64(0.8);
            begun += 1;
            killed = home.path().join(format!("killed-{begun}.db"));
        } else {
            halfway += 1;
        }
        if halfway == 10 {
            break;
        }
    }
    assert_eq!(halfway, 10, "runs were over before they were killed");
    let output = sync(&server, &killed).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(sum(&last_line(&output), "stored"), mails.len() as u64);
    let (a, b) = (dumped(&straight), dumped(&killed));
    if let Some((a, b)) = a.lines().zip(b.lines()).find(|(a, b)| a != b) {
        panic!("the databases differ:\n{a}\n{b}");
    }
    assert_eq!(a.len(), b.len());
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_a_mail_that_arrives_is_an_event_and_a_reply_fires_once() {
    let question = b"From: Anna <anna@example.com>\r\nTo: Ben Bold <ben@example.org>\r\nSubject: Offer\r\n\
        Message-ID: <offer@example.com>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nWould you like it?\r\n";
    let server = Dovecot::builder()
        .user(USER, PASSWORD)
        .tls(Tls::Trusted)
        .start()
        .unwrap();
    server.fill(USER, "Sent", [(question, "S")]).unwrap();
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("crm.db");
    let mut command = sync(&server, &db);
    command.arg("--follow");
    let lines = Lines::start(command);
    let summary = lines.next(Duration::from_secs(20)).expect("the summary");
    assert_eq!(summary["messages"], 1, "{summary}");

    let reply = |n: u32, auto: &str| {
        format!(
            "From: Ben Bold <ben@example.org>\r\nTo: anna@example.com\r\nSubject: Re: Offer\r\n\
             Message-ID: <reply{n}@example.org>\r\nIn-Reply-To: <offer@example.com>\r\n\
             References: <offer@example.com>\r\nDate: Mon, 2 Mar 2026 11:00:0{n} +0000\r\n{auto}\r\n\
             Yes, please, number {n}.\r\n"
        )
    };
    // IDLE begins a moment after the summary: what comes before it is found
    // all the same.
    server.deliver(USER, reply(1, "").as_bytes()).unwrap();
    let mut seen = Vec::new();
    while let Some(line) = lines.next(Duration::from_secs(3)) {
        assert!(line["ms"].as_f64().unwrap() < 1000.0, "{line}");
        assert_eq!(line["historical"], false, "{line}");
        seen.push(line["event"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        seen.iter()
            .filter(|event| *event == "message_added")
            .count(),
        1,
        "{seen:?}"
    );
    assert_eq!(
        seen.iter().filter(|event| *event == "rule_fired").count(),
        1,
        "{seen:?}"
    );

    // An out-of-office arrives, and fires nothing.
    server
        .deliver(
            USER,
            reply(2, "Auto-Submitted: auto-replied\r\n").as_bytes(),
        )
        .unwrap();
    let mut seen = Vec::new();
    while let Some(line) = lines.next(Duration::from_secs(3)) {
        seen.push(line["event"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["message_added"]);
    drop(lines);

    // A second run tells nothing again.
    let output = sync(&server, &db).output().unwrap();
    assert_eq!(last_line(&output)["messages"], 0);
    let fired = dumped(&db)
        .lines()
        .filter(|line| line.contains("rule_fired"))
        .count();
    assert_eq!(fired, 1);
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_mistakes_end_in_one_sentence_and_lose_nothing() {
    let mails = generate(20, 3);
    let server = filled(&mails);
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("crm.db");
    assert!(sync(&server, &db).output().unwrap().status.success());
    let before = dumped(&db);

    let port = |port: u16| port.to_string();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let expired = Dovecot::builder()
        .user(USER, PASSWORD)
        .tls(Tls::Expired)
        .start()
        .unwrap();
    let plain = Dovecot::builder()
        .user(USER, PASSWORD)
        .tls(Tls::Off)
        .start()
        .unwrap();
    let ca = |server: &Dovecot| server.ca_path().display().to_string();
    let ours = ca(&server);
    let own_port = port(server.imaps_port());
    let cases: [(&str, Vec<String>, &str, &str); 7] = [
        ("wrong password", vec![], "not the password", "password"),
        (
            "unknown host",
            vec!["--host".into(), "imap.no-such-host.invalid".into()],
            PASSWORD,
            "imap.no-such-host.invalid",
        ),
        (
            "closed port",
            vec!["--port".into(), port(closed)],
            PASSWORD,
            "port",
        ),
        (
            "no TLS",
            vec!["--port".into(), port(plain.imap_port())],
            PASSWORD,
            "port",
        ),
        (
            "no STARTTLS",
            vec![
                "--starttls".into(),
                "--port".into(),
                port(plain.imap_port()),
            ],
            PASSWORD,
            "encrypt",
        ),
        (
            "expired",
            vec![
                "--port".into(),
                port(expired.imaps_port()),
                "--ca".into(),
                ca(&expired),
            ],
            PASSWORD,
            "certificate",
        ),
        ("untrusted", vec!["--no-ca".into()], PASSWORD, "certificate"),
    ];
    for (name, more, password, word) in cases {
        let mut command = common::example("sync");
        command.env("INBOXLINK_PASSWORD", password).args([
            "--allow-private-hosts",
            "--username",
            USER,
        ]);
        command.arg("--db").arg(&db);
        let has = |flag: &str| more.iter().any(|arg| arg == flag);
        if !has("--host") {
            command.args(["--host", "127.0.0.1"]);
        }
        if !has("--port") {
            command.args(["--port", &own_port]);
        }
        if !has("--ca") && !has("--no-ca") {
            command.args(["--ca", &ours]);
        }
        command.args(more.iter().filter(|arg| *arg != "--no-ca"));
        let start = Instant::now();
        let output = command.output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{name}: {said}");
        assert!(said.to_lowercase().contains(word), "{name}: {said}");
        assert!(!said.contains(password), "{name}: {said}");
        assert!(start.elapsed() < Duration::from_secs(60), "{name}");
        println!("{name}: {}", said.trim());
    }
    // That the inbox needs somebody is said, and nothing else has changed.
    let after = dumped(&db);
    let told = |line: &&str| line.contains("inbox_state_changed");
    assert!(after.lines().any(|line| told(&line)), "nobody is told");
    let kept = |dump: &str| {
        let of_mail = |line: &&str| !line.starts_with("config ") && !told(line);
        dump.lines().filter(of_mail).collect::<Vec<_>>().join("\n")
    };
    assert!(kept(&after) == kept(&before), "the database changed");
    // With the right password it goes on.
    assert!(sync(&server, &db).output().unwrap().status.success());
    let config = |dump: &str| {
        dump.lines()
            .find(|line| line.starts_with("config "))
            .map(str::to_owned)
    };
    let again = dumped(&db);
    assert_eq!(config(&again), config(&before));
    assert!(kept(&again) == kept(&before), "the database changed");
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_without_special_use_and_with_broken_mail_everything_is_stored() {
    let server = Dovecot::builder()
        .user(USER, PASSWORD)
        .tls(Tls::Trusted)
        .special_use(false)
        .start()
        .unwrap();
    let broken: Vec<Vec<u8>> = vec![
        b"\xff\xfe\x00no header at all".to_vec(),
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x".to_vec(),
        b"From: <>\r\nDate: yesterday\r\nMessage-ID: <>\r\nSubject: =?utf-8?B?!!!?=\r\n\r\n"
            .to_vec(),
        b"\r\n".to_vec(),
        [
            b"Subject: ".as_slice(),
            &[b'a'; 200_000],
            b"\r\n\r\nlong\r\n",
        ]
        .concat(),
    ];
    server
        .fill(USER, "INBOX", broken.iter().map(|mail| (mail, "")))
        .unwrap();
    server
        .fill(USER, "Sent", generate(5, 1).iter().map(|mail| (mail, "S")))
        .unwrap();
    server
        .fill(USER, "Trash", generate(3, 2).iter().map(|mail| (mail, "S")))
        .unwrap();
    let home = tempfile::tempdir().unwrap();
    let output = sync(&server, &home.path().join("crm.db")).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let summary = last_line(&output);
    assert_eq!(
        (
            sum(&summary, "stored"),
            sum(&summary, "skipped"),
            sum(&summary, "failed")
        ),
        (10, 3, 0),
        "{summary}"
    );
    let trash = summary["folders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|folder| folder["name"] == "Trash")
        .unwrap();
    assert_eq!(trash["reason"], "trash");
}
