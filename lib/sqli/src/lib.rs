//! SQL as a database reads it: tokens by dialect, and what can be said from tokens alone.
//!
//! No statement is parsed to a tree: a log may cut it, and an attack breaks it on purpose. Every
//! function is linear in its input and takes any text.

mod attempt;
mod dialect;
mod features;
mod lex;
mod skeleton;
mod tables;
mod taint;
mod words;

pub use attempt::{Attempt, attempt, language};
pub use dialect::Dialect;
pub use features::{Feature, Features, features, sleeps_in_prose};
pub use lex::{Kind, Lexer, Token, lex};
pub use skeleton::{skeleton, skeleton_hash};
pub use tables::tables;
pub use taint::{Taint, Verdict, taint};
pub use words::names_catalogue;
