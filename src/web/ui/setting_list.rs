//! The pages of settings, by what they are about: the list beside each of them, and their front page.

use super::frame::Frame;
use super::text::t;

/// What the parts of the frame begin with that are pages of settings.
const FRONT: &str = "settings/";

/// A page of settings.
struct Setting {
    href: &'static str,
    /// The keys of its title, and of what it is about.
    title: &'static str,
    about: &'static str,
    /// Who may look at it.
    role: &'static str,
}

/// Pages of settings that are about the same.
struct Group {
    title: &'static str,
    settings: &'static [Setting],
}

/// A page of which a section of the catalogue has the texts.
macro_rules! page {
    ($href:literal, $section:literal, $role:literal) => {
        Setting {
            href: $href,
            title: concat!($section, ".title"),
            about: concat!($section, ".about"),
            role: $role,
        }
    };
}

const GROUPS: [Group; 6] = [
    Group {
        title: "setting_list.agent",
        settings: &[
            page!("/settings/customer-agent", "agent_settings", "admin"),
            page!("/settings/surveys", "survey_settings", "admin"),
        ],
    },
    Group {
        title: "setting_list.channels",
        settings: &[
            page!("/settings/widget", "widget_settings", "admin"),
            page!("/settings/inboxes", "inboxes", "admin"),
            page!("/settings/mailboxes", "mailboxes", "admin"),
            page!("/settings/mail", "mail_settings", "admin"),
            page!("/settings/webhooks", "webhooks", "admin"),
        ],
    },
    Group {
        title: "setting_list.desk",
        settings: &[
            page!("/settings/teams", "teams", "admin"),
            page!("/settings/pipelines", "pipelines", "admin"),
            page!("/settings/hours", "hours", "admin"),
            page!("/settings/agreements", "agreements", "admin"),
            page!("/settings/routing", "routing", "admin"),
            page!("/settings/queue", "queue", "admin"),
            page!("/settings/tags", "tags", "rep"),
            page!("/settings/replies", "replies", "rep"),
            page!("/settings/services", "service_settings", "admin"),
            page!("/settings/jobs", "job_settings", "admin"),
        ],
    },
    Group {
        title: "setting_list.figures",
        settings: &[
            Setting {
                href: "/settings/alerts",
                title: "alerts.rules",
                about: "alerts.rules_about",
                role: "admin",
            },
            page!("/settings/profiles", "profiles", "admin"),
            page!("/bill-check", "bill", "admin"),
        ],
    },
    Group {
        title: "setting_list.people",
        settings: &[
            page!("/people", "people", "admin"),
            page!("/audit", "audit", "admin"),
        ],
    },
    Group {
        title: "setting_list.data",
        settings: &[
            page!("/imports", "imports", "admin"),
            page!("/settings/connectors", "connectors", "admin"),
        ],
    },
];

/// A page of settings, for whoever may look at it.
pub(super) struct SettingLink {
    pub(super) href: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) is_current: bool,
}

/// Some of them under a title.
pub(super) struct SettingGroup {
    pub(super) title: &'static str,
    pub(super) links: Vec<SettingLink>,
}

impl Frame {
    /// The pages of settings that whoever asks may look at.
    pub(super) fn settings(&self) -> Vec<SettingGroup> {
        let groups = GROUPS.iter().map(|group| {
            let allowed = group.settings.iter().filter(|one| self.may(one.role));
            let links = allowed.map(|one| SettingLink {
                href: one.href,
                title: t(one.title),
                about: t(one.about),
                is_current: self.part.strip_prefix(FRONT) == one.href.rsplit('/').next(),
            });
            SettingGroup {
                title: t(group.title),
                links: links.collect(),
            }
        });
        groups.filter(|group| !group.links.is_empty()).collect()
    }
}
