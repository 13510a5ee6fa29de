//! Pipelines and their stages, as the API lists them or as tickets name them.
//!
//! A table calls a stage by its name, with the pipeline's in brackets where there are several; the
//! API by its id. Both lead to the same stage where the run holds the pipelines.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::mapping::{HubSpotMapping, same};
use super::{ALWAYS, HubSpot};
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

/// HubSpot's first pipeline, which each account has.
const DEFAULT: &str = "0";
/// Its stages: id, names in the six languages in small letters, and whether a ticket is done.
const USUAL: [(&str, &[&str], bool); 4] = [
    (
        "1",
        &["new", "neu", "nouveau", "nuevo", "novo", "新規"],
        false,
    ),
    (
        "2",
        &[
            "waiting on contact",
            "warten auf kontakt",
            "en attente du contact",
            "esperando al contacto",
            "aguardando contato",
            "コンタクト待ち",
        ],
        false,
    ),
    (
        "3",
        &[
            "waiting on us",
            "warten auf uns",
            "en attente de notre part",
            "esperando por nosotros",
            "aguardando nossa resposta",
            "当社対応待ち",
        ],
        false,
    ),
    (
        "4",
        &[
            "closed",
            "geschlossen",
            "fermé",
            "cerrado",
            "fechado",
            "クローズ",
        ],
        true,
    ),
];
/// How many stages are noted that no pipeline of the run lists.
const MOST_MET: usize = 1_000;

/// A stage of a pipeline.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) id: String,
    name: String,
    closed: Option<bool>,
}

/// A pipeline.
#[derive(Clone, Default)]
pub(super) struct Pipeline {
    name: String,
    pub(super) stages: Vec<Stage>,
}

/// The pipelines of a run.
#[derive(Default)]
pub(super) struct Pipelines {
    /// As the API lists them.
    listed: BTreeMap<String, Pipeline>,
    /// Pipeline and stage as tickets name them.
    met: BTreeSet<(String, String)>,
    /// Those of them that are not listed.
    found: BTreeMap<String, Pipeline>,
    is_settled: bool,
}

impl Pipelines {
    /// Takes in a pipeline of tickets.
    pub(super) fn list(&mut self, record: Fields<'_>) {
        let Some(id) = record.id("id").or_else(|| record.id("pipelineId")) else {
            return;
        };
        let mut stages: Vec<(i64, Stage)> = record.objects("stages").filter_map(stage).collect();
        stages.sort_by_key(|(order, _)| *order);
        let pipeline = Pipeline {
            name: record.text("label").unwrap_or(&id).to_owned(),
            stages: stages.into_iter().map(|(_, stage)| stage).collect(),
        };
        self.listed.insert(id, pipeline);
    }

    /// Notes what a ticket calls its pipeline and stage.
    pub(super) fn meet(&mut self, pipeline: Option<&str>, stage: &str) {
        if self.met.len() < MOST_MET {
            let pipeline = pipeline.unwrap_or_default().to_owned();
            self.met.insert((pipeline, stage.to_owned()));
        }
    }

    /// Puts together the pipelines of which only tickets speak; done once all of them were met.
    pub(super) fn settle(&mut self) {
        if self.is_settled {
            return;
        }
        self.is_settled = true;
        let usual = |id: &str| USUAL.iter().position(|(known, ..)| *known == id);
        for (pipeline, stage) in std::mem::take(&mut self.met) {
            let named = Some(pipeline.as_str()).filter(|name| !name.is_empty());
            let id = self.pipeline(named, Some(&stage));
            if self.listed.contains_key(&id) {
                continue;
            }
            let Some(stage) = self.stage(&id, &stage) else {
                continue;
            };
            let found = self.found.entry(id.clone()).or_insert_with(|| Pipeline {
                name: named.unwrap_or(&id).to_owned(),
                stages: Vec::new(),
            });
            if !found.stages.iter().any(|known| known.id == stage) {
                found.stages.push(Stage {
                    name: stage.clone(),
                    id: stage,
                    closed: None,
                });
            }
        }
        for found in self.found.values_mut() {
            found.stages.sort_by_key(|stage| {
                let place = usual(&stage.id).or_else(|| usual_of(&stage.name));
                (place.unwrap_or(USUAL.len() - 1), stage.id.clone())
            });
        }
    }

    /// The id of a pipeline by what a ticket calls it, else of the one with its stage.
    pub(super) fn pipeline(&self, named: Option<&str>, stage: Option<&str>) -> String {
        if let Some(named) = named {
            let mut listed = self.listed.iter();
            let known = listed.find(|(id, one)| *id == named || same(&one.name, named));
            return known.map_or(named, |(id, _)| id).to_owned();
        }
        let with = |stage: &str| {
            let mut listed = self.listed.iter();
            let found = listed.find(|(_, one)| one.stages.iter().any(|one| one.id == stage));
            found.map(|(id, _)| id.clone())
        };
        stage.and_then(with).unwrap_or_else(|| DEFAULT.to_owned())
    }

