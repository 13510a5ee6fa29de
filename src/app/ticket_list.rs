//! The lists of tickets and jobs that reps work from, with the names that people read.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{App, Error, Present};
use crate::model::desk::{DeskMoment, TicketLine, TicketQuery};
use crate::model::event::JobRequest;
use crate::model::{RepId, Timestamp};

/// A ticket in a list.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TicketLineView {
    /// Which.
    pub ticket: String,
    /// Which version it is, for `If-Match`.
    pub version: String,
    /// In which pipeline.
    pub pipeline: String,
    /// Whether it is a job.
    pub is_job: bool,
    /// In which stage.
    pub stage: String,
    /// `open` or `closed`.
    pub status: &'static str,
    /// When it was closed, decided, put aside or expired.
    pub over_at: Option<Timestamp>,
    /// Until when something has to be done.
    pub due_at: Option<Timestamp>,
    /// How long that still is, in seconds; below 0: how long it is overdue.
    pub left_secs: Option<i64>,
    /// For whom.
    pub contact: Option<String>,
    /// Their name.
    pub contact_name: Option<String>,
    /// Where they work.
    pub company: Option<String>,
    /// From which conversation.
    pub conversation: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// Where it came in.
    pub channel: Option<String>,
    /// In which inbox.
    pub inbox: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// How a job came in.
    pub request: Option<JobRequest>,
    /// Whose it is.
    pub owner: Option<RepId>,
    /// That rep's name.
    pub owner_name: Option<String>,
    /// To whom it was given.
    pub reps: Vec<RepId>,
    /// Which team's it is, where its opening says so.
    pub team: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The last event about it.
    pub updated_at: Timestamp,
}

/// A part of a list.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TicketList {
    /// The tickets.
    pub items: Vec<TicketLineView>,
    /// What to ask for the next ones with, if there are any.
    pub next_cursor: Option<String>,
    /// How many each view has under the same filters.
    pub counts: BTreeMap<&'static str, usize>,
}

impl App {
    /// A list of tickets as it is now, of those that whoever asks sees.
    pub fn list_tickets_at(
        &self,
        present: &Present,
        query: &TicketQuery,
    ) -> Result<TicketList, Error> {
        let moment = present.moment();
        let page = query.list(&present.live.desk, |id| present.sees_ticket(id), &moment)?;
        let views = page.lines.iter().map(|line| {
            let contact = line.contact.as_ref();
            let contact = contact.map(|id| self.past.store.contact(id.as_str()));
            let (name, company) = contact
                .transpose()?
                .flatten()
                .map_or((None, None), |contact| {
                    (contact.name, contact.company.map(|company| company.name))
                });
            Ok(TicketLineView {
                contact_name: name,
                company,
                ..TicketLineView::of(line, &moment)
            })
        });
        Ok(TicketList {
            items: views.collect::<Result<_, Error>>()?,
            next_cursor: page.next_cursor,
            counts: page
                .counts
                .iter()
                .map(|(view, count)| (view.as_str(), count))
                .collect(),
        })
    }
}

impl Present {
    /// The contacts with tickets on the desk that work for one of these companies, each named
    /// by its key: its page's host, else its name in small letters.
    pub fn staff_with_tickets(&self, companies: &[String]) -> HashSet<String> {
        let facts = &self.live.facts;
        let codes = &facts.dictionaries;
        let known = companies.iter().filter_map(|key| codes.company.code(key));
        let wanted: HashSet<u32> = known.collect();
        let contacts = self.tickets().filter_map(|line| line.contact.as_ref());
        let staff = contacts.filter(|contact| {
            let code = codes.contact.code(contact.as_str());
            let company = code.map(|code| facts.contacts.get(code).company);
            company.is_some_and(|company| wanted.contains(&company))
        });
        staff.map(ToString::to_string).collect()
    }
}

impl TicketLineView {
    fn of(line: &TicketLine, moment: &DeskMoment<'_>) -> Self {
        let (directory, now) = (moment.directory, moment.now);
        let owner_name = line.owner.as_ref();
        let owner_name = owner_name.and_then(|id| directory.rep_name(id.as_str()));
        let due_at = line.due_at(moment);
        Self {
            ticket: line.ticket.to_string(),
            version: line.version.clone(),
            pipeline: line.pipeline.to_string(),
            is_job: line.is_job,
            stage: line.stage_at(now).to_owned(),
            status: line.status_at(now).as_str(),
            over_at: line.over_at(now),
            due_at,
            left_secs: due_at.map(|at| (at.millis() - now.millis()) / 1_000),
            contact: line.contact.as_ref().map(ToString::to_string),
            contact_name: None,
            company: None,
            conversation: line.conversation.as_ref().map(ToString::to_string),
            subject: line.subject.clone(),
            channel: line.channel.clone(),
            inbox: line.inbox.as_ref().map(ToString::to_string),
            priority: line.priority.clone(),
            service: line.service.clone(),
            request: line.request,
            owner: line.owner.clone(),
            owner_name: owner_name.map(str::to_owned),
            reps: line.reps.clone(),
            team: line.team.as_ref().map(ToString::to_string),
            opened_at: line.opened_at,
            updated_at: line.updated_at,
        }
    }
}
