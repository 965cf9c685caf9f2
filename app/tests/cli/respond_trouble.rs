//! Whatever goes wrong on the way is told, stands in the journal, and the same command goes on.

use serde_json::Value;

use crate::between::{Between, Fate};
use crate::moto::Moto;
use crate::respond::{OWNER, World};
use crate::respond_waf::shop;
use crate::{stderr, stdout};

/// Applies the first step where calls of this action are answered so; gives what is said.
fn with_trouble(world: &World, times: usize, (status, body): (u16, &str), code: i32) -> String {
    let plan = world.folder.path().join("plan.json").display().to_string();
    let (mut left, body) = (times, body.to_owned());
    let between = Between::start(&world.moto.url, move |call| {
        if left > 0 && call.contains("GetWebACL") {
            left -= 1;
            return Fate::Answer(status, body.clone());
        }
        Fate::Pass
    });
    let all = ["respond", "apply", &plan, "--yes-i-approve", "--steps", "1"];
    let output = Moto::yagura_at(&between.url, OWNER, &all);
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    stderr(&output)
}

fn last_word(world: &World) -> Value {
    let shown = stdout(&world.run("show", &["--format", "json"]));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shown["journal"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn trouble_is_told_and_the_same_command_goes_on() {
    let Some((world, _)) = shop() else { return };
    world.plan(&[]);
    let late = "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z";
    for (code, message, wanted) in [
        ("OptInRequired", "not subscribed", "Enable the region"),
        ("InvalidSignatureException", late, "Set the clock"),
        ("AccessDeniedException", "not authorized", "yagura respond policy"),
    ] {
        let body = format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}");
        let told = with_trouble(&world, 1, (400, &body), 2);
        assert!(told.contains(code) && told.contains(wanted), "{told}");
        assert!(told.contains("the same command goes on from this step"), "{told}");
        let entry = last_word(&world);
        assert_eq!(entry["word"], "failed", "{entry}");
        assert_eq!(entry["step"], "S1", "{entry}");
        assert!(entry["text"].as_str().unwrap().contains(wanted), "how to go on: {entry}");
    }
    // A little throttling is waited out.
    let body = "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}";
    with_trouble(&world, 2, (400, body), 1);
    assert_eq!(last_word(&world)["word"], "done");
}
