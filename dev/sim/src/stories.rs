//! The stories that come with the program.

use crate::story::Story;

/// File names and texts of the stories.
const ALL: &[(&str, &str)] = &[
    ("leaked-key", include_str!("../stories/leaked-key.toml")),
    ("federation", include_str!("../stories/federation.toml")),
    ("web-spam", include_str!("../stories/web-spam.toml")),
    ("sqli", include_str!("../stories/sqli.toml")),
    ("supply-chain", include_str!("../stories/supply-chain.toml")),
    ("insider", include_str!("../stories/insider.toml")),
    ("container", include_str!("../stories/container.toml")),
    ("ssrf", include_str!("../stories/ssrf.toml")),
];

/// Every story, by its file's name. Says which file is wrong and why.
pub fn all() -> Result<Vec<(&'static str, Story)>, String> {
    let read = |(name, text): &(&'static str, &str)| {
        let story = toml::from_str(text).map_err(|why| format!("{name}: {why}"))?;
        Ok((*name, story))
    };
    ALL.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_story_can_be_read() {
        assert!(super::all().unwrap().iter().all(|(_, story)| !story.step.is_empty()));
    }
}
