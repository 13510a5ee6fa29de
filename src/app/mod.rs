//! The waist: opens everything, holds the snapshot, and answers what the fronts ask.
//!
//! Fronts (`web`, `cli`) see only this: `write` has commands decided over the `overlay`,
//! `ask` answers queries, `past` folds what the live columns cannot answer, `folder` looks
//! after the data folder. Every call may block on disk or CPU; a front that is asynchronous runs
//! it off its threads.

mod access;
mod alerts;
mod ask;
mod attendees;
mod backups;
mod batch;
mod bill_check;
mod bulk;
mod canned;
mod catalogue;
mod chart_notes;
mod contact_link;
mod desk;
mod drafts;
mod draw;
mod ears;
mod erase;
mod error;
mod explain;
mod export;
mod facts;
mod feed;
mod files;
mod folder;
mod imports;
mod inboxes;
mod intake;
mod lookup;
mod mail_id;
mod mail_in;
mod mail_schedules;
mod mailboxes;
mod mails;
mod migration;
mod model;
mod names;
mod opening;
mod options;
mod overlay;
mod past;
mod pipelines;
mod preparation;
mod presence;
mod present;
mod private_folder;
mod profile;
mod queue;
mod reply_mail;
mod request;
mod respond;
mod routing;
mod rule_trial;
mod sample;
mod saved;
mod schedule;
mod search;
mod service;
mod sight;
mod start;
mod tags;
mod task;
mod teams;
mod ticket;
mod ticket_list;
mod turn;
mod unfiled;
mod user_mail;
mod visitor;
mod waiting;
mod warm;
mod way;
mod webhooks;
mod write;

use std::path::Path;
use std::sync::Arc;

pub use access::{
    COOKIE_SECS, HostUser, InvitationView, LinkedAccount, NewFactor, NewToken, PROVIDER_PATH,
    PasswordChange, ProviderAim, ProviderError, ProviderOutcome, ProviderReturn, ProviderStart,
    ProviderWish, RecoveryCodes, SecondStep, SignIn, SignInError, SignedIn, TokenDraft, TokenView,
    UserStatus, UserView, VisitLimit, Visitor, check_password, code_of,
};
pub use alerts::{AlertTrial, AlertView, HealthState, HealthView, TRIED_DAYS, TriedAlert};
pub use ask::RowWish;
pub use attendees::{AttendeeState, AttendeeView};
pub use backups::{BackupProgress, BackupStage, BackupView};
pub use batch::{BATCH_BYTES, BATCH_EVENTS, Batch, Batches, Reject, Rejects};
pub use bulk::{BulkDeed, BulkItem, BulkOutcome, BulkResult, MOST_AT_ONCE};
pub use canned::FilledReply;
pub use catalogue::{ReportMatch, match_reports};
pub use chart_notes::ChartNoteList;
pub use contact_link::{ConfirmationState, ContactLink, OpenSurvey, SurveyLink};
pub use desk::{LineList, LineView, UnreadView};
pub use drafts::{Bell, DraftView, SendingView, Sent};
pub use ears::Ear;
pub use erase::ErasureView;
pub use error::Error;
pub use explain::{Cause, EpisodeAccount, Explanation, Fact};
pub use export::{export_events, fold_journal};
pub use facts::{FactKind, FactTable};
pub use feed::{Change, ChangeKind, News};
pub use files::{StoredFile, Upload, UploadedFile, Writing};
pub use folder::{
    Account, BackupNote, BackupSummary, Difference, Folder, Inspection, Rebuild, RestoreSummary,
    ServerNote, Weight, backup_folder, check, restore,
};
pub use imports::*;
pub use inboxes::InboxView;
pub use intake::{ERASED, EventIntake, IngestCounts, RejectedEvent};
pub use lookup::{ContactView, ConversationLine};
pub use mail_in::{MailInState, MailReceipt};
pub use mail_schedules::{LastMails, next_due};
pub use mailboxes::{ImapError, ImapSession, MailboxDraft, MailboxErrand, MailboxView};
pub use mails::{ContactMail, MailLine, MailView, MailsView};
pub use migration::Migration;
pub use names::Names;
pub use options::{Network, Options, Probe, PublicUrl};
pub use pipelines::{PipelineView, StageView};
pub use presence::RepView;
pub use present::Present;
pub use profile::{ProfileView, profile_on_trial};
pub use reply_mail::{QuotedMail, ReplyMail};
pub use request::{RequestClosed, RequestOffer, RequestReceipt, VisitorsRequest};
pub use respond::{ContactFeedback, Incoming, is_ack};
pub use rule_trial::{RuleTrial, TRIED_ON, TriedConversation};
pub use sample::{MOST_DRAWN_FROM, PrecisionView, RowJudgement, Sample, SampledRow, sample_of};
pub use saved::{NewLink, Shared};
pub use schedule::{HolidayCounts, WorkingInterval, WorkingTimeView, between};
pub use search::Search;
pub use tags::TagView;
pub use task::{Delivery, Task, TaskState};
pub use teams::TeamView;
pub use ticket_list::{TicketLineView, TicketList};
pub use turn::AgentTurn;
pub(crate) use turn::OnDuty;
pub use user_mail::MailedConversation;
pub use visitor::{OpeningWords, VisitorWords};
pub use webhooks::{
    ContactState, ConversationState, NewWebhook, WebhookAttempt, WebhookData, WebhookDraft,
    WebhookDuty, WebhookErrand, WebhookGivenUp, WebhookOutcome, WebhookPayload, WebhookState,
    WebhookView,
};
pub use write::WriteResult;

