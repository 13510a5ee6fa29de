//! Where questions are: in clusters of near-equal ones, and those in topics.
//!
//! Replays what was grouped and what admins made of it; decides nothing. Fed by the fold's
//! `apply` with Svar's own events, in the order of the journal.

use std::sync::Arc;

use super::{Cluster, Knowledge};
use crate::model::QuestionId;
use crate::model::event::{
    Placed, QuestionMoved, Titled, TopicNumber, TopicsAssigned, TopicsToldApart,
};

impl Knowledge {
    pub(super) fn merged(&mut self, topic: TopicNumber, into: TopicNumber) {
        let clusters = self.topic(topic).clusters.clone();
        for cluster in clusters {
            self.move_cluster(cluster, into);
        }
        self.topic(topic).merged_into = Some(into);
        self.topic(into).is_pinned = true;
        for other in self.topic(topic).apart.clone() {
            self.tell_apart((into, other), other != into);
        }
    }

    /// Takes in that two topics do not ask the same, or that this was taken back.
    pub(super) fn told_apart(&mut self, deed: &TopicsToldApart) {
        self.tell_apart((deed.topic, deed.other), deed.on);
    }

    fn tell_apart(&mut self, (one, other): (TopicNumber, TopicNumber), on: bool) {
        for (topic, from) in [(one, other), (other, one)] {
            let apart = &mut self.topic(topic).apart;
            if on {
                apart.insert(from);
            } else {
                apart.remove(&from);
            }
        }
    }

    /// Takes in what was grouped by itself.
    pub(super) fn assigned(&mut self, deed: &TopicsAssigned) {
        let seen = deed.seen.unwrap_or(u64::MAX);
        self.put(&deed.placed, seen);
        for id in &deed.gone {
            self.unplaced.remove_as_of(id, seen);
        }
        self.titled(&deed.titled, deed.seen);
    }

    /// Puts questions where they belong by what was known up to the record `seen`.
    pub(super) fn put(&mut self, placed: &[Placed], seen: u64) {
        for placed in placed {
            let language = placed.language.as_ref();
            if let Some(language) = language {
                self.question(&placed.question).language = Some(language.clone());
            }
            if self.place(&placed.question, placed.cluster, placed.topic) {
                self.unplaced.remove_as_of(&placed.question, seen);
            }
        }
    }

    /// Calls topics so; those that were named by words that have changed since stay without.
    pub(super) fn titled(&mut self, titled: &[Titled], seen: Option<u64>) {
        let is_late = seen.is_some_and(|seen| seen < self.revisions.last);
        for titled in titled {
            if is_late {
                self.untitled.insert(titled.topic);
                continue;
            }
            self.untitled.remove(&titled.topic);
            let topic = self.topic(titled.topic);
            topic.title.clone_from(&titled.title);
            topic.tags.clone_from(&titled.tags);
        }
    }

    /// Has topics titled anew whose title went with somebody who is erased.
    pub(super) fn lost_titles(&mut self) {
        let topics = self.topics.values();
        let lost = topics.filter(|topic| topic.title.is_empty() && !topic.clusters.is_empty());
        self.untitled.extend(lost.map(|topic| topic.number));
    }

    pub(super) fn moved(&mut self, deed: &QuestionMoved) {
        if self.place(&deed.question, deed.cluster, deed.topic) {
            self.unplaced.remove(&deed.question);
        }
        // What an admin touched is kept from being absorbed.
        self.topic(deed.topic).is_pinned = true;
    }

    /// Puts a question into a cluster, and a new cluster into its topic; false: it has no
    /// words any more and stays out.
    fn place(&mut self, id: &QuestionId, cluster: u64, topic: TopicNumber) -> bool {
        let question = self.question(id);
        if question.is_wordless() {
            return false;
        }
        let before = question.cluster.replace(cluster);
        if before != Some(cluster) {
            if let Some(before) = before {
                self.take_out(before, id);
            }
            let new = || {
                Arc::new(Cluster {
                    topic,
                    questions: Vec::new(),
                })
            };
            let entered = Arc::make_mut(self.clusters.entry(&cluster, new));
            entered.questions.push(id.clone());
        }
        self.move_cluster(cluster, topic);
        true
    }

    pub(super) fn take_out(&mut self, cluster: u64, id: &QuestionId) {
        let Some(left) = self.clusters.get_mut(&cluster).map(Arc::make_mut) else {
            return;
        };
        left.questions.retain(|other| other != id);
        if left.questions.is_empty() {
            let topic = left.topic;
            self.clusters.remove(&cluster);
            self.topic(topic).clusters.remove(&cluster);
        }
    }

    pub(super) fn move_cluster(&mut self, cluster: u64, to: TopicNumber) {
        let Some(moved) = self.clusters.get_mut(&cluster).map(Arc::make_mut) else {
            return;
        };
        let from = std::mem::replace(&mut moved.topic, to);
        if from != to {
            self.topic(from).clusters.remove(&cluster);
        }
        self.topic(to).clusters.insert(cluster);
    }
}
