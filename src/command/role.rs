//! Which role may give which command: the whole table, and nothing else decides it.
//!
//! Each command names its row in a `match` without a rest, so that none can be forgotten.

use crate::model::Role;

/// Who may give a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The command: the subject, and what is done to it.
    pub command: &'static str,
    /// The least role that may give it.
    pub least: Role,
}

impl Right {
    const fn new(command: &'static str, least: Role) -> Self {
        Self { command, least }
    }
}

pub(super) const ACCESS_SET: Right = Right::new("access.set", Role::Admin);
pub(super) const AGENT_PICTURE_SET: Right = Right::new("agent_picture.set", Role::Admin);
pub(super) const AGENT_TURN: Right = Right::new("agent.turn", Role::System);
pub(super) const AGREEMENT_SET: Right = Right::new("agreement.set", Role::Admin);
pub(super) const ALERT_OPEN: Right = Right::new("alert.open", Role::System);
pub(super) const ALERT_PAUSE: Right = Right::new("alert.pause", Role::Admin);
pub(super) const ALERT_REMOVE: Right = Right::new("alert.remove", Role::Admin);
pub(super) const ALERT_RESOLVE: Right = Right::new("alert.resolve", Role::System);
pub(super) const ALERT_SAVE: Right = Right::new("alert.save", Role::Admin);
pub(super) const ALERT_TELL: Right = Right::new("alert.tell", Role::System);
pub(super) const ANSWER_ADD_VARIANT: Right = Right::new("answer.add_variant", Role::Admin);
pub(super) const ANSWER_DELETE: Right = Right::new("answer.delete", Role::Admin);
pub(super) const ANSWER_IMPORT: Right = Right::new("answer.import", Role::Admin);
pub(super) const ANSWER_PUBLISH: Right = Right::new("answer.publish", Role::Admin);
pub(super) const ANSWER_SAVE: Right = Right::new("answer.save", Role::Admin);
pub(super) const ANSWER_RELEASE: Right = Right::new("answer.release", Role::Admin);
pub(super) const ANSWER_SET_ASIDE: Right = Right::new("answer.set_aside", Role::Admin);
pub(super) const CANNED_REPLY_REMOVE: Right = Right::new("canned_reply.remove", Role::Rep);
pub(super) const CANNED_REPLY_SAVE: Right = Right::new("canned_reply.save", Role::Rep);
pub(super) const CASE_REMOVE: Right = Right::new("case.remove", Role::Admin);
pub(super) const CASE_SET: Right = Right::new("case.set", Role::Admin);
pub(super) const CHART_NOTE_REMOVE: Right = Right::new("chart_note.remove", Role::Rep);
pub(super) const CHART_NOTE_RESTORE: Right = Right::new("chart_note.restore", Role::Rep);
pub(super) const CHART_NOTE_SAVE: Right = Right::new("chart_note.save", Role::Rep);
pub(super) const CONFIRMATION_GIVE: Right = Right::new("confirmation.give", Role::Rep);
pub(super) const CONFIRMATION_MAIL: Right = Right::new("confirmation.mail", Role::Rep);
pub(super) const CONFIRMATION_REMIND: Right = Right::new("confirmation.remind", Role::Rep);
pub(super) const CONTACT_INTRODUCE: Right = Right::new("contact.introduce", Role::Rep);
pub(super) const CONTACT_BLOCK: Right = Right::new("contact.block", Role::Rep);
pub(super) const CONTACT_ERASE: Right = Right::new("contact.erase", Role::Admin);
pub(super) const CONTACT_MERGE: Right = Right::new("contact.merge", Role::Rep);
pub(super) const CONTACT_SIGN_OUT: Right = Right::new("contact.sign_out", Role::Admin);
pub(super) const CONTACT_VERIFY: Right = Right::new("contact.verify", Role::Admin);
pub(super) const CONVERSATION_APPLY: Right = Right::new("conversation.apply", Role::Rep);
pub(super) const CONVERSATION_ASSIGN: Right = Right::new("conversation.assign", Role::Rep);
pub(super) const CONVERSATION_EDIT: Right = Right::new("conversation.edit", Role::Rep);
pub(super) const CONVERSATION_FEEDBACK: Right = Right::new("conversation.feedback", Role::Rep);
pub(super) const CONVERSATION_FORWARD: Right = Right::new("conversation.forward", Role::Rep);
pub(super) const CONVERSATION_HAND_OFF: Right = Right::new("conversation.hand_off", Role::Rep);
pub(super) const CONVERSATION_MARK: Right = Right::new("conversation.mark", Role::Rep);
pub(super) const CONVERSATION_PROPOSE: Right = Right::new("conversation.propose", Role::Rep);
pub(super) const CONVERSATION_RATE: Right = Right::new("conversation.rate", Role::Rep);
pub(super) const CONVERSATION_REDACT: Right = Right::new("conversation.redact", Role::Rep);
pub(super) const CONVERSATION_REOPEN: Right = Right::new("conversation.reopen", Role::Rep);
pub(super) const CONVERSATION_RESOLVE: Right = Right::new("conversation.resolve", Role::Rep);
pub(super) const CONVERSATION_TAG: Right = Right::new("conversation.tag", Role::Rep);
pub(super) const CONVERSATION_MERGE: Right = Right::new("conversation.merge", Role::Rep);
pub(super) const CONVERSATION_SPLIT: Right = Right::new("conversation.split", Role::Rep);
pub(super) const CONVERSATION_SEE: Right = Right::new("conversation.see", Role::Rep);
pub(super) const CONVERSATION_SNOOZE: Right = Right::new("conversation.snooze", Role::Rep);
pub(super) const CONVERSATION_UNSEE: Right = Right::new("conversation.unsee", Role::Rep);
pub(super) const CONVERSATION_WAKE: Right = Right::new("conversation.wake", Role::Rep);
pub(super) const CONVERSATION_START: Right = Right::new("conversation.start", Role::Rep);
pub(super) const CONVERSATION_TAKE_IN: Right = Right::new("conversation.take_in", Role::Rep);
pub(super) const CONVERSATION_UNMERGE: Right = Right::new("conversation.unmerge", Role::Rep);
pub(super) const CONVERSATION_WRITE: Right = Right::new("conversation.write", Role::Rep);
pub(super) const CUSTOMER_AGENT_SET: Right = Right::new("customer_agent.set", Role::Admin);
pub(super) const DASHBOARD_REMOVE: Right = Right::new("dashboard.remove", Role::Viewer);
pub(super) const DASHBOARD_RESTORE: Right = Right::new("dashboard.restore", Role::Viewer);
pub(super) const DASHBOARD_SAVE: Right = Right::new("dashboard.save", Role::Viewer);
pub(super) const CONNECTOR_CHANGE: Right = Right::new("connector.change", Role::Admin);
pub(super) const IMPORT_FINISH: Right = Right::new("import.finish", Role::Admin);
pub(super) const JOB_PREFERENCES_SET: Right = Right::new("job_preferences.set", Role::Admin);
pub(super) const KNOWLEDGE_CHOOSE_MODEL: Right = Right::new("knowledge.choose_model", Role::Admin);
pub(super) const KNOWLEDGE_SET: Right = Right::new("knowledge.set", Role::Admin);
pub(super) const LINK_REVOKE: Right = Right::new("link.revoke", Role::Rep);
pub(super) const LINK_SHARE: Right = Right::new("link.share", Role::Rep);
pub(super) const HOURS_SET: Right = Right::new("hours.set", Role::Admin);
pub(super) const INBOX_REMOVE: Right = Right::new("inbox.remove", Role::Admin);
pub(super) const INBOX_SET: Right = Right::new("inbox.set", Role::Admin);
pub(super) const MAIL_DIGEST: Right = Right::new("mail.digest", Role::Admin);
pub(super) const MAIL_TAKE_IN: Right = Right::new("mail.take_in", Role::Rep);
pub(super) const MAIL_SCHEDULE_REMOVE: Right = Right::new("mail_schedule.remove", Role::Viewer);
pub(super) const MAIL_SCHEDULE_SAVE: Right = Right::new("mail_schedule.save", Role::Viewer);
pub(super) const MAIL_SCHEDULE_SEND: Right = Right::new("mail_schedule.send", Role::System);
pub(super) const MAIL_TELL: Right = Right::new("mail.tell", Role::Admin);
pub(super) const MAIL_TEST: Right = Right::new("mail.test", Role::Admin);
pub(super) const PIPELINE_SET: Right = Right::new("pipeline.set", Role::Admin);
pub(super) const PROFILE_REMOVE: Right = Right::new("profile.remove", Role::Admin);
pub(super) const PROFILE_SET: Right = Right::new("profile.set", Role::Admin);
pub(super) const PROVIDER_ENTER: Right = Right::new("provider.enter", Role::System);
pub(super) const PROVIDER_LINK: Right = Right::new("provider.link", Role::Viewer);
pub(super) const PROVIDER_UNLINK: Right = Right::new("provider.unlink", Role::Viewer);
pub(super) const QUESTION_DISMISS: Right = Right::new("question.dismiss", Role::Admin);
pub(super) const QUESTION_MOVE: Right = Right::new("question.move", Role::Admin);
pub(super) const QUESTION_RESTORE: Right = Right::new("question.restore", Role::Admin);
pub(super) const QUESTION_REVIEW: Right = Right::new("question.review", Role::Admin);
pub(super) const QUESTION_REVIEW_ROW: Right = Right::new("question.review_row", Role::Admin);
pub(super) const RECORD: Right = Right::new("record", Role::System);
pub(super) const QUEUE_HAND_OUT: Right = Right::new("queue.hand_out", Role::System);
pub(super) const QUEUE_RETURN: Right = Right::new("queue.return", Role::System);
pub(super) const QUEUE_SET: Right = Right::new("queue.set", Role::Admin);
pub(super) const REP_REST: Right = Right::new("rep.rest", Role::System);
pub(super) const REP_RETURN: Right = Right::new("rep.return", Role::Viewer);
pub(super) const REP_SET_STATUS: Right = Right::new("rep.set_status", Role::Rep);
pub(super) const ROUTING_ACT: Right = Right::new("routing.act", Role::System);
pub(super) const ROUTING_ORDER: Right = Right::new("routing.order", Role::Admin);
pub(super) const ROUTING_REMOVE: Right = Right::new("routing.remove", Role::Admin);
pub(super) const ROUTING_SAVE: Right = Right::new("routing.save", Role::Admin);
pub(super) const ROUTING_SETTLE: Right = Right::new("routing.settle", Role::System);
pub(super) const ROUTING_SWITCH: Right = Right::new("routing.switch", Role::Admin);
pub(super) const REQUEST_POST: Right = Right::new("request.post", Role::Rep);
pub(super) const SAVED_REPORT_REMOVE: Right = Right::new("saved_report.remove", Role::Viewer);
pub(super) const SAVED_REPORT_RESTORE: Right = Right::new("saved_report.restore", Role::Viewer);
pub(super) const SAVED_REPORT_SAVE: Right = Right::new("saved_report.save", Role::Viewer);
pub(super) const SERVICE_REMOVE: Right = Right::new("service.remove", Role::Admin);
pub(super) const SERVICE_SAVE: Right = Right::new("service.save", Role::Admin);
pub(super) const SURVEY_ASK: Right = Right::new("survey.ask", Role::System);
pub(super) const SURVEY_ASK_BY_LINK: Right = Right::new("survey.ask_by_link", Role::Rep);
pub(super) const SURVEY_SET: Right = Right::new("survey.set", Role::Admin);
pub(super) const TAG_CREATE: Right = Right::new("tag.create", Role::Rep);
pub(super) const TAG_DELETE: Right = Right::new("tag.delete", Role::Admin);
pub(super) const TAG_RENAME: Right = Right::new("tag.rename", Role::Admin);
pub(super) const TEAM_ARCHIVE: Right = Right::new("team.archive", Role::Admin);
pub(super) const TEAM_PUT: Right = Right::new("team.put", Role::Admin);
pub(super) const TEAM_SAVE: Right = Right::new("team.save", Role::Admin);
pub(super) const TICKET_ASSIGN: Right = Right::new("ticket.assign", Role::Rep);
pub(super) const TICKET_BILL: Right = Right::new("ticket.bill", Role::Rep);
pub(super) const TICKET_COMPLETE: Right = Right::new("ticket.complete", Role::Rep);
pub(super) const TICKET_DECLINE: Right = Right::new("ticket.decline", Role::Rep);
pub(super) const TICKET_OPEN: Right = Right::new("ticket.open", Role::Rep);
pub(super) const TICKET_PROPOSE: Right = Right::new("ticket.propose", Role::Rep);
pub(super) const TICKET_REVIEW: Right = Right::new("ticket.review", Role::Rep);
pub(super) const TICKET_STAGE: Right = Right::new("ticket.stage", Role::Rep);
pub(super) const TICKET_TAKE: Right = Right::new("ticket.take", Role::Rep);
pub(super) const TICKET_UPDATE: Right = Right::new("ticket.update", Role::Rep);
pub(super) const TICKET_VIEW: Right = Right::new("ticket.view", Role::Rep);
pub(super) const TOKEN_CREATE: Right = Right::new("token.create", Role::Admin);
pub(super) const TOKEN_REVOKE: Right = Right::new("token.revoke", Role::Admin);
pub(super) const TOPIC_DISMISS: Right = Right::new("topic.dismiss", Role::Admin);
pub(super) const TOPIC_MERGE: Right = Right::new("topic.merge", Role::Admin);
pub(super) const TOPIC_PIN: Right = Right::new("topic.pin", Role::Admin);
pub(super) const TOPIC_RENAME: Right = Right::new("topic.rename", Role::Admin);
pub(super) const TOPIC_RESTORE: Right = Right::new("topic.restore", Role::Admin);
pub(super) const TOPIC_SPLIT: Right = Right::new("topic.split", Role::Admin);
pub(super) const TOPIC_TELL_APART: Right = Right::new("topic.tell_apart", Role::Admin);
pub(super) const USER_REMOVE_FACTOR: Right = Right::new("user.remove_factor", Role::Viewer);
pub(super) const USER_SET_FACTOR: Right = Right::new("user.set_factor", Role::Viewer);
pub(super) const USER_USE_CODE: Right = Right::new("user.use_code", Role::Viewer);
pub(super) const USER_END_SESSIONS: Right = Right::new("user.end_sessions", Role::Viewer);
pub(super) const USER_INVITE: Right = Right::new("user.invite", Role::Admin);
pub(super) const USER_JOIN: Right = Right::new("user.join", Role::Viewer);
pub(super) const USER_REMOVE: Right = Right::new("user.remove", Role::Admin);
pub(super) const USER_SAVE: Right = Right::new("user.save", Role::Admin);
pub(super) const USER_SET_PASSWORD: Right = Right::new("user.set_password", Role::Viewer);
pub(super) const USER_SET_UP: Right = Right::new("user.set_up", Role::Admin);
pub(super) const USER_SETTLE: Right = Right::new("user.settle", Role::Viewer);
pub(super) const USER_SUSPEND: Right = Right::new("user.suspend", Role::Admin);
pub(super) const WEBHOOK_CHANGE_SECRET: Right = Right::new("webhook.change_secret", Role::Admin);
pub(super) const WEBHOOK_PAUSE: Right = Right::new("webhook.pause", Role::Admin);
pub(super) const WEBHOOK_REMOVE: Right = Right::new("webhook.remove", Role::Admin);
pub(super) const WEBHOOK_REPLAY: Right = Right::new("webhook.replay", Role::Admin);
pub(super) const WEBHOOK_RESUME: Right = Right::new("webhook.resume", Role::Admin);
pub(super) const WEBHOOK_SET: Right = Right::new("webhook.set", Role::Admin);
pub(super) const WEBHOOK_TEST: Right = Right::new("webhook.test", Role::Admin);
pub(super) const WIDGET_SET: Right = Right::new("widget.set", Role::Admin);

