//! The enum of all events: each type's name, its rank, and the struct that it carries.
//!
//! Adding a type is adding a line here and a struct by subject. Those under `own` are Svar's own (`svar.*`): what it
//! did by itself and what its users decided. Journalled like any other, but from nowhere else, out of exports and of
//! every store, they are folded in the order of the journal: kept with the columns, caught up where nothing was kept.
//! They have `source: svar` and the record's `seq` as id, with a random part should another installation's have it.

use serde::{Deserialize, Serialize};

use super::access::{
    AccessSet, HabitsSet, PasswordSet, ProviderLinked, ProviderSignedIn, ProviderUnlinked,
    RecoveryCodeUsed, SecondFactorRemoved, SecondFactorSet, SessionsEnded, TokenCreated,
    TokenRevoked, UserInvited, UserRemoved, UserSet, UserSuspended,
};
use super::agent::{
    AgentDecided, AgentPictureSet, AnswerReleased, AnswerSetAside, Calibrated, CaseRemoved,
    CaseSet, CustomerAgentSet, DecisionReviewed, KnowledgeSet, RowReviewed,
};
use super::alert::{
    AlertOpened, AlertResolved, AlertRulePaused, AlertRuleRemoved, AlertRuleSet, AlertTold,
};
use super::attention::{
    ConversationSeen, ConversationSnoozed, ConversationUnseen, ConversationWoken,
};
use super::bodies::bodies;
use super::canned::{CannedReplyRemoved, CannedReplySet};
use super::contact::{ContactErased, ContactVerified, VisitorSignedOut};
use super::conversation::{
    ConversationAssigned, ConversationHandedOff, ConversationMarked, ConversationMerged,
    ConversationReopened, ConversationResolved, ConversationSplit, ConversationStarted,
    ConversationTagged, ConversationUnmerged, ConversationUntagged, ConversationUpdated, CsatRated,
    CsatSent, FeedbackGiven, MessageAdded, MessageEdited, MessageRedacted, QuestionAsked,
    TagDeleted, TagRenamed,
};
use super::embedder::{EmbedderSwitched, ModelSet};
use super::imports::{ConnectorChanged, ImportFinished};
use super::inbox::{InboxRemoved, InboxSet};
use super::job::{JobPreferencesSet, JobReminded, ServiceRemoved, ServiceSet};
use super::knowledge::{
    QuestionDismissed, ShortAnswerDeleted, ShortAnswerUpserted, TopicDismissed,
};
use super::mail::{MailBounced, MailDropped, MailQueued, MailSent};
use super::mail_in::MailTakenIn;
use super::mail_schedule::{MailScheduleRemoved, MailScheduleSet};
use super::mining::QuestionMined;
use super::note::{ChartNoteRemoved, ChartNoteRestored, ChartNoteSet};
use super::people::{
    ContactBlocked, ContactMerged, ContactUpserted, InboxUpserted, RepDeleted, RepStatusChanged,
    RepUpserted, ScheduleUpserted, TeamArchived, TeamUpserted,
};
use super::profile::{ProfileRemoved, ProfileSet};
use super::queue::QueueSet;
use super::routing::{
    RuleActed, RulePaused, RuleRemoved, RuleSet, RuleSwitched, RulesAsked, RulesOrdered,
};
use super::saved::{
    DashboardRemoved, DashboardRestored, DashboardSet, LinkRevoked, LinkShared, SavedReportRemoved,
    SavedReportRestored, SavedReportSet,
};
use super::survey::{SurveyHeldBack, SurveySet};
use super::tag::TagCreated;
use super::ticket::{
    InvoiceMoved, PipelineUpserted, ProposalAccepted, ProposalMoved, SlaUpserted, TicketAssigned,
    TicketCompleted, TicketDeclined, TicketMerged, TicketOpened, TicketReviewed, TicketStaged,
    TicketUnmerged, TicketUpdated, TicketViewed,
};
use super::topic::{
    QuestionMoved, QuestionRestored, TopicAnswered, TopicMerged, TopicPinned, TopicRenamed,
    TopicReopened, TopicRestored, TopicSplit, TopicsAssigned, TopicsRegrouped, TopicsToldApart,
};
use super::webhook::{WebhookPaused, WebhookRemoved, WebhookReplayed, WebhookResumed};
use super::webhook::{WebhookSecretChanged, WebhookSet, WebhookTested};
use super::widget::WidgetSet;

