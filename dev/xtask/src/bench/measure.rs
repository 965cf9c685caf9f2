//! One child process and what it used. A small process of its own starts it, so that the peak
//! memory of children is this child's.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use super::at;
use crate::Done;

/// What a run used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time, in the program and in the kernel for it.
    pub cpu: f64,
    /// Peak resident memory in bytes.
    pub memory: u64,
    /// Exit code.
    pub code: i64,
}

impl Usage {
    /// The lesser of two, figure by figure; memory is the greater.
    #[must_use]
    pub fn least(self, other: Usage) -> Usage {
        Usage {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.max(other.memory),
            code: self.code,
        }
    }
}

/// Runs a program, its standard output into a file, and says what it used.
pub fn usage(output: &Path, program: &Path, arguments: &[String]) -> Result<Usage, String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(own);
    command.arg("measure").arg(output).arg(program).args(arguments).stderr(Stdio::inherit());
    let said = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let text = String::from_utf8_lossy(&said.stdout);
    let mut figures = text.split_whitespace().map(str::parse::<f64>);
    let mut figure = || figures.next().and_then(Result::ok);
    match (figure(), figure(), figure(), figure()) {
        (Some(wall), Some(cpu), Some(memory), Some(code)) => {
            Ok(Usage { wall, cpu, memory: memory as u64, code: code as i64 })
        }
        _ => Err(format!("{} could not be measured", program.display())),
    }
}

/// `measure OUTPUT PROGRAM ARGUMENT...`: the small process.
pub fn run(arguments: &[String]) -> Done {
    let [output, program, rest @ ..] = arguments else {
        return Err("measure OUTPUT PROGRAM ARGUMENT...".into());
    };
    let output = Path::new(output);
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(File::create(output).map_err(at(output))?);
    let start = Instant::now();
    let status = command.status().map_err(at(Path::new(program)))?;
    let wall = start.elapsed().as_secs_f64();
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| e.to_string())?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1_000_000.0;
    let cpu = seconds(used.user_time()) + seconds(used.system_time());
    let code = status.code().unwrap_or(-1);
    println!("{wall} {cpu} {} {code}", used.max_rss() * 1024);
    Ok(())
}
