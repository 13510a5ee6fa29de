//! What topics promise: the same ones in any run, ids that stay, people's word kept.

use super::*;

/// A unit vector of 64 numbers near the direction of `topic`; the noise is of a fixed
/// sequence.
fn vector(topic: usize, nth: usize) -> Vec<f32> {
    let (own, noise) = (numbers(topic), numbers(1_000 + topic * 10_000 + nth));
    let mut vector: Vec<f32> = own
        .iter()
        .zip(noise)
        .map(|(own, noise)| own + 0.5 * noise)
        .collect();
    crate::vector::normalise(&mut vector);
    vector
}

/// Numbers between -0.5 and 0.5, the same for the same seed.
fn numbers(seed: usize) -> Vec<f32> {
    let mut state = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    for _ in 0..8 {
        next();
    }
    (0..64).map(|_| next()).collect()
}

/// Questions of `topics` topics in turn.
fn filled(topics: usize, each: usize) -> Topics {
    let mut filled = Topics::new(0.5);
    for nth in 0..each {
        for topic in 0..topics {
            filled.assign(&format!("{topic}/{nth}"), &vector(topic, nth));
            if filled.due() {
                filled.regroup();
            }
        }
    }
    filled.regroup();
    filled
}

fn topic(topics: &Topics, question: &str) -> u64 {
    topics.place_of(question).unwrap().topic
}

#[test]
fn questions_that_mean_the_same_share_a_topic() {
    let topics = filled(8, 60);
    assert_eq!(topics.ids().count(), 8);
    for one in 0..8 {
        assert!(
            (0..60).all(|nth| topic(&topics, &format!("{one}/{nth}"))
                == topic(&topics, &format!("{one}/0")))
        );
        assert_eq!(topics.size(topic(&topics, &format!("{one}/0"))), 60);
    }
}

#[test]
fn the_same_questions_give_the_same_topics_in_every_run() {
    let (one, two) = (filled(20, 40), filled(20, 40));
    for nth in 0..40 {
        assert_eq!(
            one.place_of(&format!("3/{nth}")),
            two.place_of(&format!("3/{nth}"))
        );
    }
}

#[test]
fn what_is_restored_goes_on_as_if_it_had_never_stopped() {
    let mut whole = filled(12, 30);
    let mut restored = Topics::new(0.5);
    // The journal's order is not the order of the questions.
    for nth in (0..30).rev() {
        for topic in 0..12 {
            let id = format!("{topic}/{nth}");
            let place = whole.place_of(&id).unwrap();
            restored.restore(&id, &vector(topic, nth), place.cluster, place.topic);
        }
    }
    assert!(restored.regroup().is_empty() == whole.regroup().is_empty());
    for nth in 30..60 {
        for topic in 0..14 {
            let id = format!("{topic}/{nth}");
            let new = vector(topic, nth);
            assert_eq!(whole.assign(&id, &new), restored.assign(&id, &new), "{id}");
        }
    }
    assert_eq!(whole.regroup(), restored.regroup());
}

#[test]
fn asking_again_with_the_same_id_changes_nothing() {
    let mut topics = filled(3, 5);
    let place = topics.place_of("1/1").unwrap();
    assert_eq!(topics.assign("1/1", &vector(2, 9)), place);
    assert_eq!(topics.size(place.topic), 5);
}

#[test]
fn ids_stay_with_the_larger_part() {
    let mut topics = filled(6, 40);
    let before: Vec<u64> = (0..6)
        .map(|one| topic(&topics, &format!("{one}/0")))
        .collect();
    for nth in 40..80 {
        for one in 0..6 {
            topics.assign(&format!("{one}/{nth}"), &vector(one, nth));
        }
    }
    topics.regroup();
    let after: Vec<u64> = (0..6)
        .map(|one| topic(&topics, &format!("{one}/0")))
        .collect();
    assert_eq!(before, after);
}

#[test]
fn a_merge_by_hand_holds_and_absorbs() {
    let mut topics = filled(6, 20);
    let (from, into) = (topic(&topics, "0/0"), topic(&topics, "1/0"));
    topics.merge(from, into);
    assert_eq!((topics.size(into), topics.size(from)), (40, 0));
    topics.regroup();
    assert_eq!(topic(&topics, "0/7"), into);
    topics.assign("new", &vector(0, 99));
    topics.regroup();
    assert_eq!(topic(&topics, "new"), into);
    assert_eq!(topics.ids().count(), 5);
}

#[test]
fn pinned_topics_are_never_merged_with_each_other() {
    let mut topics = filled(2, 20);
    let one = topic(&topics, "0/0");
    let other = topics.split(&["0/1", "0/2", "0/3"]);
    topics.pin(one);
    topics.regroup();
    assert_eq!(topic(&topics, "0/1"), other);
    assert_eq!(topic(&topics, "0/0"), one);
    assert_eq!((topics.size(one), topics.size(other)), (17, 3));
}

#[test]
fn a_question_moved_by_hand_stays_there() {
    let mut topics = filled(4, 20);
    let target = topic(&topics, "3/0");
    let moved = topics.shift("0/5", target).unwrap();
    assert_eq!(moved.topic, target);
    topics.regroup();
    assert_eq!(topic(&topics, "0/5"), target);
    assert_eq!(topics.size(target), 21);
    assert_eq!(topics.shift("absent", target), None);
}

#[test]
fn what_is_removed_leaves_no_trace() {
    let mut topics = filled(2, 3);
    for one in 0..2 {
        for nth in 0..3 {
            topics.remove(&format!("{one}/{nth}"));
        }
    }
    topics.remove("absent");
    assert_eq!((topics.ids().count(), topics.clusters()), (0, 0));
    assert_eq!(topics.place_of("0/0"), None);
    assert!(topics.regroup().is_empty());
}

#[test]
fn texts_without_meaning_stand_alone() {
    let mut topics = Topics::new(0.5);
    let nothing = vec![0.0; 64];
    let (a, b) = (topics.assign("a", &nothing), topics.assign("b", &nothing));
    topics.regroup();
    assert_ne!(a.topic, b.topic);
}

#[test]
fn a_hundred_thousand_equal_questions_are_one_cluster() {
    let mut topics = Topics::new(0.5);
    let same = vector(1, 1);
    for nth in 0..100_000 {
        topics.assign(&nth.to_string(), &same);
        if topics.due() {
            topics.regroup();
        }
    }
    assert_eq!((topics.ids().count(), topics.clusters()), (1, 1));
    assert_eq!(topics.size(1), 100_000);
}

#[test]
fn a_kept_vector_is_as_good_as_the_original() {
    let topics = filled(2, 2);
    let (stored, original) = (topics.vector("1/1").unwrap(), vector(1, 1));
    assert!((crate::vector::dot(&stored, &original) - 1.0).abs() < 0.02);
}