pub use crate::ingest::{
    AnswerFormat, Error as ImportError, Format, HubSpotMapping, Input, Mapping, guess,
};
pub use crate::journal::Via;
pub use crate::knowledge::*;
pub use crate::metrics::HISTOGRAM_SECS;
pub use crate::projection::{Snapshot, Waiter};
pub use crate::store::{Error as StoreError, PROBE_COMMAND, UNFIT, examine as examine_store};
use svar_index::vector::Embedder;
pub use svar_index::{Hit, Kind};

use crate::clock::Clock;
use crate::command::{Caller, Command};
use crate::journal::{Committer, Handle, Journal};
use crate::knowledge::{AnswerImport, Endpoints, LockedTopics, Places, Workshop};
use crate::lock::Lock;
use crate::projection::Projection;
use access::Access;
use drafts::Drafts;
use erase::Erasures;
use feed::{Feed, Onlooker};
use files::FileShelf;
use folder::{clean, rebuild};
use imports::{check_name, folder_names};
use opening::{Opening, open_folds};
use overlay::Overlay;
use past::Past;
use preparation::Preparation;
use sight::Sights;
use warm::Lately;

/// A running Svar over one data folder.
pub struct App {
    folder: Folder,
    clock: Clock,
    access: Access,
    heard: presence::Heard,
    committer: Lock<Option<Committer>>,
    handle: Handle,
    projection: Lock<Option<Projection>>,
    reads: Arc<Reads>,
    past: Arc<Past>,
    sights: Sights,
    lately: Arc<Lately>,
    notices: Vec<String>,
    admin_token: String,
    network: Network,
    overlay: Overlay,
    feed: Feed,
    erasures: Erasures,
    workshop: Arc<Workshop>,
    preparation: Preparation,
    drafts: Drafts,
    attendees: attendees::Attendees,
    files: Arc<FileShelf>,
    imports: Imports,
    backups: backups::Backups,
    mailboxes: mailboxes::Mailboxes,
    mails: mails::Mails,
    webhooks: webhooks::WebhookLines,
}

/// What the area of knowledge keeps: where sentence models and their vectors are, and whom it asks.
fn workshop_of(folder: &Folder, options: &Options, clock: &Clock) -> Workshop {
    let places = Places {
        models: folder.models(),
        vectors: folder.vectors(),
    };
    let (agent, embeddings) = (options.agent.as_ref(), options.embeddings.as_ref());
    Workshop::new(places, Endpoints::new(agent, embeddings, clock))
}

/// What readers need of the projection, without its lock.
struct Reads(Box<dyn Fn() -> Arc<Snapshot> + Send + Sync>);

impl App {
    /// Takes the folder's lock, opens journal and folds, and brings the folds up to date.
    ///
    /// `progress` hears how many records of how many are folded.
    pub fn open(data: &Path, clock: Clock, progress: impl Fn(u64, u64)) -> Result<Self, Error> {
        Self::open_with(data, clock, &Options::default(), progress)
    }

