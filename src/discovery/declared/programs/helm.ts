import { join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import type { HelmChart } from "../../source.ts";
import { shown } from "../gather.ts";
import { type Allowance, type Decider, deciderOf, outputOf } from "./run.ts";

/** The machine's Helm. @throws GateError `discovery-program-missing` */
export async function helmOf({ chart, values }: HelmChart, allowance: Allowance): Promise<Decider> {
  const helm = await deciderOf("helm", ["version", "--short"], allowance);
  if (helm !== undefined) return helm;
  const options = values.map((file) => ` --values ${file}`).join("");
  throw new GateError(
    "discovery-program-missing",
    "There is no `helm` on the PATH outside of the job's folders",
    `Install it on this machine, or run \`helm template ${chart}${options} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}

/** For what templates are rendered: they can ask for it (`.Release.IsUpgrade`). */
export type HelmAction = "install" | "upgrade";

interface Templated extends Pick<HelmChart, "chart" | "values"> {
  /** Of the copies of its files, absolute. */
  readonly root: string;
  readonly action: HelmAction;
}

/**
 * What Helm makes of a chart, as YAML: all objects, hooks and tests included. It updates no dependency and asks no
 * cluster.
 * @throws GateError `discovery-helm` if it refuses
 */
export async function helmTemplate(
  { name, path, version }: Decider,
  { chart, values, root, action }: Templated,
  allowance: Allowance,
): Promise<string> {
  const absolute = (file: string) => join(root, file);
  const how = action === "upgrade" ? ["--is-upgrade"] : [];
  const args = [
    "template",
    "release",
    absolute(chart),
    ...how,
    ...values.map((file) => `--values=${oneOfList(absolute(file))}`),
  ];
  const refusal = (reason: string) =>
    new GateError(
      "discovery-helm",
      `${name} ${version} refuses ${shown(chart)}: ${withoutValues(reason.replaceAll(`${root}/`, ""))}`,
      "Correct the chart until `helm template` accepts it without network (its dependencies must lie in charts/), or write what it makes into a file, and name that file by kubernetes:PATH.",
    );
  return outputOf({ name, path, args }, allowance, refusal);
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
