//! Statements as PostgreSQL logs them, with what pgAudit adds.

use crate::world::{World, stamp};

/// A statement of the site's application, and how it ended.
pub fn asked(world: &mut World, sql: &str, error: &str, rows: u64) {
    let (own, database) = (world.get("own"), world.get("db"));
    world.now += world.random.within(1, 4) as i64;
    let at = stamp(world.clock("database"), "%Y-%m-%d %H:%M:%S%.3f UTC");
    let pid = 4_000 + world.random.within(0, 3);
    let head = format!("{at} [{pid}] shop@{database} {own} app=[unknown] ");
    let lines = if error.is_empty() {
        let quoted = sql.replace('"', "\"\"");
        let entry = world.random.within(1, 9_000);
        format!(
            "{head}LOG:  statement: {sql}\n\
{head}LOG:  AUDIT: SESSION,{entry},1,READ,SELECT,,,\"{quoted}\",<not logged>,{rows}\n\
{head}LOG:  duration: 0.{} ms",
            world.random.within(100, 999)
        )
    } else {
        format!("{head}ERROR:  {error} at character 48\n{head}STATEMENT:  {sql}")
    };
    for line in lines.lines() {
        world.say("hosts/db/postgresql.log".into(), line.to_owned());
    }
}
