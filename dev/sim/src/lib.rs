//! The scenario compiler: attack stories become logs of many sources with their truth, and an
//! investigation's answer is scored against it. Everything that differs comes from a seed.

mod audit;
pub mod case;
mod cloudtrail;
mod cluster;
mod database;
pub mod evaluate;
mod hosts;
mod noise;
pub mod output;
pub mod random;
pub mod score;
pub mod stories;
pub mod story;
pub mod world;
