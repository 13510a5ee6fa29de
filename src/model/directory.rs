//! What holds for the whole installation at any instant: reps and their teams,
//! pipelines, tag names.
//!
//! A pure fold of the events that name no conversation. Before a thing's first version
//! the first version holds, so that history imported after set-up is whole.
//!
//! A pipeline that no event describes is read as the built-in `support`, stages included:
//! `closed` closes.

use std::collections::BTreeMap;

use super::event::{Body, Event, PipelineKind, PipelineUpserted, Stage};
use super::{DAY_MS, PipelineId, Timestamp};

/// A job expires after this, where its pipeline does not say otherwise.
const JOB_EXPIRY_MS: i64 = 3 * DAY_MS;

/// The installation's reps, teams, pipelines and tags through time.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    reps: BTreeMap<String, RepHistory>,
    teams: BTreeMap<String, String>,
    inboxes: BTreeMap<String, InboxHistory>,
    pipelines: BTreeMap<String, Vec<(Timestamp, PipelineUpserted)>>,
    tags: Vec<TagChange>,
}

/// A rep as the directory knows them now.
#[derive(Clone, Debug, Default)]
struct RepHistory {
    name: Option<String>,
    teams: Vec<(Timestamp, Option<String>)>,
    deleted_at: Option<Timestamp>,
}

/// An inbox, and for which brand it was when.
#[derive(Clone, Debug, Default)]
struct InboxHistory {
    name: String,
    brands: Vec<(Timestamp, Option<String>)>,
}

#[derive(Clone, Debug)]
struct TagChange {
    at: Timestamp,
    tag: String,
    to: Option<String>,
}

