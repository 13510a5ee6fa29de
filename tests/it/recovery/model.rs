//! A model that is added or removed while the process dies, and next to a running server.

use super::*;
use crate::tiny_model;

/// Points of adding and removing a model, with the passages at which they die.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("model.copied", &[1]),
    ("model.placed", &[1]),
    ("model.removed", &[1]),
];

impl Place {
    fn model(&self, arguments: &[&str]) -> Value {
        let arguments = [&["model"], arguments, &["--json"]].concat();
        serde_json::from_str(&self.run(&arguments).ok().stdout).unwrap()
    }
}

#[test]
fn a_model_is_added_and_removed_whenever_the_process_dies() {
    let mut place = Place::filled();
    tiny_model::write(&place.path("tiny"), false);
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let removes = *point == "model.removed";
            if removes {
                place.model(&["add", "tiny"]);
            }
            let arguments: &[&str] = if removes {
                &["model", "remove"]
            } else {
                &["model", "add", "tiny"]
            };
            let ran = place.run_with(arguments, &[("SVAR_FAILPOINT", armed.as_str())]);
            assert!(ran.is_killed(), "{armed}: {}{}", ran.stdout, ran.stderr);
            place.kills += 1;
            let output = place.model(&[]);
            assert_eq!(output["in_use"]["embedder"], "own/1", "{armed}");
            assert_eq!(
                (&output["next"], &output["fault"]),
                (&Value::Null, &Value::Null),
                "{armed}"
            );
            place.verify();
            let added = place.model(&["add", "tiny"]);
            assert_eq!(added["in_use"]["name"], "tiny", "{armed}");
            let removed = place.model(&["remove"]);
            assert_eq!(removed["in_use"]["embedder"], "own/1", "{armed}");
            let left = fs::read_dir(place.data().join("model")).unwrap().count();
            assert_eq!(left, 0, "{armed}");
        }
    }
    place.run(&["check"]).ok();
}

#[test]
fn a_change_of_the_model_that_is_cut_off_goes_on_at_the_next_start() {
    let place = Place::filled();
    tiny_model::write(&place.path("tiny"), false);
    // What says that it was chosen is journalled, what says that it is in use is not.
    let armed = [("SVAR_FAILPOINT", "journal.written=kill@2")];
    let ran = place.run_with(&["model", "add", "tiny"], &armed);
    assert!(ran.is_killed(), "{}{}", ran.stdout, ran.stderr);
    let server = place.serve(&[]);
    let began = Instant::now();
    while place.model(&[])["in_use"]["name"] != "tiny" {
        assert!(began.elapsed() < PATIENCE, "it does not go on");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert!(server.stop().0.success());
}

#[test]
fn a_server_takes_a_model_in_while_it_answers() {
    let place = Place::filled();
    tiny_model::write(&place.path("tiny"), false);
    let server = place.serve(&[]);
    let ran = place.run(&["model", "add", "tiny"]).ok();
    assert!(
        ran.stdout.contains("in use: tiny ("),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert!(
        ran.stderr.contains("is served by a running svar"),
        "{}",
        ran.stderr
    );
    let refused = place.run(&["model", "add", "nowhere"]);
    assert!(
        refused.stderr.contains("`model.onnx` could not be read"),
        "{}",
        refused.stderr
    );
    let ran = place.run(&["model", "remove"]).ok();
    assert!(
        ran.stdout.contains("the table that Svar comes with"),
        "{}",
        ran.stdout
    );
    assert!(server.stop().0.success());
    let ran = place.run(&["model"]).ok();
    assert_eq!(
        ran.stdout,
        "in use: the table that Svar comes with, 258 numbers a vector\n"
    );
}