/// The rank of Svar's own events.
const OWN_RANK: u8 = 8;

// One macro so that a type's name, rank and struct are in one line.
bodies! {
    format {
        /// A contact's facts.
        ContactUpserted(ContactUpserted) = "contact.upserted" rank 0,
        /// Two contacts turn out to be one.
        ContactMerged(ContactMerged) = "contact.merged" rank 8,
        /// A contact may write no more.
        ContactBlocked(ContactBlocked) = "contact.blocked" rank 8,
        /// A team's facts.
        TeamUpserted(TeamUpserted) = "team.upserted" rank 0,
        /// An inbox's facts.
        InboxUpserted(InboxUpserted) = "inbox.upserted" rank 0,
        /// A rep's facts.
        RepUpserted(RepUpserted) = "rep.upserted" rank 0,
        /// A rep left; past numbers keep the name.
        RepDeleted(RepDeleted) = "rep.deleted" rank 8,
        /// A rep began or stopped taking work.
        RepStatusChanged(RepStatusChanged) = "rep.status_changed" rank 8,
        /// Working hours.
        ScheduleUpserted(ScheduleUpserted) = "schedule.upserted" rank 0,
        /// A conversation began.
        ConversationStarted(ConversationStarted) = "conversation.started" rank 1,
        /// A conversation's facts changed.
        ConversationUpdated(ConversationUpdated) = "conversation.updated" rank 8,
        /// Somebody wrote.
        MessageAdded(MessageAdded) = "message.added" rank 3,
        /// A question was put to the customer agent.
        QuestionAsked(QuestionAsked) = "question.asked" rank 4,
        /// A conversation was given to somebody.
        ConversationAssigned(ConversationAssigned) = "conversation.assigned" rank 7,
        /// A human became responsible.
        ConversationHandedOff(ConversationHandedOff) = "conversation.handed_off" rank 6,
        /// A conversation was brought to its end.
        ConversationResolved(ConversationResolved) = "conversation.resolved" rank 9,
        /// A conversation was opened again.
        ConversationReopened(ConversationReopened) = "conversation.reopened" rank 2,
        /// A conversation went into another.
        ConversationMerged(ConversationMerged) = "conversation.merged" rank 8,
        /// A merge was taken back.
        ConversationUnmerged(ConversationUnmerged) = "conversation.unmerged" rank 8,
        /// What was written from a message on went into a conversation of its own.
        ConversationSplit(ConversationSplit) = "conversation.split" rank 8,
        /// A message has other words.
        MessageEdited(MessageEdited) = "message.edited" rank 8,
        /// The words of a message are gone.
        MessageRedacted(MessageRedacted) = "message.redacted" rank 8,
        /// A conversation was marked or unmarked.
        ConversationMarked(ConversationMarked) = "conversation.marked" rank 8,
        /// A conversation got a tag.
        ConversationTagged(ConversationTagged) = "conversation.tagged" rank 8,
        /// A conversation lost a tag.
        ConversationUntagged(ConversationUntagged) = "conversation.untagged" rank 8,
        /// A tag has another name.
        TagRenamed(TagRenamed) = "tag.renamed" rank 8,
        /// A tag is no more.
        TagDeleted(TagDeleted) = "tag.deleted" rank 8,
        /// The contact said whether an answer helped.
        FeedbackGiven(FeedbackGiven) = "feedback.given" rank 5,
        /// A satisfaction survey went out.
        CsatSent(CsatSent) = "csat.sent" rank 8,
        /// A satisfaction survey came back.
        CsatRated(CsatRated) = "csat.rated" rank 8,
        /// A ticket was opened.
        TicketOpened(TicketOpened) = "ticket.opened" rank 1,
        /// A ticket's facts changed.
        TicketUpdated(TicketUpdated) = "ticket.updated" rank 8,
        /// A ticket went into another.
        TicketMerged(TicketMerged) = "ticket.merged" rank 8,
        /// A merge was taken back.
        TicketUnmerged(TicketUnmerged) = "ticket.unmerged" rank 8,
        /// A ticket moved to a stage.
        TicketStaged(TicketStaged) = "ticket.staged" rank 9,
        /// A ticket was given to reps.
        TicketAssigned(TicketAssigned) = "ticket.assigned" rank 7,
        /// A rep opened a ticket.
        TicketViewed(TicketViewed) = "ticket.viewed" rank 7,
        /// A job was declined.
        TicketDeclined(TicketDeclined) = "ticket.declined" rank 9,
        /// A job was done.
        TicketCompleted(TicketCompleted) = "ticket.completed" rank 9,
        /// A job was reviewed.
        TicketReviewed(TicketReviewed) = "ticket.reviewed" rank 8,
        /// A proposal went out.
        ProposalSent(ProposalMoved) = "proposal.sent" rank 8,
        /// A proposal was accepted.
        ProposalAccepted(ProposalAccepted) = "proposal.accepted" rank 8,
        /// A proposal was declined.
        ProposalDeclined(ProposalMoved) = "proposal.declined" rank 8,
        /// A proposal was taken back.
        ProposalWithdrawn(ProposalMoved) = "proposal.withdrawn" rank 8,
        /// An invoice went out.
        InvoiceSent(InvoiceMoved) = "invoice.sent" rank 8,
        /// An invoice was paid.
        InvoicePaid(InvoiceMoved) = "invoice.paid" rank 8,
        /// An invoice was taken back.
        InvoiceVoided(InvoiceMoved) = "invoice.voided" rank 8,
        /// A pipeline's stages.
        PipelineUpserted(PipelineUpserted) = "pipeline.upserted" rank 0,
        /// A service level agreement.
        SlaUpserted(SlaUpserted) = "sla.upserted" rank 0,
        /// A short answer's words.
        ShortAnswerUpserted(ShortAnswerUpserted) = "short_answer.upserted" rank 0,
        /// A short answer is no more.
        ShortAnswerDeleted(ShortAnswerDeleted) = "short_answer.deleted" rank 8,
        /// An unanswered question needs no answer.
        QuestionDismissed(QuestionDismissed) = "question.dismissed" rank 8,
        /// A topic needs no answer.
        TopicDismissed(TopicDismissed) = "topic.dismissed" rank 8,
    }
    own {
        /// Unanswered questions were given their topics.
        TopicsAssigned = "svar.topics_assigned",
        /// Clusters of questions changed their topics.
        TopicsRegrouped = "svar.topics_regrouped",
        /// An admin named a topic, or took the name back.
        TopicRenamed = "svar.topic_renamed",
        /// An admin put one topic into another.
        TopicMerged = "svar.topic_merged",
        /// An admin took questions out into a topic of their own.
        TopicSplit = "svar.topic_split",
        /// An admin keeps a topic from being absorbed, or lets it go.
        TopicPinned = "svar.topic_pinned",
        /// Two topics do not ask the same, although they may seem to; or that was taken back.
        TopicsToldApart = "svar.topics_told_apart",
        /// A question was found in what people answered.
        QuestionMined = "svar.question_mined",
        /// An admin put a question into another topic.
        QuestionMoved = "svar.question_moved",
        /// A dismissed topic is back.
        TopicRestored = "svar.topic_restored",
        /// A dismissed question is back.
        QuestionRestored = "svar.question_restored",
        /// A short answer is meant to answer a topic.
        TopicAnswered = "svar.topic_answered",
        /// An answered topic was opened again, because its answer does not hold.
        TopicReopened = "svar.topic_reopened",
        /// What the customer agent decided, with its scores.
        AgentDecided = "svar.agent_decided",
        /// A mail is to go out.
        MailQueued = "svar.mail_queued",
        /// A mail was taken by the server that carries it.
        MailSent = "svar.mail_sent",
        /// A mail does not go out.
        MailDropped = "svar.mail_dropped",
        /// A mail came back.
        MailBounced = "svar.mail_bounced",
        /// A mail was taken in.
        MailTakenIn = "svar.mail_taken_in",
        /// A program elsewhere is told this from now on.
        WebhookSet = "svar.webhook_set",
        /// A webhook has another secret.
        WebhookSecretChanged = "svar.webhook_secret_changed",
        /// A webhook is told nothing before somebody says so.
        WebhookPaused = "svar.webhook_paused",
        /// A webhook is told again, from where it stood.
        WebhookResumed = "svar.webhook_resumed",
        /// A webhook is tried.
        WebhookTested = "svar.webhook_tested",
        /// What was given up is told once more.
        WebhookReplayed = "svar.webhook_replayed",
        /// A webhook is no more.
        WebhookRemoved = "svar.webhook_removed",
        /// Settings of satisfaction surveys.
        SurveySet = "svar.survey_set",
        /// A contact was not asked, because they were asked not long ago.
        SurveyHeldBack = "svar.survey_held_back",
        /// Settings of the chat widget.
        WidgetSet = "svar.widget_set",
        /// Settings of the customer agent.
        CustomerAgentSet = "svar.customer_agent_set",
        /// The customer agent has another picture, or none.
        AgentPictureSet = "svar.agent_picture_set",
        /// How the queue works.
        QueueSet = "svar.queue_set",
        /// A routing rule is this from now on.
        RuleSet = "svar.rule_set",
        /// A routing rule is switched on, or off.
        RuleSwitched = "svar.rule_switched",
        /// A routing rule is no more.
        RuleRemoved = "svar.rule_removed",
        /// Routing rules are asked in this order.
        RulesOrdered = "svar.rules_ordered",
        /// A routing rule did something to a conversation.
        RuleActed = "svar.rule_acted",
        /// A routing rule acted more often than its limit.
        RulePaused = "svar.rule_paused",
        /// All routing rules were asked about everything up to a record.
        RulesAsked = "svar.rules_asked",
        /// Which jobs are wanted.
        JobPreferencesSet = "svar.job_preferences_set",
        /// A contact was reminded to confirm a job.
        JobReminded = "svar.job_reminded",
        /// A team is offered no more, or again.
        TeamArchived = "svar.team_archived",
        /// A service is offered like this.
        ServiceSet = "svar.service_set",
        /// A service is no more.
        ServiceRemoved = "svar.service_removed",
        /// A short answer is not given until somebody has looked at it.
        AnswerSetAside = "svar.answer_set_aside",
        /// A short answer that was set aside may be given again.
        AnswerReleased = "svar.answer_released",
        /// An admin said whether a decision was right.
        DecisionReviewed = "svar.decision_reviewed",
        /// An admin looked at a row that a number counts.
        RowReviewed = "svar.row_reviewed",
        /// A question that must be answered so, or must not be answered.
        CaseSet = "svar.case_set",
        /// A case is no more.
        CaseRemoved = "svar.case_removed",
        /// Settings of the knowledge area.
        KnowledgeSet = "svar.knowledge_set",
        /// What was learned of how sure the customer agent has to be.
        Calibrated = "svar.calibrated",
        /// An admin chose the model that texts are compared by, or none.
        ModelSet = "svar.model_set",
        /// Topics and answers go by the vectors of another embedder from here on.
        EmbedderSwitched = "svar.embedder_switched",
        /// The host says which of its users a contact is.
        ContactVerified = "svar.contact_verified",
        /// A visitor is signed out in every browser.
        VisitorSignedOut = "svar.visitor_signed_out",
        /// A contact's words and identity are gone.
        ContactErased = "svar.contact_erased",
        /// Somebody has seen what a contact wrote.
        ConversationSeen = "svar.conversation_seen",
        /// Somebody wants a conversation to be as if they had not looked.
        ConversationUnseen = "svar.conversation_unseen",
        /// A conversation is put off.
        ConversationSnoozed = "svar.conversation_snoozed",
        /// A conversation is put off no more.
        ConversationWoken = "svar.conversation_woken",
        /// A canned reply has these words, and does this.
        CannedReplySet = "svar.canned_reply_set",
        /// A canned reply is no more.
        CannedReplyRemoved = "svar.canned_reply_removed",
        /// An alert rule is this from now on.
        AlertRuleSet = "svar.alert_rule_set",
        /// An alert rule watches nothing, or watches again.
        AlertRulePaused = "svar.alert_rule_paused",
        /// An alert rule is no more.
        AlertRuleRemoved = "svar.alert_rule_removed",
        /// Something was found that a rule watches for.
        AlertOpened = "svar.alert_opened",
        /// Who is to be told of an alert was told.
        AlertTold = "svar.alert_told",
        /// What an alert was about is over.
        AlertResolved = "svar.alert_resolved",
        /// Mails of an inbox are from somebody.
        InboxSet = "svar.inbox_set",
        /// Mails of an inbox are as all others again.
        InboxRemoved = "svar.inbox_removed",
        /// A report goes out by mail again and again.
        MailScheduleSet = "svar.mail_schedule_set",
        /// A report goes out by mail no more.
        MailScheduleRemoved = "svar.mail_schedule_removed",
        /// A note is on charts, from now on like this.
        ChartNoteSet = "svar.chart_note_set",
        /// A note is no longer there.
        ChartNoteRemoved = "svar.chart_note_removed",
        /// A note that was removed is there again.
        ChartNoteRestored = "svar.chart_note_restored",
        /// A report is kept under a name.
        SavedReportSet = "svar.saved_report_set",
        /// A saved report is no longer there.
        SavedReportRemoved = "svar.saved_report_removed",
        /// A saved report is there again.
        SavedReportRestored = "svar.saved_report_restored",
        /// A dashboard has these panels.
        DashboardSet = "svar.dashboard_set",
        /// A dashboard is no longer there.
        DashboardRemoved = "svar.dashboard_removed",
        /// A dashboard is there again.
        DashboardRestored = "svar.dashboard_restored",
        /// Whoever has a link sees figures without signing in.
        LinkShared = "svar.link_shared",
        /// A link shows nothing any more.
        LinkRevoked = "svar.link_revoked",
        /// A tag is offered that no conversation has yet.
        TagCreated = "svar.tag_created",
        /// A definition profile of the desk's own has these switches from now on.
        ProfileSet = "svar.profile_set",
        /// A definition profile of the desk's own can no longer be chosen.
        ProfileRemoved = "svar.profile_removed",
        /// A user has these facts from now on.
        UserSet = "svar.user_set",
        /// A user may set a password by a link.
        UserInvited = "svar.user_invited",
        /// A user has another password.
        PasswordSet = "svar.password_set",
        /// A user's sign-in asks for codes from now on.
        SecondFactorSet = "svar.second_factor_set",
        /// A recovery code was used.
        RecoveryCodeUsed = "svar.recovery_code_used",
        /// A user's sign-in asks for no code any more.
        SecondFactorRemoved = "svar.second_factor_removed",
        /// A user signs in by an account at a provider, too.
        ProviderLinked = "svar.provider_linked",
        /// A user signs in by no provider any more.
        ProviderUnlinked = "svar.provider_unlinked",
        /// The provider has answered for a user who signs in.
        ProviderSignedIn = "svar.provider_signed_in",
        /// A user is signed out everywhere.
        SessionsEnded = "svar.sessions_ended",
        /// How a user wants to work.
        HabitsSet = "svar.habits_set",
        /// A user may not sign in, or may again.
        UserSuspended = "svar.user_suspended",
        /// A user is no more.
        UserRemoved = "svar.user_removed",
        /// Rules of access changed.
        AccessSet = "svar.access_set",
        /// A program may use the API.
        TokenCreated = "svar.token_created",
        /// A token holds no more.
        TokenRevoked = "svar.token_revoked",
        /// An export of another product was imported.
        ImportFinished = "svar.import_finished",
        /// Somebody changed which accounts of other products are read.
        ConnectorChanged = "svar.connector_changed",
    }
}
