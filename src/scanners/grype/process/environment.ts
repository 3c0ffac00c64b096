import { noLogin, ownFolders } from "../../../system/own-environment.ts";
import { handedOn, WINDOWS_VARIABLES } from "../../../system/process.ts";
import { type ProgramWorld, programPath } from "../../../system/program-folders.ts";

/**
 * The complete environment of a Grype process. It contacts nothing, so there is no proxy, no certificate and no login.
 * No `GRYPE_*` and no `SYFT_*` is inherited: eighty of them change what it finds, some without a trace in its report.
 */
export function grypeEnvironment(world: ProgramWorld): Record<string, string> {
  const folders = ownFolders(world);
  const own = world.platform === "win32" ? WINDOWS_VARIABLES : [];
  return {
    ...handedOn(world.env, ["RUNNER_TRACKING_ID", ...own]),
    PATH: programPath(world),
    ...folders,
    // Without it, the system's `/etc/xdg` is searched for a configuration.
    XDG_CONFIG_DIRS: folders.XDG_CONFIG_HOME ?? "",
    ...noLogin(world),
    // Its errors are in colours even without a terminal.
    NO_COLOR: "1",
  };
}
