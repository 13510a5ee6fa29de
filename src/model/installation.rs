//! Everything that holds for the whole installation, folded from the journal: a fold a subject.
//!
//! Each subject says by `concerns` which events change it and takes them in by `apply`; what
//! is put in order by the journal alone (Svar's own events) comes in that order. Fed by
//! `projection` as the records come, and by `command` with what is not folded yet; read
//! through the snapshot. Copies share what has not changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::OWN_SOURCE;
use super::{
    AgentPicture, Alerts, Attention, Audit, Body, CannedReplies, ChartNotes, Confirmations,
    ContactBook, CustomerAgent, Event, Happenings, Imports, Inboxes, JobPreferences, Knowledge,
    MailSchedules, MailThreads, MailsOut, Outbox, People, Presence, Profiles, Provenance,
    QueueRules, Redactions, Routing, Saved, Services, Surveys, Tags, Teams, Timestamp, Webhooks,
    Widget,
};

/// The folds of the installation at one position of the log.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Installation {
    /// Everything up to this record is in.
    pub position: u64,
    /// The latest instant of an event that Svar wrote itself.
    pub last_own_at: Option<Timestamp>,
    /// Questions, topics and short answers.
    pub knowledge: Arc<Knowledge>,
    /// The desk's definition profiles.
    pub profiles: Arc<Profiles>,
    /// Who may sign in.
    pub people: Arc<People>,
    /// What people did.
    pub audit: Arc<Audit>,
    /// What reps have looked at, and what is put off.
    pub attention: Arc<Attention>,
    /// The tags that somebody created.
    pub tags: Arc<Tags>,
    /// What is watched, and what was found.
    pub alerts: Arc<Alerts>,
    /// Reports that go out by mail.
    pub mail_schedules: Arc<MailSchedules>,
    /// Notes on charts, and marks of what changed.
    pub chart_notes: Arc<ChartNotes>,
    /// Saved reports, dashboards and links.
    pub saved: Arc<Saved>,
    /// Canned replies and macros.
    pub canned: Arc<CannedReplies>,
    /// Whether reps take work now.
    pub presence: Arc<Presence>,
    /// How the customer agent works, and who waits for it.
    pub customer_agent: Arc<CustomerAgent>,
    /// What the customer agent looks like.
    pub agent_picture: Arc<AgentPicture>,
    /// Whom satisfaction surveys ask.
    pub surveys: Arc<Surveys>,
    /// Where the chat widget may be shown.
    pub widget: Arc<Widget>,
    /// What ties contacts together.
    pub contacts: Arc<ContactBook>,
    /// Which jobs are wanted.
    pub job_preferences: Arc<JobPreferences>,
    /// The jobs that wait for their contacts' word.
    pub confirmations: Arc<Confirmations>,
    /// The services that contacts may ask for.
    pub services: Arc<Services>,
    /// Which teams are offered no more.
    #[serde(default)]
    pub teams: Arc<Teams>,
    /// How the queue works.
    pub queue: Arc<QueueRules>,
    /// What is done to conversations by itself.
    pub routing: Arc<Routing>,
    /// The messages whose words were taken away last.
    pub redactions: Arc<Redactions>,
    /// The imports of other products' exports.
    pub imports: Arc<Imports>,
    /// What happened that users may want to hear of.
    pub happenings: Arc<Happenings>,
    /// The mails that are to go out.
    pub outbox: Arc<Outbox>,
    /// Which conversations mails belong to.
    pub mail_threads: Arc<MailThreads>,
    /// What became of the mails by which messages went out.
    pub mails_out: Arc<MailsOut>,
    /// What mails of each inbox are like.
    pub inboxes: Arc<Inboxes>,
    /// Programs elsewhere that are told what happens.
    pub webhooks: Arc<Webhooks>,
}

impl Installation {
    /// Whether an event changes any of the folds.
    pub fn concerns(event: &Event) -> bool {
        let body: &Body = &event.body;
        Knowledge::concerns(body)
            || Profiles::concerns(body)
            || People::concerns(body)
            || Audit::concerns(body)
            || Attention::concerns(body)
            || Tags::concerns(body)
            || CannedReplies::concerns(body)
            || Saved::concerns(body)
            || ChartNotes::concerns(body)
            || MailSchedules::concerns(body)
            || Alerts::concerns(body)
            || Presence::concerns(body)
            || CustomerAgent::concerns(event)
            || AgentPicture::concerns(body)
            || ContactBook::concerns(body)
            || Widget::concerns(body)
            || Surveys::concerns(event)
            || JobPreferences::concerns(body)
            || Services::concerns(body)
            || Teams::concerns(body)
            || Confirmations::concerns(event)
            || QueueRules::concerns(body)
            || Routing::concerns(event)
            || Redactions::concerns(body)
            || Imports::concerns(body)
            || Outbox::concerns(body)
            || MailsOut::concerns(body)
            || Inboxes::concerns(body)
            || Webhooks::concerns(body)
            || MailThreads::concerns(body)
            || Happenings::concerns(event)
    }

