//! Svar's promises, one module each, in one binary because linking is slow.
//!
//! Everything here sees Svar from outside: its public modules, its folders, its
//! dependencies.

#[cfg(test)]
mod access;
#[cfg(test)]
mod agent_picture;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod api;
#[cfg(test)]
mod archives;
#[cfg(test)]
mod attendees;
#[cfg(test)]
mod attention;
#[cfg(test)]
mod bill_check;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod business_hours;
#[cfg(test)]
mod canned;
#[cfg(test)]
mod chrome;
#[cfg(test)]
mod circles;
#[cfg(test)]
mod classes;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod contact_links;
#[cfg(test)]
mod contact_page;
#[cfg(test)]
mod contacts;
#[cfg(test)]
mod courses;
#[cfg(test)]
mod customer_agent;
#[cfg(test)]
mod data;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod desk_cli;
#[cfg(test)]
mod desk_laws;
#[cfg(test)]
mod desk_scope;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod dovecot;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod factor;
#[cfg(test)]
mod files;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod going;
#[cfg(test)]
mod import_docs;
#[cfg(test)]
mod import_upload;
#[cfg(test)]
mod imported_mails;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod imports_chatwoot;
#[cfg(test)]
mod imports_hubspot;
#[cfg(test)]
mod imports_intercom;
#[cfg(test)]
mod imports_redacted;
#[cfg(test)]
mod inbox;
#[cfg(test)]
mod inboxes;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod knowledge_desk;
#[cfg(test)]
mod knowledge_front;
#[cfg(test)]
mod knowledge_loop;
#[cfg(test)]
mod knowledge_page;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod licence;
#[cfg(test)]
mod live;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mail_in;
#[cfg(test)]
mod mail_out;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod mined;
#[cfg(test)]
mod model;
#[cfg(test)]
mod notes_on_charts;
#[cfg(test)]
mod number_review;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod people;
#[cfg(test)]
mod phrasing;
#[cfg(test)]
mod prefix;
#[cfg(test)]
mod presence;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod real;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod reconciled;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod report_mails;
#[cfg(test)]
mod report_page;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod revised;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod rulings;
#[cfg(test)]
mod rulings_more;
#[cfg(test)]
mod running;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod schedule_change;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod search;
#[cfg(test)]
mod set_aside;
#[cfg(test)]
mod settings_pages;
#[cfg(test)]
mod sisters;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod source;
#[cfg(test)]
mod source_drafts;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod table_form;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod ticket_list;
#[cfg(test)]
mod tickets;
#[cfg(test)]
mod tiny_model;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod ui;
#[cfg(test)]
mod viewers;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod widget;
#[cfg(test)]
mod widget_files;
#[cfg(test)]
mod worked;