impl Directory {
    /// Folds `events`, which must be in event order; others than the directory's are passed over.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut directory = Self::default();
        for event in events {
            directory.apply(event);
        }
        directory
    }

    /// Whether `body` changes a directory.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::RepUpserted(_)
                | Body::RepDeleted(_)
                | Body::TeamUpserted(_)
                | Body::InboxUpserted(_)
                | Body::PipelineUpserted(_)
                | Body::TagRenamed(_)
                | Body::TagDeleted(_)
        )
    }

    fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::RepUpserted(rep) => {
                let history = self.reps.entry(rep.rep.to_string()).or_default();
                history.name = Some(rep.name.clone());
                let mut team = history.teams.last().and_then(|(_, team)| team.clone());
                match &rep.team {
                    super::event::Patch::Keep => {}
                    super::event::Patch::Clear => team = None,
                    super::event::Patch::Set(id) => team = Some(id.to_string()),
                }
                history.teams.push((event.at, team));
            }
            Body::RepDeleted(rep) => {
                let history = self.reps.entry(rep.rep.to_string()).or_default();
                history.deleted_at = Some(event.at);
            }
            Body::TeamUpserted(team) => {
                self.teams.insert(team.team.to_string(), team.name.clone());
            }
            Body::InboxUpserted(inbox) => {
                let history = self.inboxes.entry(inbox.inbox.to_string()).or_default();
                history.name.clone_from(&inbox.name);
                let mut brand = history.brands.last().and_then(|(_, brand)| brand.clone());
                inbox.brand.apply(&mut brand);
                history.brands.push((event.at, brand));
            }
            Body::PipelineUpserted(pipeline) => self
                .pipelines
                .entry(pipeline.pipeline.to_string())
                .or_default()
                .push((event.at, (**pipeline).clone())),
            Body::TagRenamed(change) => self.tag(event.at, &change.tag, change.to.as_ref()),
            Body::TagDeleted(change) => self.tag(event.at, &change.tag, change.to.as_ref()),
            _ => {}
        }
    }

    fn tag(&mut self, at: Timestamp, tag: &str, to: Option<&String>) {
        self.tags.push(TagChange {
            at,
            tag: tag.to_owned(),
            to: to.cloned(),
        });
    }

    /// The team of `rep` at `at`.
    pub fn team_at(&self, rep: &str, at: Timestamp) -> Option<&str> {
        version_at(&self.reps.get(rep)?.teams, at)?.as_deref()
    }

    /// The team that `rep` is in now.
    pub fn team_of(&self, rep: &str) -> Option<&str> {
        self.team_at(rep, Timestamp::MAX)
    }

    /// The reps who are in `team` now, or were when they left.
    pub fn members<'a>(&'a self, team: &str) -> impl Iterator<Item = &'a str> {
        let reps = self.reps.keys().map(String::as_str);
        reps.filter(move |rep| self.team_of(rep) == Some(team))
    }

    /// The instants at which `rep` was put into a team, or taken out of one.
    pub fn team_changes(&self, rep: &str) -> impl Iterator<Item = Timestamp> + '_ {
        let history = self.reps.get(rep);
        let changes = history.into_iter().flat_map(|history| &history.teams);
        changes.map(|(at, _)| *at)
    }

    /// The reps that are there, each with their name.
    pub fn reps(&self) -> impl Iterator<Item = (&str, &str)> {
        let there = self.reps.iter().filter(|(_, rep)| rep.deleted_at.is_none());
        there.filter_map(|(id, rep)| Some((id.as_str(), rep.name.as_deref()?)))
    }

    /// The ids of all reps that ever were, those who are no more among them.
    pub fn all_reps(&self) -> impl Iterator<Item = &str> {
        self.reps.keys().map(String::as_str)
    }

    /// Whether `rep` is no more.
    pub fn is_deleted(&self, rep: &str) -> bool {
        let history = self.reps.get(rep);
        history.is_some_and(|history| history.deleted_at.is_some())
    }

    /// The teams, each with its name.
    pub fn teams(&self) -> impl Iterator<Item = (&str, &str)> {
        self.teams
            .iter()
            .map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// The name of `rep`, if one was ever given.
    pub fn rep_name(&self, rep: &str) -> Option<&str> {
        self.reps.get(rep)?.name.as_deref()
    }

    /// The name of `team`, if one was ever given.
    pub fn team_name(&self, team: &str) -> Option<&str> {
        self.teams.get(team).map(String::as_str)
    }

    /// The inboxes that were named, with their names.
    pub fn inboxes(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.inboxes.iter();
        all.map(|(id, history)| (id.as_str(), history.name.as_str()))
    }

    /// The name of `inbox`, if one was ever given.
    pub fn inbox_name(&self, inbox: &str) -> Option<&str> {
        Some(self.inboxes.get(inbox)?.name.as_str())
    }

    /// The brand that `inbox` was for at `at`.
    pub fn brand_at(&self, inbox: &str, at: Timestamp) -> Option<&str> {
        version_at(&self.inboxes.get(inbox)?.brands, at)?.as_deref()
    }

    /// Whether `pipeline` is for support; an unknown one is.
    pub fn is_support(&self, pipeline: &PipelineId, at: Timestamp) -> bool {
        match self.pipeline_at(pipeline.as_str(), at) {
            Some(pipeline) => pipeline.kind == PipelineKind::Support,
            None => pipeline.as_str() != "jobs",
        }
    }

    /// The pipelines that there are: those that somebody described, and the built-in ones.
    pub fn pipelines(&self) -> std::collections::BTreeSet<&str> {
        let described = self.pipelines.keys().map(String::as_str);
        described.chain(["support", "jobs"]).collect()
    }

    /// The stages of `pipeline` at `at` in order, each with its name; none of one that is unknown.
    pub fn stages<'a>(&'a self, pipeline: &str, at: Timestamp) -> Vec<(&'a str, &'a str)> {
        if let Some(version) = self.pipeline_at(pipeline, at) {
            let stages = version.stages.iter();
            return stages
                .map(|stage| (stage.stage.as_str(), stage.name.as_str()))
                .collect();
        }
        let built_in: &[&str] = match pipeline {
            "support" => &["new", "waiting_on_contact", "waiting_on_us", "closed"],
            "jobs" => &[
                "new",
                "opened",
                "awaiting_contact",
                "awaiting_us",
                "completed",
                "declined",
                "inactive",
                "expired",
            ],
            _ => &[],
        };
        built_in.iter().map(|stage| (*stage, *stage)).collect()
    }

    /// Whether a ticket that enters `stage` of `pipeline` at `at` is closed by that.
    pub fn is_closed(&self, pipeline: &str, stage: &str, at: Timestamp) -> bool {
        if let Some(version) = self.pipeline_at(pipeline, at) {
            let stage = version.stages.iter().find(|other| other.stage == stage);
            return stage.is_some_and(|other: &Stage| other.closed);
        }
        // A pipeline that nobody described is read as the built-in `support`.
        if pipeline == "jobs" {
            ["completed", "declined", "inactive", "expired"].contains(&stage)
        } else {
            stage == "closed"
        }
    }

    /// After how long without an answer a job of `pipeline` opened at `at` expires.
    pub fn job_expiry_ms(&self, pipeline: &str, at: Timestamp) -> i64 {
        let pipeline = self.pipeline_at(pipeline, at);
        let secs = pipeline.and_then(|pipeline| pipeline.expires_secs);
        secs.map_or(JOB_EXPIRY_MS, |secs| i64::from(secs) * 1000)
    }

    fn pipeline_at(&self, pipeline: &str, at: Timestamp) -> Option<&PipelineUpserted> {
        version_at(self.pipelines.get(pipeline)?, at)
    }

    /// What a tagging with `tag` made at `since` is called at `until`; `None`: deleted since.
    pub fn tag_name<'a>(
        &'a self,
        tag: &'a str,
        since: Timestamp,
        until: Timestamp,
    ) -> Option<&'a str> {
        let mut name = tag;
        for change in &self.tags {
            if change.at >= since && change.at <= until && change.tag == name {
                name = change.to.as_deref()?;
            }
        }
        Some(name)
    }
}