    /// Takes an event in, if it is not in yet; says whether it changed anything.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) -> bool {
        if from.seq <= self.position {
            return false;
        }
        self.position = from.seq;
        if event.source == OWN_SOURCE {
            self.last_own_at = self.last_own_at.max(Some(event.at));
        }
        if Knowledge::concerns(&event.body) {
            Arc::make_mut(&mut self.knowledge).apply(from, event);
        }
        if Profiles::concerns(&event.body) {
            Arc::make_mut(&mut self.profiles).apply(event);
        }
        if People::concerns(&event.body) {
            Arc::make_mut(&mut self.people).apply(from, event);
        }
        if Audit::concerns(&event.body) {
            Arc::make_mut(&mut self.audit).apply(from, event);
        }
        if Attention::concerns(&event.body) {
            Arc::make_mut(&mut self.attention).apply(event);
        }
        if Tags::concerns(&event.body) {
            Arc::make_mut(&mut self.tags).apply(event);
        }
        if CannedReplies::concerns(&event.body) {
            Arc::make_mut(&mut self.canned).apply(event);
        }
        if Presence::concerns(&event.body) {
            Arc::make_mut(&mut self.presence).apply(from, event);
        }
        if CustomerAgent::concerns(event) {
            Arc::make_mut(&mut self.customer_agent).apply(from, event);
        }
        if Surveys::concerns(event) {
            Arc::make_mut(&mut self.surveys).apply(from, event);
        }
        if Widget::concerns(&event.body) {
            Arc::make_mut(&mut self.widget).apply(event);
        }
        if ContactBook::concerns(&event.body) {
            Arc::make_mut(&mut self.contacts).apply(event);
        }
        if QueueRules::concerns(&event.body) {
            Arc::make_mut(&mut self.queue).apply(event);
        }
        if Routing::concerns(event) {
            Arc::make_mut(&mut self.routing).apply(from, event);
        }
        if Redactions::concerns(&event.body) {
            Arc::make_mut(&mut self.redactions).apply(from, event);
        }
        if Imports::concerns(&event.body) {
            Arc::make_mut(&mut self.imports).apply(from, event);
        }
        self.apply_rest(from, event);
        Self::concerns(event)
    }

    fn apply_rest(&mut self, from: Provenance<'_>, event: &Event) {
        if Alerts::concerns(&event.body) {
            Arc::make_mut(&mut self.alerts).apply(from, event);
        }
        if MailSchedules::concerns(&event.body) {
            Arc::make_mut(&mut self.mail_schedules).apply(from, event);
        }
        if ChartNotes::concerns(&event.body) {
            Arc::make_mut(&mut self.chart_notes).apply(from, event);
        }
        if Saved::concerns(&event.body) {
            Arc::make_mut(&mut self.saved).apply(from, event);
        }
        if Happenings::concerns(event) {
            Arc::make_mut(&mut self.happenings).apply(from, event);
        }
        if Outbox::concerns(&event.body) {
            Arc::make_mut(&mut self.outbox).apply(from, event);
        }
        if MailThreads::concerns(&event.body) {
            Arc::make_mut(&mut self.mail_threads).apply(event);
        }
        if MailsOut::concerns(&event.body) {
            Arc::make_mut(&mut self.mails_out).apply(from, event);
        }
        if Inboxes::concerns(&event.body) {
            Arc::make_mut(&mut self.inboxes).apply(event);
        }
        if Webhooks::concerns(&event.body) {
            Arc::make_mut(&mut self.webhooks).apply(from, event);
        }
        if AgentPicture::concerns(&event.body) {
            Arc::make_mut(&mut self.agent_picture).apply(event);
        }
        if JobPreferences::concerns(&event.body) {
            Arc::make_mut(&mut self.job_preferences).apply(event);
        }
        if Services::concerns(&event.body) {
            Arc::make_mut(&mut self.services).apply(event);
        }
        if Teams::concerns(&event.body) {
            Arc::make_mut(&mut self.teams).apply(event);
        }
        if Confirmations::concerns(event) {
            Arc::make_mut(&mut self.confirmations).apply(event);
        }
    }

    /// A copy that says that everything up to a record is in; the records since the last
    /// that concerned it change nothing here.
    #[must_use]
    pub fn at(&self, position: u64) -> Self {
        Self {
            position: self.position.max(position),
            ..self.clone()
        }
    }
}
