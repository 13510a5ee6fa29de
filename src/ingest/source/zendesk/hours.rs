//! Schedules with their holidays, and service level agreements.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};

use super::people::known;
use super::{Zendesk, zones};
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MINUTES: i64 = 24 * 60;
/// The longest holiday, in days: no office is closed for longer.
const MOST_DAYS: i64 = 366;

impl Zendesk {
    pub(super) fn learn_holiday(&mut self, record: Fields<'_>) {
        let dates = (record.text("start_date"), record.text("end_date"));
        if let (Some(schedule), (Some(from), Some(to))) = (record.id("schedule_id"), dates) {
            let days = self.holidays.entry(schedule).or_default();
            days.push((from.to_owned(), to.to_owned()));
        }
    }

    /// A holiday is a part of its schedule.
    pub(super) fn holiday(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let date = |name: &str| record.text(name).unwrap_or_default().to_owned();
        match record.id("schedule_id") {
            None => output.lacks("schedule_id"),
            Some(schedule) if !self.schedules.contains(&schedule) => {
                let reason = "its schedule is not in the run; import both in one";
                output.reject("schedule_id", reason);
            }
            Some(_) if dates(&(date("start_date"), date("end_date"))).is_empty() => {
                output.lacks("start_date");
            }
            Some(_) => output.is_part_of_others(),
        }
    }

    pub(super) fn schedule(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some((id, at)) = known(record, output) else {
            return;
        };
        let Some(zone) = record.text("time_zone") else {
            return output.lacks("time_zone");
        };
        let Some(zone) = zones::iana(zone) else {
            let reason = format!("`{zone}` is no zone that is known");
            return output.reject("time_zone", &reason);
        };
        let mut week: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for interval in record.objects("intervals") {
            let (Some(from), Some(to)) = (interval.whole("start_time"), interval.whole("end_time"))
            else {
                output.wanted::<()>("intervals.start_time", None);
                continue;
            };
            for (day, hours) in DAYS
                .iter()
                .zip(0..)
                .filter_map(|(day, place)| Some((*day, hours_within(from, to, place)?)))
            {
                week.entry(day).or_default().push(hours);
            }
        }
        let mut days: Vec<String> = self
            .holidays
            .get(&id)
            .into_iter()
            .flatten()
            .flat_map(dates)
            .collect();
        days.sort();
        days.dedup();
        let version = days
            .last()
            .map_or(String::new(), |last| format!("/{}-{last}", days.len()));
        let days = days
            .into_iter()
            .map(|date| json!({"date": date, "hours": []}));
        let days: Vec<Value> = days.collect();
        let fields = json!({
            "schedule": output.thing(&id),
            "zone": zone,
            "week": week,
            "exceptions": (!days.is_empty()).then_some(days),
        });
        output.event(
            format_args!("schedule/{id}@{at}{version}"),
            at,
            "schedule.upserted",
            fields,
        );
    }

    pub(super) fn agreement(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some((id, at)) = known(record, output) else {
            return;
        };
        let Some(reach) = reach_of(record, output) else {
            return;
        };
        let team = match &reach {
            Reach::All => None,
            Reach::Team(team) => Some(output.thing(team)),
        };
        let (targets, by_hours) = targets_of(record, output);
        let only = self.schedules.first();
        let only = only.filter(|_| by_hours && self.schedules.len() == 1);
        let schedule = only.map(|only| output.thing(only));
        for (priority, targets) in targets {
            let mut fields = json!({
                "sla": output.thing(format_args!("{id}/{priority}")),
                "applies": {"pipeline": "zendesk", "priority": priority, "team": team},
                "schedule": schedule,
            });
            if let Some(map) = fields.as_object_mut() {
                map.extend(
                    targets
                        .iter()
                        .map(|(name, secs)| ((*name).to_owned(), (*secs).into())),
                );
            }
            output.event(
                format_args!("sla/{id}/{priority}@{at}"),
                at,
                "sla.upserted",
                fields,
            );
        }
    }
}

/// Targets in seconds by priority.
type Targets = BTreeMap<String, BTreeMap<&'static str, i64>>;

