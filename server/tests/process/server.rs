//! A server of the tests.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, Command},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// How long something may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    process: Child,
    pub port: u16,
    data: TempDir,
    log: JoinHandle<String>,
    printed: JoinHandle<String>,
}

/// What a server wrote, by its end.
pub struct Written {
    pub log: String,
    pub printed: String,
}

/// What a server writes that refuses to start with a real cluster. Its environment holds nothing but `environment`.
pub async fn refusal(args: &[&str], environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
    command
        .args(["serve", "--image", "example/store:1", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&data)
        .args(args);
    command.current_dir(folder.path()).env_clear().envs(environment.iter().copied());
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.expect("it ends").expect("it runs");
    let log = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success(), "it started: {log}");
    assert!(!data.exists(), "it began with its data folder");
    let told: Vec<&str> = log.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(told.len(), 1, "{log}");
    told[0].to_owned()
}

impl Server {
    /// Starts it and waits until it listens.
    pub async fn start(args: &[&str], environment: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let data = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
        command.arg("serve").args(["--fake-cluster", "--fake-pace-ms", "5", "--log-format", "json"]).args(args);
        command.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--data-dir").arg(data.path());
        command.envs(environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("the server starts");
        let (stderr, mut stdout) = (process.stderr.take().expect("piped"), process.stdout.take().expect("piped"));
        let (tell, told) = oneshot::channel();
        let log = tokio::spawn(async move {
            let (mut lines, mut text, mut tell) = (BufReader::new(stderr).lines(), String::new(), Some(tell));
            while let Some(line) = lines.next_line().await.expect("read") {
                if line.contains("\"listening\"")
                    && let Some(tell) = tell.take()
                {
                    let _started = tell.send(());
                }
                text.push_str(&line);
                text.push('\n');
            }
            text
        });
        let printed = tokio::spawn(async move {
            let mut text = String::new();
            stdout.read_to_string(&mut text).await.expect("read");
            text
        });
        timeout(PATIENCE, told).await.expect("the server is quick").expect("the server starts");
        Self { process, port, data, log, printed }
    }

    /// What another command of the same data folder prints.
    pub async fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
        let output = command.args(args).arg("--data-dir").arg(self.data.path()).output().await.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// The whole answer to a request, with its head.
    pub async fn exchange(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let request = request(self.port, method, path, headers, body);
        tokio::task::spawn_blocking(move || talk(stream, &request)).await.expect("an answer")
    }

    /// What is answered to a program with this token.
    pub async fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> Option<Value> {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let answer = self.exchange(method, path, &headers, body).await;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    /// A store that is ready; its id.
    pub async fn make_store(&self, token: &str, name: &str) -> String {
        let wish = serde_json::json!({ "name": name }).to_string();
        let store = self.ask(token, "POST", "/api/stores", &wish).await.expect("a store");
        let id = store["id"].as_str().expect("an id").to_owned();
        let begun = Instant::now();
        let path = format!("/api/stores/{id}");
        while self.ask(token, "GET", &path, "").await.is_none_or(|store| store["status"] != "ready") {
            assert!(begun.elapsed() < PATIENCE, "the store does not become ready");
            sleep(Duration::from_millis(20)).await;
        }
        id
    }

    /// Files of the data folder that other users of the machine could read.
    pub fn open_to_others(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.data.path()).expect("a folder").map(|file| file.expect("a file"));
        let open = files.filter(|file| file.metadata().expect("about it").permissions().mode() & 0o077 != 0);
        open.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Tells it to stop, and answers with what it wrote.
    pub async fn stop(mut self) -> Written {
        let pid = self.process.id().expect("it runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill runs").success());
        let ended = self.process.wait().await.expect("it ends");
        let written = Written { log: self.log.await.expect("a log"), printed: self.printed.await.expect("text") };
        assert!(ended.success(), "{}", written.log);
        written
    }
}

/// The bytes of a request.
pub fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a request and reads until the end.
pub fn talk(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    // Over TLS, some end without saying so.
    let _end = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
