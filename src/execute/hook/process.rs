//! The program: lines to it, and lines from it.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{SetOnce, oneshot};

use crate::execute::session::Trouble;

/// The longest line that is read, in bytes.
const LONGEST: u64 = 64 << 20;
/// Of a line that is no answer, so many characters are shown.
const SHOWN: usize = 60;
/// How long a program may take to end once it is not asked any more.
const GRACE: Duration = Duration::from_secs(2);
const HELP: &str = "it reads a line of JSON and answers each with one, such as {}: see docs/hooks.md";

/// Those who wait for an answer, the first first.
type Waiting = Arc<Mutex<VecDeque<(u64, oneshot::Sender<Value>)>>>;

/// A program that runs.
#[derive(Debug)]
pub(super) struct Process {
    name: String,
    next: AtomicU64,
    waiting: Waiting,
    /// `None` once it is not asked any more.
    to: Mutex<Option<Sender<Vec<u8>>>>,
    child: Arc<Mutex<Child>>,
}

impl Process {
    /// Starts it. `broken` is set when it ends, or writes what is no answer.
    pub fn start(command: &[String], broken: Arc<SetOnce<Trouble>>) -> Result<Self, Trouble> {
        let (program, arguments) =
            command.split_first().ok_or_else(|| Trouble::ours("the hook names no program", "name a program"))?;
        let name = format!("`{program}`");
        let started =
            Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().and_then(
                |mut child| match (child.stdin.take(), child.stdout.take()) {
                    (Some(stdin), Some(stdout)) => Ok((child, stdin, stdout)),
                    _ => Err(std::io::Error::other("it has no stdin or stdout")),
                },
            );
        let (child, stdin, stdout) = started.map_err(|error| {
            Trouble::ours(format!("the hook {name} cannot be run: {error}"), "check that the program is there")
        })?;
        let (waiting, child) = (Waiting::default(), Arc::new(Mutex::new(child)));
        let (to, lines) = mpsc::channel::<Vec<u8>>();
        thread::spawn(move || write(stdin, &lines));
        let reader = Reader { name: name.clone(), waiting: waiting.clone(), child: child.clone(), broken };
        thread::spawn(move || reader.read(stdout));
        Ok(Self { name, next: AtomicU64::new(1), waiting, to: Mutex::new(Some(to)), child })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks it; `None` where it will not answer any more.
    pub async fn ask(&self, mut told: Value) -> Option<Value> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        told["id"] = id.into();
        let mut line = told.to_string().into_bytes();
        line.push(b'\n');
        let (answer, answered) = oneshot::channel();
        {
            // In one order, here and there.
            let mut waiting = lock(&self.waiting);
            waiting.push_back((id, answer));
            let is_sent = lock(&self.to).as_ref().is_some_and(|to| to.send(line).is_ok());
            if !is_sent {
                waiting.pop_back();
            }
        }
        answered.await.ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input says that nothing more comes.
        lock(&self.to).take();
        let started = Instant::now();
        while started.elapsed() < GRACE {
            match lock(&self.child).try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        let mut child = lock(&self.child);
        // It may have ended in this very moment.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn write(mut stdin: ChildStdin, lines: &mpsc::Receiver<Vec<u8>>) {
    // Who cannot be written to is at its end, which is noticed where it is read.
    while let Ok(line) = lines.recv() {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Hands each answer to who waits for it.
struct Reader {
    name: String,
    waiting: Waiting,
    child: Arc<Mutex<Child>>,
    broken: Arc<SetOnce<Trouble>>,
}

impl Reader {
    fn read(self, stdout: ChildStdout) {
        let mut stdout = BufReader::new(stdout);
        let reason = loop {
            let mut line = Vec::new();
            match (&mut stdout).take(LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => break self.end(),
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => {
                    if let Err(reason) = self.hand_over(&line) {
                        break reason;
                    }
                }
                Err(error) => break format!("cannot be read: {error}"),
            }
        };
        // Where it was not to end yet, the first reason counts.
        let _ = self.broken.set(Trouble::ours(format!("the hook {} {reason}", self.name), HELP));
        lock(&self.waiting).clear();
    }

    /// How it ended.
    fn end(&self) -> String {
        let started = Instant::now();
        loop {
            match lock(&self.child).try_wait() {
                Ok(Some(status)) => return format!("ended before the run did ({status})"),
                Ok(None) if started.elapsed() < Duration::from_millis(500) => {}
                _ => return "closed its output before the run was over".to_owned(),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn hand_over(&self, line: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(line);
        let shown = || format!("wrote what is no answer: `{}`", text.trim().chars().take(SHOWN).collect::<String>());
        let answer: Value = serde_json::from_slice(line).map_err(|_| shown())?;
        if !answer.is_object() {
            return Err(shown());
        }
        let mut waiting = lock(&self.waiting);
        let found = match answer["id"].as_u64() {
            Some(id) => waiting.iter().position(|(known, _)| *known == id).and_then(|at| waiting.remove(at)),
            // Without an id, it is that of the first who waits.
            None => waiting.pop_front(),
        };
        match found {
            // Whoever asked may have given up.
            Some((_, asker)) => drop(asker.send(answer)),
            None => {
                return Err(format!(
                    "answered what was not asked: `{}`",
                    text.trim().chars().take(SHOWN).collect::<String>()
                ));
            }
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