    /// As [`Self::open`], with other options than the usual ones.
    pub fn open_with(
        data: &Path,
        clock: Clock,
        options: &Options,
        progress: impl Fn(u64, u64),
    ) -> Result<Self, Error> {
        let folder = Folder::own(data)?;
        let mut notices: Vec<String> = folder.notice().into_iter().collect();
        folder::erase::finish(&folder, &mut notices)?;
        let shelf = FileShelf::open(folder.files(), options.max_file_bytes)?;
        let opened = Journal::open(&folder.journal(), options.journal)?;
        notices.extend(opened.notices.iter().map(ToString::to_string));
        let journal = &opened.journal;
        let lately = Arc::new(Lately::default());
        let feed = Feed::new(journal.position());
        let opening = Opening {
            clock: &clock,
            readying: &lately.readying(&clock),
            published: &feed.publishing(),
            options,
        };
        let projection = open_folds(&folder, journal, opening, &progress, &mut notices)?;
        rebuild::finish(&folder)?;
        let overlay = Overlay::new(&projection, options.mail.is_some());
        let tail = webhooks::Tail::new(journal.position(), &projection.reader()());
        let witness = Onlooker {
            overlay: overlay.clone(),
            feed: feed.clone(),
            tail: tail.clone(),
        };
        let committer =
            Committer::start(opened.journal, clock.clone(), witness, projection.tail())?;
        Ok(Self {
            access: Access::new(
                Arc::clone(projection.store()),
                folder.keys(),
                &clock,
                options,
            ),
            drafts: Drafts::new(folder.drafts()),
            files: Arc::new(shelf),
            mails: mails::Mails::new(options.mail.clone()),
            webhooks: webhooks::WebhookLines::new(folder.webhooks(), &options.webhooks, tail),
            workshop: Arc::new(workshop_of(&folder, options, &clock)),
            imports: Imports::open(&folder, clock.now())?,
            mailboxes: mailboxes::Mailboxes::open(folder.mailboxes())?,
            backups: backups::Backups::new(options.backup_folder.clone()),
            folder,
            heard: presence::Heard::new(&clock),
            clock,
            handle: committer.handle(),
            committer: Lock::new(Some(committer)),
            reads: Arc::new(Reads(Box::new(projection.reader()))),
            lately,
            sights: Sights::default(),
            past: Arc::new(Past::new(Arc::clone(projection.store()), options.patience)),
            projection: Lock::new(Some(projection)),
            notices,
            admin_token: Clock::fresh_id(),
            network: options.network.clone(),
            overlay,
            feed,
            erasures: Erasures::default(),
            attendees: attendees::Attendees::default(),
            preparation: Preparation::default(),
        })
    }

    /// Where everything is kept.
    pub fn folder_path(&self) -> &Path {
        self.folder.path()
    }

    /// The token of this run, which the server's own commands send.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// How the server is reached from elsewhere.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// What was noticed while opening, for the user to read.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The folder.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The clock.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The desk as it is.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        (self.reads.0)()
    }

    /// What is known now: gaps, answers, decisions, and what the customer agent would say.
    pub fn knowledge(&self) -> Library {
        self.knowledge_at(&self.present())
    }

    /// As [`Self::knowledge`], of the conversations that whoever asks sees.
    pub fn knowledge_at(&self, present: &Present) -> Library {
        let snapshot = &present.live;
        Library {
            installation: Arc::clone(&snapshot.installation),
            facts: snapshot.facts.clone(),
            seen: present.seen.clone(),
            now: present.now,
            workshop: Arc::clone(&self.workshop),
        }
    }

    /// Locks the grouping of questions, in step with the folds.
    pub(crate) fn grouped(&self) -> (LockedTopics<'_>, Arc<dyn Embedder>) {
        let now = || Arc::clone(&self.snapshot().installation.knowledge);
        self.workshop.grouped(now)
    }

    /// Takes short answers over from a file; what was taken before is left as it is.
    pub fn import_answers(
        &self,
        caller: &Caller,
        format: AnswerFormat,
        source: &str,
        bytes: &[u8],
    ) -> Result<AnswerCounts, Error> {
        let AnswerImport { mut taken, import } = self.knowledge().import(format, source, bytes);
        let command = Command::ImportAnswers(import);
        let written = self.write_now(&caller.clone().importing(), command)?;
        taken.log_position = written.log_position;
        Ok(taken)
    }

    /// Ends writing, then folding, and writes everything out.
    pub fn close(&self) -> Result<(), Error> {
        let committer = self.committer.lock().take();
        if let Some(committer) = committer {
            drop(committer.stop()?);
        }
        let projection = self.projection.lock().take();
        if let Some(mut projection) = projection {
            let failed = projection.failure().is_some();
            projection.stop()?;
            if !failed {
                clean::note(&self.folder)?;
            }
        }
        Ok(())
    }
}