/// The targets of an agreement, and whether any runs by working hours.
fn targets_of(record: Fields<'_>, output: &mut Output<'_>) -> (Targets, bool) {
    let mut targets = Targets::new();
    let mut by_hours = false;
    for metric in record.objects("policy_metrics") {
        let secs = metric.whole("target_in_seconds");
        let secs = secs.or_else(|| {
            metric
                .whole("target")
                .map(|minutes| minutes.saturating_mul(60))
        });
        let (Some(priority), Some(secs), Some(name)) =
            (metric.text("priority"), secs, metric.text("metric"))
        else {
            output.wanted::<()>("policy_metrics.target", None);
            continue;
        };
        let field = match name {
            "first_reply_time" => "first_response_secs",
            "next_reply_time" => "next_response_secs",
            "total_resolution_time" => "close_secs",
            name => {
                output.unmapped("policy_metrics.metric", name, "no target");
                continue;
            }
        };
        by_hours |= metric.truth("business_hours") == Some(true);
        targets
            .entry(priority.to_owned())
            .or_default()
            .insert(field, secs);
    }
    (targets, by_hours)
}

/// What an agreement is for.
enum Reach {
    All,
    Team(String),
}

/// What an agreement is for. One that asks for more than a team is not taken: it would be held
/// against tickets that it was never meant for.
fn reach_of(record: Fields<'_>, output: &mut Output<'_>) -> Option<Reach> {
    let filter = record.object("filter");
    let conditions = |name: &str| filter.map(|filter| filter.objects(name).collect::<Vec<_>>());
    let all = conditions("all").unwrap_or_default();
    let any = conditions("any").unwrap_or_default();
    match (all.as_slice(), any.as_slice()) {
        ([], []) => Some(Reach::All),
        ([one], [])
            if one.text("field") == Some("group_id") && one.text("operator") == Some("is") =>
        {
            one.id("value").map(Reach::Team)
        }
        _ => {
            let names = all.iter().chain(&any).filter_map(|one| one.text("field"));
            let names: Vec<&str> = names.collect();
            output.unmapped("filter", &names.join(", "), "the policy is left out");
            None
        }
    }
}

/// The part of an interval in minutes of the week that lies on a day.
fn hours_within(from: i64, to: i64, day: i64) -> Option<String> {
    let (begin, end) = (day * DAY_MINUTES, (day + 1) * DAY_MINUTES);
    let (from, to) = (from.max(begin), to.min(end));
    let clock = |minute: i64| {
        let minute = minute - begin;
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    (from < to).then(|| format!("{}-{}", clock(from), clock(to)))
}

/// The dates of a holiday, both ends included.
fn dates((from, to): &(String, String)) -> Vec<String> {
    let parse =
        |text: &str| NaiveDate::parse_from_str(text.get(..10).unwrap_or(text), "%Y-%m-%d").ok();
    let (Some(from), Some(to)) = (parse(from), parse(to)) else {
        return Vec::new();
    };
    let days = (to - from).num_days().min(MOST_DAYS);
    (0..=days)
        .map(|day| (from + Duration::days(day)).to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_since_sunday_are_hours_of_days() {
        // Monday 09:00 is 1 × 1,440 + 540.
        assert_eq!(
            hours_within(1_980, 2_460, 1).as_deref(),
            Some("09:00-17:00")
        );
        assert_eq!(hours_within(1_980, 2_460, 2), None);
        // Saturday 22:00 until the week's end, and over a midnight.
        assert_eq!(
            hours_within(9_960, 10_080, 6).as_deref(),
            Some("22:00-24:00")
        );
        assert_eq!(
            hours_within(2_760, 3_000, 1).as_deref(),
            Some("22:00-24:00")
        );
        assert_eq!(
            hours_within(2_760, 3_000, 2).as_deref(),
            Some("00:00-02:00")
        );
    }

    #[test]
    fn a_holiday_has_both_its_ends() {
        let days = dates(&("2025-12-24".to_owned(), "2025-12-26".to_owned()));
        assert_eq!(days, ["2025-12-24", "2025-12-25", "2025-12-26"]);
        assert!(dates(&("soon".to_owned(), String::new())).is_empty());
        assert!(dates(&("2025-12-26".to_owned(), "2025-12-24".to_owned())).is_empty());
    }
}
