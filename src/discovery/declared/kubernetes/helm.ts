import { join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { type Gathering, gatherOthers, outcomeOf } from "../../gather.ts";
import type { SourceOf } from "../../parse-source.ts";
import { copyOf, sourceFiles } from "../files.ts";
import { type Allowance, deciderOf, outputOf, programMissing } from "../programs/run.ts";
import { reportManifests } from "./manifests.ts";

/** For an upgrade, charts can require more values, such as existing passwords. */
const NO_UPGRADE =
  "Helm renders the chart for an installation, and not for an upgrade with the same values: only an installation's images count.";

const UPGRADE_DIFFERS = "An upgrade of the chart has images that an installation does not have. They count, too.";

/**
 * Reads the images in Helm's rendering of a chart, as YAML: all objects, hooks and tests included. It updates no
 * dependency and asks no cluster.
 */
export async function readHelm(source: SourceOf<"helm">, found: Gathering, allowance: Allowance): Promise<void> {
  const { chart, values } = source;
  const files = sourceFiles("chart", allowance.world);
  for (const file of [chart, ...values]) files.require(file);
  const helm = await deciderOf("helm", ["version", "--short"], allowance);
  if (helm === undefined) throw helmMissing(chart, values);
  // Templates can read every file of a chart's folder, and Helm follows links.
  using copy = copyOf([chart, ...values], allowance.world);
  const { workspace } = copy;
  const { name, path, version } = helm;
  // For Helm, a comma separates two files, except in quotes (a line of CSV).
  const given = values.map((each) => `--values="${join(workspace, each).replaceAll('"', '""')}"`);
  const args = ["template", "release", join(workspace, chart), ...given];
  const question = { args, workspace, refusal: "discovery-helm", what: chart } as const;
  const installed = await outputOf(helm, question, allowance);
  // Templates can ask why they are rendered (`.Release.IsUpgrade`).
  const upgraded = await outcomeOf(() => outputOf(helm, { ...question, args: [...args, "--is-upgrade"] }, allowance));
  found.note(`The chart was rendered by ${name} ${version} (${path}).`);
  reportManifests([{ file: `${chart} as rendered`, read: () => installed }], found);
  if (upgraded instanceof GateError) {
    if (upgraded.code !== "discovery-helm") throw upgraded;
    return found.note(NO_UPGRADE);
  }
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
