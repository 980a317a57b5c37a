//! `conform snapshots review` on a terminal.

use std::process::{Command, Stdio};

use super::folder::{Folder, SNAPSHOT, asapp};
use crate::support::command::{binary, without_environment};

/// Reviews in the foreground, and ends it by a signal as soon as it waits for a key; notes the modes before and after.
const REVIEW: &str = r#"
stty -g > before
(
    tries=0
    while [ "$(stty -g < /dev/tty)" = "$(cat before)" ] && [ $tries -lt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    stty -g < /dev/tty > meanwhile
    kill -TERM "$(cat pid)"
) &
sh -c 'echo $$ > pid; exec "$CONFORM" snapshots review --provider asapp'
echo $? > status
stty -g > after
wait
"#;

#[test]
#[cfg(target_os = "linux")]
fn a_signal_while_a_key_is_waited_for_leaves_the_terminal_as_it_was() {
    let folder = Folder::with_snapshots();
    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    assert_eq!(asapp(&folder, &[], false).status, Some(1));
    std::fs::write(folder.root().join("review.sh"), REVIEW).expect("written");
    // It gives its command a terminal.
    let script = without_environment(Command::new("script"), folder.root())
        .args(["-qec", "CONFORM=\"$REVIEWED\" sh review.sh", "/dev/null"])
        .env("REVIEWED", binary())
        .stdout(Stdio::null())
        .status();
    let status = script.unwrap_or_else(|error| panic!("script is needed (bsdutils): {error}"));
    assert!(status.success(), "{status}");
    let noted = |name: &str| std::fs::read_to_string(folder.root().join(name)).expect(name);
    assert_ne!(noted("meanwhile"), noted("before"), "it did not wait for a key");
    assert_eq!((noted("after"), noted("status").trim()), (noted("before"), "130"));
}
