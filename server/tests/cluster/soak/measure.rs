//! How big the server is: its memory, its files and its tasks.

use std::{fmt, fs, time::Duration};

use tokio::time::sleep;

use crate::process::Server;

/// How long the server is left alone before it counts as idle.
const QUIET: Duration = Duration::from_secs(120);

/// The parts of a process's life that are compared: what comes before the first is for warming up.
const WARM: f64 = 0.3;

/// One look.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The process.
    pub pid: u32,
    /// Resident memory, in KiB.
    pub memory: u64,
    /// Open files and connections.
    pub files: usize,
    /// Tasks of the runtime that have not ended.
    pub tasks: u64,
}

impl Measure {
    /// The server as it is now; none while it does not answer.
    pub async fn take(server: &Server) -> Option<Self> {
        let pid = server.pid()?;
        let figures = server.text("/metrics").await?;
        let tasks = figures.lines().find_map(|line| line.strip_prefix("urumi_tasks ")?.parse().ok())?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let memory =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())?;
        let files = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count();
        Some(Self { pid, memory, files, tasks })
    }

    /// Tasks that do not belong to an open connection or file: each connection that is kept has one.
    pub fn beside_files(&self) -> i64 {
        self.tasks as i64 - self.files as i64
    }

    /// The server after it had nothing to do for a while.
    pub async fn idle(server: &Server) -> Self {
        sleep(QUIET).await;
        Self::take(server).await.expect("a server that runs can be measured")
    }
}

/// All looks.
#[derive(Debug, Default)]
pub struct Measures(Vec<(Duration, Measure)>);

impl Measures {
    /// Looks once more.
    pub async fn take(&mut self, at: Duration, server: &Server) {
        if let Some(measure) = Measure::take(server).await {
            self.0.push((at, measure));
        }
    }

    /// What the last process held in the middle of its life, once it was warm, and at its end: medians, in KiB.
    pub fn of_the_last_process(&self) -> (u64, u64) {
        let last = self.0.last().expect("it was measured").1.pid;
        let memory: Vec<u64> = self.0.iter().filter(|(_, m)| m.pid == last).map(|(_, m)| m.memory).collect();
        assert!(memory.len() >= 4, "the last process was measured {} times only", memory.len());
        let part = ((memory.len() as f64 * WARM) as usize).max(1);
        let median = |part: &[u64]| {
            let mut sorted = part.to_vec();
            sorted.sort_unstable();
            sorted[sorted.len() / 2]
        };
        (median(&memory[part..part * 2]), median(&memory[memory.len() - part..]))
    }
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "soak: seconds, process, KiB, files, tasks:")?;
        // A line for every fourth look is enough to see where it goes.
        for (at, Measure { pid, memory, files, tasks }) in self.0.iter().step_by(4) {
            writeln!(f, "soak: {:5} {pid} {memory} {files} {tasks}", at.as_secs())?;
        }
        Ok(())
    }
}
