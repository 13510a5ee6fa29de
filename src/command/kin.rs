//! Who counts as one contact by merges, what all of them have, and whether they are reached.

use std::collections::BTreeSet;

use super::refusal::Refusal;
use super::{Holdings, State};
use crate::model::ContactId;

/// After how many merges in a row one is no longer followed.
const MOST_MERGES: usize = 64;

/// Refuses what is written to a contact who is erased, blocked, or was merged into one who is.
pub fn check_reachable(state: &State<'_>, contact: &ContactId) -> Result<(), Refusal> {
    if state.installation.contacts.is_erased(contact.as_str()) {
        return Err(Refusal::conflict(
            "the contact is erased: nothing is taken of them or written to them any more",
        ));
    }
    let mut next = Some(contact.clone());
    for _ in 0..MOST_MERGES {
        let Some(id) = next else { break };
        let Some(known) = state.conversations.contact(id.as_str())? else {
            break;
        };
        if known.blocked_at.is_some() {
            return Err(Refusal::conflict(
                "the contact is blocked: nothing is written to them or taken from them any more",
            ));
        }
        next = known.merged_into;
    }
    Ok(())
}

/// A contact with all those who were merged into them, and what is theirs.
pub fn kin_of(
    state: &State<'_>,
    contact: &ContactId,
) -> Result<(BTreeSet<ContactId>, Holdings), Refusal> {
    let kin = group(state, contact)?;
    let theirs = holdings(state, &kin)?;
    Ok((kin, theirs))
}

/// The contact as whom `id` counts.
pub(super) fn root(state: &State<'_>, id: &ContactId) -> Result<ContactId, Refusal> {
    let mut root = id.clone();
    for _ in 0..MOST_MERGES {
        let known = state.conversations.contact(root.as_str())?;
        match known.and_then(|known| known.merged_into) {
            Some(into) if into != *id => root = into,
            _ => break,
        }
    }
    Ok(root)
}

/// A contact and all those who were merged into them, by whatever way.
pub(super) fn group(state: &State<'_>, root: &ContactId) -> Result<BTreeSet<ContactId>, Refusal> {
    let book = &state.installation.contacts;
    let mut group = BTreeSet::from([root.clone()]);
    let mut ahead = vec![root.clone()];
    while let Some(one) = ahead.pop() {
        for other in book.merged_into(&one) {
            let known = state.conversations.contact(other.as_str())?;
            let holds = known.is_some_and(|known| known.merged_into.as_ref() == Some(&one));
            if holds && group.insert(other.clone()) {
                ahead.push(other.clone());
            }
        }
    }
    Ok(group)
}

/// The conversations and tickets of all of a group.
pub(super) fn holdings(
    state: &State<'_>,
    group: &BTreeSet<ContactId>,
) -> Result<Holdings, Refusal> {
    let mut all = Holdings::default();
    for contact in group {
        let own = state.conversations.holdings(contact.as_str())?;
        all.conversations.extend(own.conversations);
        all.tickets.extend(own.tickets);
    }
    Ok(all)
}
