//! Licences: every package that we build with is under one that we accept.

use std::process::Command;

use super::Broken;
use crate::tree::root;

/// Licences that ask for no more than credit, or for changes to their own files.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];
/// The platforms that we build for; packages of others are not ours to judge.
const PLATFORMS: &[&str] = &["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Asks cargo for every package and looks at its licence.
pub fn check(broken: &mut Broken) {
    let packages = match packages() {
        Ok(packages) => packages,
        Err(why) => {
            return broken.add("Cargo.lock", 0, why, "`cargo metadata --locked` must work.");
        }
    };
    for package in packages {
        let text = |key: &str| package.get(key).and_then(|v| v.as_str()).unwrap_or("").to_string();
        let licence = text("license");
        if !accepted(&licence) {
            broken.add(
                "Cargo.lock",
                0,
                format!("{} {} is under `{licence}`", text("name"), text("version")),
                "Use another package, or add the licence to dev/xtask/src/tidy/licences.rs and \
                 deny.toml if it asks for no more than those do.",
            );
        }
    }
}

fn packages() -> Result<Vec<serde_json::Value>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["metadata", "--format-version", "1", "--locked"]);
    for platform in PLATFORMS {
        command.args(["--filter-platform", platform]);
    }
    let output = command.output().map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_string());
    }
    let mut all: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    match all.get_mut("packages").map(serde_json::Value::take) {
        Some(serde_json::Value::Array(packages)) => Ok(packages),
        _ => Err("cargo metadata names no packages".into()),
    }
}

/// Whether an SPDX expression can be met by accepted licences. `AND` binds tighter than `OR`.
fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    !tokens.is_empty() && any_of(&tokens, &mut at) && at == tokens.len()
}

fn any_of(tokens: &[&str], at: &mut usize) -> bool {
    let mut met = all_of(tokens, at);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(tokens, at);
    }
    met
}

fn all_of(tokens: &[&str], at: &mut usize) -> bool {
    let mut met = one(tokens, at);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(tokens, at);
    }
    met
}

fn one(tokens: &[&str], at: &mut usize) -> bool {
    let token = tokens.get(*at).copied().unwrap_or("");
    *at += 1;
    if token == "(" {
        let met = any_of(tokens, at);
        *at += 1;
        return met;
    }
    // An exception (`WITH LLVM-exception`) only grants more.
    if tokens.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    ACCEPTED.contains(&token)
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(accepted(good), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-2.0", "(GPL-2.0 OR MIT) AND NCSA", "SSPL-1.0"] {
            assert!(!accepted(bad), "{bad}");
        }
    }
}
