"""A build step that asks Yagura's gate; put `gate_step("prod")` before the deployment."""

from buildbot.plugins import steps, util
from buildbot.process.results import FAILURE, SUCCESS


def gate_step(environment, sbom="bom.json"):
    """Blocked (1) and undecided (4) both fail the build; neither may be deployed."""
    return steps.ShellCommand(
        name="gate",
        command=[
            "yagura", "gate", "check",
            "--sbom", sbom,
            "--app", util.Property("buildername"),
            "--version", util.Interpolate("%(prop:got_revision)s"),
            "--env", environment,
        ],
        decodeRC={0: SUCCESS, 1: FAILURE, 2: FAILURE, 4: FAILURE},
        haltOnFailure=True,
    )
