//! Three sentences for a manager: what it was, how far it came, what to do and what is not known.

use model::seam::report::Language;
use model::{Effect, Incident};

use super::{clock, text};

/// The three sentences.
pub(super) fn of(incident: &Incident, language: Language) -> String {
    let (first, last) = (clock(incident.first), clock(incident.last.closing()));
    let title = text(incident.title.trim_end_matches(['.', '。']));
    let far = how_far(incident, language);
    let next = next(incident, language);
    match language {
        Language::English => {
            format!("From {first} to {last} UTC this was seen: {title}. {far} {next}")
        }
        Language::Japanese => {
            format!("{first}から{last}（UTC）に次の事象を確認しました：{title}。{far}{next}")
        }
    }
}

fn how_far(incident: &Incident, language: Language) -> String {
    let succeeded = incident.succeeded_at.map(clock);
    let damage = incident.impact_at.map(clock);
    match (language, incident.outcome) {
        (Language::English, Effect::Attempt) => {
            "There were only attempts; nothing shows that one succeeded.".to_owned()
        }
        (Language::English, Effect::Success) => {
            let at = succeeded.map(|at| format!(" at {at}")).unwrap_or_default();
            format!("The attack succeeded{at}; damage is not shown.")
        }
        (Language::English, Effect::Impact) => {
            let at = succeeded.map(|at| format!(" at {at}")).unwrap_or_default();
            let from = damage.map(|at| format!(" from {at}")).unwrap_or_default();
            format!("The attack succeeded{at} and did damage{from}.")
        }
        (Language::Japanese, Effect::Attempt) => {
            "試行のみで、成功を示す記録はありません。".to_owned()
        }
        (Language::Japanese, Effect::Success) => {
            let at = succeeded.map(|at| format!("{at}に")).unwrap_or_default();
            format!("攻撃は{at}成功しましたが、被害を示す記録はありません。")
        }
        (Language::Japanese, Effect::Impact) => {
            let at = succeeded.map(|at| format!("{at}に")).unwrap_or_default();
            let from = damage.map(|at| format!("{at}から")).unwrap_or_default();
            format!("攻撃は{at}成功し、{from}被害が出ています。")
        }
    }
}

fn next(incident: &Incident, language: Language) -> String {
    let (actions, gaps) = (incident.recommendations.len(), incident.gaps.len());
    match language {
        Language::English => {
            let s = |count: usize| if count == 1 { "" } else { "s" };
            format!(
                "{actions} action{} to take, {gaps} gap{} in the logs (both are listed below).",
                s(actions),
                s(gaps)
            )
        }
        Language::Japanese => {
            format!("対応は{actions}件、ログの不足は{gaps}件です（いずれも以下に示します）。")
        }
    }
}
