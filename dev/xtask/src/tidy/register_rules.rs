//! Builtin rules: each has its page of cases beside it and stands in the detectors' list.

use super::Broken;
use crate::tree::Tree;

const RULES: &str = "rules/";
const DETECTORS: &str = "catalog/detectors/src/";

/// Checks rules, their pages, and the list.
pub fn check(tree: &Tree, broken: &mut Broken) {
    for rule in tree.under(RULES).filter(|file| file.is("yml")) {
        let page = page_of(&rule.path);
        if !tree.has(&page) {
            let remedy = "Show what fires it and what stays silent, with records.";
            broken.add(page, 0, "a rule without its page", remedy);
        }
        let name = rule.path.trim_start_matches(RULES).trim_end_matches(".yml");
        let named = |text: &str| text.contains(&format!("{name}.yml")) || quoted(text, name);
        if !tree.under(DETECTORS).any(|file| named(&file.text)) {
            let remedy = format!("Add it to the builtin list in {DETECTORS}.");
            broken.add(&rule.path, 0, "a rule that is not built in", remedy);
        }
    }
    for page in tree.under(RULES).filter(|file| file.is("md") && !file.path.ends_with("README.md"))
    {
        if !tree.has(&page.path.replace(".md", ".yml")) {
            broken.add(&page.path, 0, "a page of no rule", "Name it like its rule.");
        }
    }
}

fn page_of(rule: &str) -> String {
    rule.replace(".yml", ".md")
}

fn quoted(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\""))
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    #[test]
    fn rule_page_and_list_agree() {
        let list =
            ("catalog/detectors/src/builtin.rs", "rule(\"aws/stop\"), \"../rules/aws/key.yml\"");
        let house = [
            list,
            ("rules/aws/stop.yml", ""),
            ("rules/aws/stop.md", ""),
            ("rules/aws/key.yml", ""),
        ];
        assert_eq!(verdict(super::check, &house), ["rules/aws/key.md:0 a rule without its page"]);
        let house = [("rules/aws/new.yml", ""), ("rules/aws/old.md", "")];
        assert_eq!(
            verdict(super::check, &house),
            [
                "rules/aws/new.md:0 a rule without its page",
                "rules/aws/new.yml:0 a rule that is not built in",
                "rules/aws/old.md:0 a page of no rule",
            ]
        );
    }
}
