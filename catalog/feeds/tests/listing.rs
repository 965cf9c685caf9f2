//! Which items a list of paths stands for, in which order, each once.

#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::*;
use feeds::Files;
use model::Blame;
use model::seam::feed::Feed;

/// The names of the items, without the folder before them.
fn names(paths: &[PathBuf], root: &Path) -> Vec<String> {
    let prefix = format!("{}/", root.display());
    let items = Files::new(paths.to_vec()).items().unwrap();
    items.iter().map(|item| item.name.strip_prefix(&prefix).unwrap_or(&item.name).into()).collect()
}

#[test]
fn folders_are_walked_in_order_with_hidden_files_but_without_git() {
    let (_keep, root) = folder(&[
        ("b/2.log", b""),
        ("b/10.log", b""),
        ("a.log", b"x"),
        (".hidden/h.log", b""),
        (".git/config", b""),
        ("B.log", b""),
    ]);
    let expected = [".hidden/h.log", "B.log", "a.log", "b/10.log", "b/2.log"];
    assert_eq!(names(std::slice::from_ref(&root), &root), expected);
    assert_eq!(names(&[root.join(".git")], &root), [".git/config"], "given by name it is read");
    let items = Files::new([root.join("a.log")]).items().unwrap();
    assert_eq!(items[0].size, Some(1));
}

#[test]
fn order_and_doubles_of_arguments_do_not_matter() {
    let (_keep, root) = folder(&[("x/a.log", b"a"), ("x/y/b.log", b"b"), ("c.log", b"c")]);
    let paths = [
        root.join("x"),
        root.join("x/y"),
        root.join("x/../x/y/b.log"),
        root.join("c.log"),
        root.join("./c.log"),
        root.join("x/a.log"),
    ];
    let expected = names(&paths, &root);
    assert_eq!(expected, ["c.log", "x/a.log", "x/y/b.log"]);
    let mut turned = paths.clone();
    for _ in 0..paths.len() {
        turned.rotate_left(1);
        assert_eq!(names(&turned, &root), expected);
        let mut back = turned.clone();
        back.reverse();
        assert_eq!(names(&back, &root), expected);
    }
}

#[test]
fn a_missing_path_is_the_users_to_mend() {
    let error = Files::new(["/no/such/file.log".into()]).items().unwrap_err();
    assert_eq!(error.blame, Blame::User);
    assert!(error.what.contains("/no/such/file.log") && error.remedy.contains("exists"));
    assert_eq!(Files::new([]).items().unwrap(), []);
}

#[test]
fn items_may_be_opened_again_and_from_threads() {
    let (_keep, root) = folder(&[("a.gz", &gz(&log(500))), ("b", &log(20))]);
    let files = Files::new([root]);
    let first = open_all(&files);
    assert_eq!(first, open_all(&files));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(first, open_all(&files)));
        }
    });
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_followed_once_and_loops_end() {
        let (_keep, root) = folder(&[("real/a.log", b"a"), ("real/sub/b.log", b"b")]);
        let (_other, outside) = folder(&[("c.log", b"c")]);
        symlink(&root, root.join("real/loop")).unwrap();
        symlink("again", root.join("again")).unwrap();
        symlink(root.join("real/a.log"), root.join("Also-a.log")).unwrap();
        symlink(root.join("real"), root.join("Alias")).unwrap();
        symlink(&outside, root.join("outside")).unwrap();
        let found = names(std::slice::from_ref(&root), &root);
        assert_eq!(found, ["again", "outside/c.log", "real/a.log", "real/sub/b.log"]);
        let seen = open_all(&Files::new([root.clone()]));
        let texts: Vec<_> = seen.texts().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["c", "a", "b"]);
        assert_eq!(seen.broken.len(), 1);
        assert!(seen.broken[0].1.contains("leads nowhere"), "{seen:?}");
        assert!(Files::new([root.join("again")]).items().is_err(), "given by name it is an error");
    }

    #[test]
    fn names_that_are_no_text_are_read_and_shown() {
        let (_keep, root) = folder(&[]);
        for name in [&b"bad-\xFF.log"[..], b"bad-\xFE.log"] {
            if fs::write(root.join(OsStr::from_bytes(name)), name).is_err() {
                return; // this file system takes no such names
            }
        }
        assert_eq!(names(std::slice::from_ref(&root), &root), ["bad-\\xFE.log", "bad-\\xFF.log"]);
        let seen = open_all(&Files::new([root]));
        assert_eq!(seen.blobs[0].bytes, b"bad-\xFE.log");
        assert_eq!(seen.blobs[1].bytes, b"bad-\xFF.log");
    }

    #[test]
    fn what_is_no_file_in_a_folder_is_told() {
        let (_keep, root) = folder(&[("a.log", b"a")]);
        let _socket = std::os::unix::net::UnixListener::bind(root.join("s")).unwrap();
        let seen = open_all(&Files::new([root.clone()]));
        assert_eq!(seen.blobs.len(), 1);
        assert!(seen.broken[0].1.contains("a socket"), "{seen:?}");
        let error = Files::new([root.join("s")]).items().unwrap_err();
        assert!(error.what.contains("a socket"), "{error}");
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let (_keep, root) = folder(&[("a.log", b"a"), ("no.log", b"x"), ("shut/b.log", b"b")]);
        let close = |name: &str, mode| {
            fs::set_permissions(root.join(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        close("no.log", 0);
        close("shut", 0);
        if fs::read(root.join("no.log")).is_ok() {
            return; // root may read everything
        }
        let seen = open_all(&Files::new([root.clone()]));
        assert_eq!((seen.blobs.len(), seen.broken.len()), (1, 2), "{seen:?}");
        let error = Files::new([root.join("no.log")]).items().unwrap_err();
        assert!(error.blame == Blame::User && error.remedy.contains("readable"));
        assert!(Files::new([root.join("shut")]).items().is_err());
        close("shut", 0o755);
    }

    #[test]
    fn a_pipe_that_is_given_is_read_once_and_opened_twice() {
        let (_keep, root) = folder(&[]);
        let pipe = root.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let files = Files::new([pipe.clone()]);
        assert_eq!(files.items().unwrap()[0].size, None);
        let text = log(300);
        std::thread::scope(|scope| {
            scope.spawn(|| fs::write(&pipe, gz(&text)).unwrap());
            assert!(open_all(&files).blobs[0].bytes == text);
        });
        assert!(open_all(&files).blobs[0].bytes == text);
        let seen = open_all(&Files::new([root]));
        assert!(seen.broken[0].1.contains("a named pipe"), "{seen:?}");
    }

    #[test]
    fn standard_input_has_one_name() {
        let paths = ["-", "/dev/stdin", "-"].map(PathBuf::from);
        let items = Files::new(paths).items().unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].name, "-");
    }
}