/// The whole table: a row for each command.
pub const TABLE: &[Right] = &[
    ACCESS_SET,
    AGENT_PICTURE_SET,
    AGENT_TURN,
    AGREEMENT_SET,
    ALERT_OPEN,
    ALERT_PAUSE,
    ALERT_REMOVE,
    ALERT_RESOLVE,
    ALERT_SAVE,
    ALERT_TELL,
    ANSWER_ADD_VARIANT,
    ANSWER_DELETE,
    ANSWER_IMPORT,
    ANSWER_PUBLISH,
    ANSWER_RELEASE,
    ANSWER_SAVE,
    ANSWER_SET_ASIDE,
    CANNED_REPLY_REMOVE,
    CANNED_REPLY_SAVE,
    CASE_REMOVE,
    CASE_SET,
    CHART_NOTE_REMOVE,
    CHART_NOTE_RESTORE,
    CHART_NOTE_SAVE,
    CONFIRMATION_GIVE,
    CONFIRMATION_MAIL,
    CONFIRMATION_REMIND,
    CONTACT_INTRODUCE,
    CONTACT_BLOCK,
    CONTACT_ERASE,
    CONTACT_MERGE,
    CONTACT_SIGN_OUT,
    CONTACT_VERIFY,
    CONVERSATION_APPLY,
    CONVERSATION_ASSIGN,
    CONVERSATION_EDIT,
    CONVERSATION_FEEDBACK,
    CONVERSATION_FORWARD,
    CONVERSATION_HAND_OFF,
    CONVERSATION_MARK,
    CONVERSATION_PROPOSE,
    CONVERSATION_RATE,
    CONVERSATION_REDACT,
    CONVERSATION_REOPEN,
    CONVERSATION_RESOLVE,
    CONVERSATION_TAG,
    CONVERSATION_MERGE,
    CONVERSATION_SPLIT,
    CONVERSATION_SEE,
    CONVERSATION_SNOOZE,
    CONVERSATION_UNSEE,
    CONVERSATION_WAKE,
    CONVERSATION_START,
    CONVERSATION_TAKE_IN,
    CONVERSATION_UNMERGE,
    CONVERSATION_WRITE,
    CUSTOMER_AGENT_SET,
    DASHBOARD_REMOVE,
    DASHBOARD_RESTORE,
    DASHBOARD_SAVE,
    CONNECTOR_CHANGE,
    IMPORT_FINISH,
    JOB_PREFERENCES_SET,
    KNOWLEDGE_CHOOSE_MODEL,
    KNOWLEDGE_SET,
    LINK_REVOKE,
    LINK_SHARE,
    HOURS_SET,
    INBOX_REMOVE,
    INBOX_SET,
    MAIL_DIGEST,
    MAIL_TAKE_IN,
    MAIL_SCHEDULE_REMOVE,
    MAIL_SCHEDULE_SAVE,
    MAIL_SCHEDULE_SEND,
    MAIL_TELL,
    MAIL_TEST,
    PIPELINE_SET,
    PROFILE_REMOVE,
    PROFILE_SET,
    PROVIDER_ENTER,
    PROVIDER_LINK,
    PROVIDER_UNLINK,
    QUESTION_DISMISS,
    QUESTION_MOVE,
    QUESTION_RESTORE,
    QUESTION_REVIEW,
    QUESTION_REVIEW_ROW,
    RECORD,
    QUEUE_HAND_OUT,
    QUEUE_RETURN,
    QUEUE_SET,
    REP_REST,
    REP_RETURN,
    REP_SET_STATUS,
    REQUEST_POST,
    ROUTING_ACT,
    ROUTING_ORDER,
    ROUTING_REMOVE,
    ROUTING_SAVE,
    ROUTING_SETTLE,
    ROUTING_SWITCH,
    SAVED_REPORT_REMOVE,
    SAVED_REPORT_RESTORE,
    SAVED_REPORT_SAVE,
    SERVICE_REMOVE,
    SERVICE_SAVE,
    SURVEY_ASK,
    SURVEY_ASK_BY_LINK,
    SURVEY_SET,
    TAG_CREATE,
    TAG_DELETE,
    TAG_RENAME,
    TEAM_ARCHIVE,
    TEAM_PUT,
    TEAM_SAVE,
    TICKET_ASSIGN,
    TICKET_BILL,
    TICKET_COMPLETE,
    TICKET_DECLINE,
    TICKET_OPEN,
    TICKET_PROPOSE,
    TICKET_REVIEW,
    TICKET_STAGE,
    TICKET_TAKE,
    TICKET_UPDATE,
    TICKET_VIEW,
    TOKEN_CREATE,
    TOKEN_REVOKE,
    TOPIC_DISMISS,
    TOPIC_MERGE,
    TOPIC_PIN,
    TOPIC_RENAME,
    TOPIC_RESTORE,
    TOPIC_SPLIT,
    TOPIC_TELL_APART,
    USER_END_SESSIONS,
    USER_INVITE,
    USER_JOIN,
    USER_REMOVE,
    USER_REMOVE_FACTOR,
    USER_SAVE,
    USER_SET_FACTOR,
    USER_SET_PASSWORD,
    USER_SET_UP,
    USER_SETTLE,
    USER_SUSPEND,
    USER_USE_CODE,
    WEBHOOK_CHANGE_SECRET,
    WEBHOOK_PAUSE,
    WEBHOOK_REMOVE,
    WEBHOOK_REPLAY,
    WEBHOOK_RESUME,
    WEBHOOK_SET,
    WEBHOOK_TEST,
    WIDGET_SET,
];

/// The least role that may hand in events of its own making.
pub const POST_EVENTS: Right = Right::new("event.post", Role::Admin);