    /// The id of a stage of a pipeline by what a ticket calls it; none: it is of another pipeline.
    pub(super) fn stage(&self, pipeline: &str, named: &str) -> Option<String> {
        let listed = self.listed.get(pipeline);
        let name = listed.map_or(pipeline, |listed| listed.name.as_str());
        let (plain, of) = apart(named);
        let stages = || listed.into_iter().flat_map(|listed| &listed.stages);
        let is_whole = |stage: &&Stage| stage.id == named || same(&stage.name, named);
        if let Some(stage) = stages().find(is_whole) {
            return Some(stage.id.clone());
        }
        let is_other = of.is_some_and(|of| !same(of, name) && !same(of, pipeline));
        match stages().find(|stage| same(&stage.name, plain)) {
            Some(stage) if !is_other => Some(stage.id.clone()),
            Some(_) => None,
            None if self.is_elsewhere(pipeline, named) => None,
            // A name with brackets may be one that has them.
            None if is_other && self.is_pipeline(of) => None,
            None if is_other => Some(named.to_owned()),
            None => Some(plain.to_owned()),
        }
    }

    fn is_elsewhere(&self, pipeline: &str, stage: &str) -> bool {
        let mut others = self.listed.iter().filter(|(id, _)| *id != pipeline);
        others.any(|(_, other)| other.stages.iter().any(|one| one.id == stage))
    }

    fn is_pipeline(&self, name: Option<&str>) -> bool {
        let listed = self.listed.iter().chain(&self.found);
        let mut names = listed.flat_map(|(id, one)| [id.as_str(), one.name.as_str()]);
        name.is_some_and(|name| names.any(|one| same(one, name)))
    }

    /// The stage that tickets of a pipeline begin in, as far as it is known.
    pub(super) fn first(&self, pipeline: &str) -> Option<&str> {
        let known = self
            .listed
            .get(pipeline)
            .or_else(|| self.found.get(pipeline));
        known?.stages.first().map(|stage| stage.id.as_str())
    }

    /// Whether a stage is closed; none: nobody says it.
    pub(super) fn is_closed(
        &self,
        mapping: &HubSpotMapping,
        pipeline: &str,
        stage: &str,
    ) -> Option<bool> {
        let known = self
            .listed
            .get(pipeline)
            .or_else(|| self.found.get(pipeline));
        let known = known.and_then(|one| {
            let stage = one.stages.iter().find(|known| known.id == stage)?;
            Some((one.name.as_str(), stage))
        });
        let Some((of, known)) = known else {
            return mapping.is_closed(stage).or_else(|| usual_state(stage));
        };
        mapping
            .is_closed(&known.id)
            .or_else(|| mapping.is_closed(&format!("{} ({of})", known.name)))
            .or_else(|| mapping.is_closed(&known.name))
            .or(known.closed)
            .or_else(|| {
                (pipeline == DEFAULT)
                    .then(|| of_default(&known.id))
                    .flatten()
            })
            .or_else(|| usual_state(&known.name))
    }

    /// What a stage is called in a report of what is not known.
    fn title(&self, pipeline: &str, stage: &str) -> String {
        let known = self
            .listed
            .get(pipeline)
            .or_else(|| self.found.get(pipeline));
        let name = known.map_or(pipeline, |one| one.name.as_str());
        format!("{stage} ({name})")
    }
}

impl HubSpot {
    /// Says of a pipeline what it is, once a run.
    pub(super) fn pipeline(&self, id: &str, version: &str, output: &mut Output<'_>) {
        let pipelines = &self.pipelines;
        let listed = pipelines.listed.get(id);
        let Some(known) = listed.or_else(|| pipelines.found.get(id)) else {
            return;
        };
        if !output.tally.is_new(&format!("pipeline {id} {version}")) {
            return;
        }
        let stages = known.stages.iter().map(|stage| {
            let closed = pipelines.is_closed(&self.mapping, id, &stage.id);
            json!({"stage": stage.id, "name": stage.name, "closed": closed == Some(true)})
        });
        let stages: Vec<Value> = stages.collect();
        // Of what tickets name alone, the run that met most stages says most.
        let rank = listed.map_or_else(
            || format!("found/{:04}", stages.len()),
            |_| format!("listed@{version}"),
        );
        let fields = json!({"pipeline": output.thing(id), "kind": "support", "stages": stages});
        let event = format!("pipeline/{id}/{rank}");
        output.event(event, ALWAYS, "pipeline.upserted", fields);
    }

