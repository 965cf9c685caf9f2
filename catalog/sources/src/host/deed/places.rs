//! Where OCSF keeps processes: as the subject, as the actor, as evidence, each with its parent.

use ocsf::{Flat, Path, Scalar, paths};

use super::{Process, file_name};

/// What OCSF calls what the record does not name.
const UNKNOWN: &str = "unknown";

/// Where the attributes of a process go, as far as there is a place.
pub struct Place {
    pid: Path,
    uid: Path,
    name: Path,
    path: Path,
    command: Path,
    file: Option<[Path; 3]>,
    rest: Option<[Path; 4]>,
}

macro_rules! place {
    ($pid:ident, $uid:ident, $name:ident, $path:ident, $command:ident) => {
        Place {
            pid: paths::$pid,
            uid: paths::$uid,
            name: paths::$name,
            path: paths::$path,
            command: paths::$command,
            file: None,
            rest: None,
        }
    };
}

/// The process that an event is about.
pub const PROCESS: Place = Place {
    file: Some([paths::PROCESS_FILE_PATH, paths::PROCESS_FILE_NAME, paths::PROCESS_FILE_TYPE_ID]),
    rest: Some([
        paths::PROCESS_USER_NAME,
        paths::PROCESS_USER_UID,
        paths::PROCESS_WORKING_DIRECTORY,
        paths::PROCESS_SESSION_TERMINAL,
    ]),
    ..place!(PROCESS_PID, PROCESS_UID, PROCESS_NAME, PROCESS_PATH, PROCESS_CMD_LINE)
};

/// The process that acts.
pub const ACTOR: Place = Place {
    file: Some([
        paths::ACTOR_PROCESS_FILE_PATH,
        paths::ACTOR_PROCESS_FILE_NAME,
        paths::ACTOR_PROCESS_FILE_TYPE_ID,
    ]),
    rest: Some([
        paths::ACTOR_PROCESS_USER_NAME,
        paths::ACTOR_PROCESS_USER_UID,
        paths::ACTOR_PROCESS_WORKING_DIRECTORY,
        paths::ACTOR_PROCESS_SESSION_TERMINAL,
    ]),
    ..place!(
        ACTOR_PROCESS_PID,
        ACTOR_PROCESS_UID,
        ACTOR_PROCESS_NAME,
        ACTOR_PROCESS_PATH,
        ACTOR_PROCESS_CMD_LINE
    )
};

/// The process of a finding.
pub const EVIDENCE: Place = Place {
    file: Some([
        paths::EVIDENCES_PROCESS_FILE_PATH,
        paths::EVIDENCES_PROCESS_FILE_NAME,
        paths::EVIDENCES_PROCESS_FILE_TYPE_ID,
    ]),
    rest: Some([
        paths::EVIDENCES_PROCESS_USER_NAME,
        paths::EVIDENCES_PROCESS_USER_UID,
        paths::EVIDENCES_PROCESS_WORKING_DIRECTORY,
        paths::EVIDENCES_PROCESS_SESSION_TERMINAL,
    ]),
    ..place!(
        EVIDENCES_PROCESS_PID,
        EVIDENCES_PROCESS_UID,
        EVIDENCES_PROCESS_NAME,
        EVIDENCES_PROCESS_PATH,
        EVIDENCES_PROCESS_CMD_LINE
    )
};

/// Its parent.
pub const PROCESS_PARENT: Place = place!(
    PROCESS_PARENT_PROCESS_PID,
    PROCESS_PARENT_PROCESS_UID,
    PROCESS_PARENT_PROCESS_NAME,
    PROCESS_PARENT_PROCESS_PATH,
    PROCESS_PARENT_PROCESS_CMD_LINE
);

/// Its parent.
pub const ACTOR_PARENT: Place = place!(
    ACTOR_PROCESS_PARENT_PROCESS_PID,
    ACTOR_PROCESS_PARENT_PROCESS_UID,
    ACTOR_PROCESS_PARENT_PROCESS_NAME,
    ACTOR_PROCESS_PARENT_PROCESS_PATH,
    ACTOR_PROCESS_PARENT_PROCESS_CMD_LINE
);

/// Its parent.
pub const EVIDENCE_PARENT: Place = place!(
    EVIDENCES_PROCESS_PARENT_PROCESS_PID,
    EVIDENCES_PROCESS_PARENT_PROCESS_UID,
    EVIDENCES_PROCESS_PARENT_PROCESS_NAME,
    EVIDENCES_PROCESS_PARENT_PROCESS_PATH,
    EVIDENCES_PROCESS_PARENT_PROCESS_CMD_LINE
);

/// Puts a process. One without number and id is told apart from process 0.
pub fn put_process<'a>(flat: &mut Flat<'a>, place: &Place, process: &Process<'a>, always: bool) {
    if process.is_empty() && !always {
        return;
    }
    match process.pid {
        Some(pid) => flat.put(place.pid, pid),
        None if process.uid.is_none() => flat.put(place.uid, UNKNOWN),
        None => {}
    }
    flat.put_some(place.uid, process.uid.clone());
    let path = process.path.clone().filter(|path| !path.is_empty());
    let name = process.name.clone().or_else(|| Some(file_name(path.as_deref()?).to_owned().into()));
    flat.put_some(place.name, name);
    flat.put_some(place.path, path.clone());
    flat.put_some(place.command, process.command.clone());
    if let (Some([file, name, kind]), Some(path)) = (place.file, path) {
        flat.put(name, file_name(&path).to_owned());
        flat.put(file, Scalar::Str(path));
        flat.put(kind, 1);
    }
    if let Some([user, user_uid, directory, terminal]) = place.rest {
        flat.put_some(user, process.user.clone());
        flat.put_some(user_uid, process.user_uid.clone());
        flat.put_some(directory, process.directory.clone());
        flat.put_some(terminal, process.terminal.clone());
    }
}
