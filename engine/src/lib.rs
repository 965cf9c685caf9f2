//! The flows: intake reads and judges, incident joins and tells. It has never heard of any log.

mod advise;
mod assemble;
mod cite;
mod cluster;
mod distinct;
mod facts;
mod intake;
mod investigate;
mod pool;
mod steps;
mod tell;
mod tray;

pub use intake::{Plan, Progress, Window};
pub use investigate::{Settings, count, investigate};