/// The version in force at `at`; before the first, the first.
fn version_at<T>(versions: &[(Timestamp, T)], at: Timestamp) -> Option<&T> {
    let after = versions.partition_point(|(from, _)| *from <= at);
    versions
        .get(after.saturating_sub(1))
        .map(|(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(line: &str) -> Event {
        Event::parse(line).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_rep_has_the_team_of_the_instant_and_the_first_one_before() {
        let events = [
            event(
                r#"{"type":"rep.upserted","at":"2026-01-02T00:00:00Z","rep":"a","name":"A","team":"x"}"#,
            ),
            event(
                r#"{"type":"rep.upserted","at":"2026-01-04T00:00:00Z","rep":"a","name":"A","team":"y"}"#,
            ),
            event(r#"{"type":"rep.upserted","at":"2026-01-05T00:00:00Z","rep":"a","name":"Ann"}"#),
            event(
                r#"{"type":"rep.upserted","at":"2026-01-06T00:00:00Z","rep":"a","name":"Ann","team":null}"#,
            ),
        ];
        let directory = Directory::fold(&events);
        for (instant, team) in [
            ("01", Some("x")),
            ("03", Some("x")),
            ("04", Some("y")),
            ("05", Some("y")),
            ("06", None),
        ] {
            assert_eq!(
                directory.team_at("a", at(&format!("2026-01-{instant}T00:00:00Z"))),
                team
            );
        }
        assert_eq!(directory.rep_name("a"), Some("Ann"));
    }

    #[test]
    fn a_tag_is_renamed_in_the_past_and_its_name_may_be_used_anew() {
        let events = [
            event(r#"{"type":"tag.renamed","at":"2026-01-02T00:00:00Z","tag":"old","to":"new"}"#),
            event(r#"{"type":"tag.deleted","at":"2026-01-03T00:00:00Z","tag":"gone"}"#),
        ];
        let directory = Directory::fold(&events);
        let (first, third, end) = (
            at("2026-01-01T00:00:00Z"),
            at("2026-01-03T12:00:00Z"),
            Timestamp::MAX,
        );
        assert_eq!(directory.tag_name("old", first, end), Some("new"));
        assert_eq!(directory.tag_name("old", third, end), Some("old"));
        assert_eq!(directory.tag_name("gone", first, end), None);
    }

    #[test]
    fn the_built_in_pipelines_know_their_closed_stages() {
        let directory = Directory::default();
        assert!(directory.is_closed("support", "closed", Timestamp::MIN));
        assert!(!directory.is_closed("support", "waiting_on_us", Timestamp::MIN));
        assert!(directory.is_closed("jobs", "declined", Timestamp::MIN));
        assert!(directory.is_closed("other", "closed", Timestamp::MIN));
        assert!(!directory.is_closed("other", "solved", Timestamp::MIN));
    }
}
