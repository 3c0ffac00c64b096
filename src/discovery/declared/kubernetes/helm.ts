import { realpathSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { type Gathering, gatherOthers, shown } from "../../gather.ts";
import type { SourceOf } from "../../parse-source.ts";
import { copyInto, sourceFiles } from "../files.ts";
import { type Allowance, deciderOf, outputOf, programMissing } from "../programs/run.ts";
import { reportManifests } from "./manifests.ts";

/** Charts can ask for more values then: the passwords of what runs. */
const NO_UPGRADE =
  "Helm renders the chart for an installation, and not for an upgrade with the same values: only what an installation makes counts.";

const UPGRADE_DIFFERS = "An upgrade of the chart has images that an installation does not have. They count, too.";

/**
 * Reads the images of what Helm makes of a chart, as YAML: all objects, hooks and tests included. It updates no
 * dependency and asks no cluster.
 */
export async function readHelm(
  { chart, values }: SourceOf<"helm">,
  found: Gathering,
  allowance: Allowance,
): Promise<void> {
  const { world } = allowance;
  const files = sourceFiles("chart", world);
  for (const file of [chart, ...values]) files.require(file);
  const helm = await deciderOf("helm", ["version", "--short"], allowance);
  if (helm === undefined) throw helmMissing(chart, values);
  // Templates can read every file of a chart's folder, and Helm follows links.
  const root = realpathSync(privateFolder(world, "helm"));
  using _ = removedAtEnd(root);
  const [file, folder] = files.isFolder(chart) ? [[], [chart]] : [[chart], []];
  copyInto([...file, ...values], folder, { workspace: world.workspace, into: root });
  const { name, path, version } = helm;
  const given = values.map((each) => `--values=${oneOfList(join(root, each))}`);
  const refusal = (reason: string) =>
    new GateError(
      "discovery-helm",
      `${name} ${version} refuses ${shown(chart)}: ${withoutValues(reason.replaceAll(`${root}/`, ""))}`,
      "Correct the chart until `helm template` accepts it without network (its dependencies must lie in charts/), or write what it makes into a file, and name that file by kubernetes:PATH.",
    );
  const render = (how: readonly string[]) =>
    outputOf(helm, ["template", "release", join(root, chart), ...how, ...given], allowance, refusal);
  const installed = await render([]);
  // Templates can ask for what they are rendered (`.Release.IsUpgrade`).
  const upgraded = await render(["--is-upgrade"]).catch(unlessRefused);
  found.note(`The chart was rendered by ${name} ${version} (${path}).`);
  reportManifests([{ file: `${chart} as rendered`, read: () => installed }], found);
  if (upgraded === undefined) return found.note(NO_UPGRADE);
  const upgrade = { file: `${chart} as rendered for an upgrade`, read: () => upgraded };
  gatherOthers({ note: UPGRADE_DIFFERS }, found, (others) => reportManifests([upgrade], others));
}

function helmMissing(chart: string, values: readonly string[]): GateError {
  const options = values.map((file) => ` --values ${file}`).join("");
  return programMissing(
    "There is no `helm` on the PATH outside of the job's folders",
    `Install it on this machine, or run \`helm template ${chart}${options} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}

function unlessRefused(thrown: unknown): undefined {
  if (thrown instanceof GateError && thrown.code === "discovery-helm") return undefined;
  throw thrown;
}

/** Helm takes a comma for the border of two files, but in quotes (a line of CSV). */
function oneOfList(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** What a template says itself can have values, which may be secret: only its place is shown. */
function withoutValues(reason: string): string {
  const [place] = /\([^()\s]{1,200}:\d+(?::\d+)?\)/.exec(reason) ?? [];
  return place === undefined ? reason : `an error at ${place}`;
}