    /// Asks for what a stage is, where nobody says whether it is closed.
    pub(super) fn ask_of_stage(&self, pipeline: &str, stage: &str, output: &mut Output<'_>) {
        if self
            .pipelines
            .is_closed(&self.mapping, pipeline, stage)
            .is_none()
        {
            output.unmapped(
                "hs_pipeline_stage",
                &self.pipelines.title(pipeline, stage),
                "an open stage; say in [stages] of the mapping whether it is closed",
            );
        }
    }
}

/// A stage of the API's, with its place.
fn stage(record: Fields<'_>) -> Option<(i64, Stage)> {
    let id = record.id("id").or_else(|| record.id("stageId"))?;
    let about = record.object("metadata");
    let state = about.and_then(|about| about.text("ticketState"));
    let closed = match state {
        Some("CLOSED") => Some(true),
        Some("OPEN") => Some(false),
        _ => about.and_then(|about| about.truth("isClosed")),
    };
    let stage = Stage {
        name: record.text("label").unwrap_or(&id).to_owned(),
        id,
        closed,
    };
    Some((record.whole("displayOrder").unwrap_or(i64::MAX), stage))
}

/// A stage's name and, where it stands in brackets behind it, its pipeline's.
fn apart(named: &str) -> (&str, Option<&str>) {
    let inner = named
        .strip_suffix(')')
        .and_then(|named| named.rsplit_once(" ("));
    inner.map_or((named, None), |(stage, pipeline)| (stage, Some(pipeline)))
}

fn usual_of(name: &str) -> Option<usize> {
    let small = name.trim().to_lowercase();
    USUAL
        .iter()
        .position(|(_, names, _)| names.contains(&small.as_str()))
}

fn usual_state(name: &str) -> Option<bool> {
    let (.., closed) = USUAL.get(usual_of(name)?)?;
    Some(*closed)
}

fn of_default(id: &str) -> Option<bool> {
    let (.., closed) = USUAL.iter().find(|(known, ..)| *known == id)?;
    Some(*closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Pipelines {
        let mut pipelines = Pipelines::default();
        for record in [
            json!({"id": "0", "label": "Support", "stages": [
                {"id": "4", "label": "Done", "displayOrder": 1, "metadata": {"ticketState": "CLOSED"}},
                {"id": "1", "label": "New", "displayOrder": 0, "metadata": {"isClosed": "false"}}]}),
            json!({"id": "77", "label": "Returns", "stages": [{"id": "88", "label": "Done (soon)"}]}),
        ] {
            pipelines.list(Fields::of(&record).unwrap());
        }
        pipelines
    }

    #[test]
    fn a_stage_is_found_by_id_and_by_name() {
        let pipelines = listed();
        assert_eq!(pipelines.pipeline(Some("support"), None), "0");
        assert_eq!(pipelines.pipeline(None, Some("88")), "77");
        assert_eq!(pipelines.pipeline(None, None), "0");
        for (named, wanted) in [
            ("4", Some("4")),
            ("done", Some("4")),
            ("Done (Support)", Some("4")),
            ("Done (Returns)", None),
            ("88", None),
            ("Gone", Some("Gone")),
        ] {
            assert_eq!(pipelines.stage("0", named).as_deref(), wanted, "{named}");
        }
        assert_eq!(pipelines.stage("77", "Done (soon)").as_deref(), Some("88"));
        assert_eq!(pipelines.first("0"), Some("1"));
    }

    #[test]
    fn what_nobody_lists_is_put_together_from_tickets() {
        let mut pipelines = Pipelines::default();
        for stage in ["Geschlossen (Hilfe)", "Neu", "Prüfung"] {
            pipelines.meet(Some("Hilfe"), stage);
        }
        pipelines.settle();
        assert_eq!(pipelines.first("Hilfe"), Some("Neu"));
        let mapping = HubSpotMapping::default();
        let closed = |stage: &str| pipelines.is_closed(&mapping, "Hilfe", stage);
        assert_eq!(closed("Geschlossen"), Some(true));
        assert_eq!(closed("Neu"), Some(false));
        assert_eq!(closed("Prüfung"), None);
        let text = "[stages]\n\"Prüfung (Hilfe)\" = \"closed\"\n\"Geschlossen\" = \"open\"\n";
        let mapping = HubSpotMapping::parse("m", text, None).unwrap();
        let closed = |stage: &str| pipelines.is_closed(&mapping, "Hilfe", stage);
        assert_eq!(closed("Prüfung"), Some(true));
        assert_eq!(closed("Geschlossen"), Some(false));
    }
}
