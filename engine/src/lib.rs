//! The flows: intake reads and judges, incident joins and tells. It has never heard of any log.

mod advise;
mod assemble;
pub mod cases;
mod chapters;
mod cite;
mod cluster;
mod damage;
mod deeds;
mod distinct;
mod facts;
mod findings;
pub mod fleet;
mod gaps;
pub mod gate;
mod host;
mod index;
mod intake;
mod intruder;
mod investigate;
mod joined;
mod machines;
mod marks;
mod meaning;
mod pool;
mod portal;
mod recall;
pub mod reconcile;
mod steps;
mod sum;
mod tell;
mod trail;
mod tray;
mod verdicts;

pub use host::{Hosts, Tie};
pub use intake::{Plan, Progress, Window};
pub use investigate::{Settings, count, investigate};
