import { parse } from "yaml";
import { z } from "zod";
import type { CommandOption } from "../../src/cli/command.ts";

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
});

/** How an action reads one of its inputs. */
interface Field {
  safeParse(value: unknown, options?: { jitless: true }): { success: boolean; data?: unknown };
}

/** An action's file, and how it reads each input. */
interface ActionInputs {
  readonly yaml: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/**
 * What an option does where a command is typed, if its input says it for the author of a workflow, or says it only in a
 * later sentence. That of a switch that is on by default describes its `--no-…`.
 */
const AT_A_TERMINAL: Readonly<Record<string, string>> = {
  policy: "The policy file, in place of .github/image-gate.yml of the working directory.",
  mode: "enforce, or warn: a fail exits with 0, an error with 2.",
  summary: "No summary. At a terminal there is one with --format markdown alone.",
  cache: "Keeps no unpacked layers on this machine, and nothing in a pipeline's cache.",
  token: "The token of a pipeline's requests to GitLab.",
  "gate policy-from": "In a merge request's pipeline, base: the policy of the branch that it is to enter.",
  "gate baseline":
    "What the image is compared with: none, an image, or a file (Image Gate's report, Trivy's JSON, an SBOM).",
  "gate reports":
    "Reports for other tools, FORMAT=PATH: sarif, cyclonedx, spdx-json, gitlab, gitlab-code-quality, gitlab-sbom, gitlab-annotations, junit, html, markdown, csv, verdict. {target} in a path makes a file of each target.",
  "gate comment": "In a pipeline of GitLab, the note: always, on-failure or never.",
  "gate name": "Heading of the answer, and what tells several gates' notes on one merge request apart.",
  "gate upload-sarif": "In a workflow of GitHub alone, where the action does it.",
  "gate dependency-graph": "In a workflow of GitHub alone, where the action does it.",
  "rescan reuse-sbom": "Pulls an image again whose digest is known.",
  "sign cosign-key":
    "The private key: a file, env://NAME for a variable, or the URI of a KMS (awskms://…, azurekms://…, gcpkms://…, hashivault://…, k8s://…).",
  "sign tlog": "Without Sigstore's public log, for signatures by a key.",
  "sign report": "The gate's report.json, in the folder of its --report-dir.",
  "sign report-digest": "SHA-256 of the report, by which an edited one is refused.",
  "verify tlog": "Also signatures that are not in Sigstore's public log.",
};

/** Lists are given once for each item. */
function aboutOf(sentence: string): string {
  return sentence
    .replace(/, one (?:source )?a line(?=[.;:,])/g, "")
    .replaceAll("the workspace", "the working directory");
}

/** The inputs of the actions as options of commands, as the bundle has them. */
export function commandOptionsFile(actions: Readonly<Record<string, ActionInputs>>): string {
  const all = Object.entries(actions).map(([name, { yaml, fields }]) => {
    const { inputs } = actionSchema.parse(parse(yaml));
    return [name, Object.entries(inputs).map(([input, about]) => optionOf([name, input], about, fields[input]))];
  });
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}

function optionOf(
  [action, name]: readonly [action: string, name: string],
  input: { readonly description: string; readonly default?: string | undefined },
  field: Field | undefined,
): CommandOption {
  if (field === undefined) throw new Error(`the action does not read its input ${name}`);
  return {
    name,
    kind: kindOf(field),
    about: AT_A_TERMINAL[`${action} ${name}`] ?? AT_A_TERMINAL[name] ?? aboutOf(firstSentence(input.description)),
    ...(input.default !== undefined && !/^\$\{\{/.test(input.default) && { initially: input.default }),
  };
}

/** Values of which two make a list of two, wherever an input takes several. */
const ITEMS = ["vuln secret", "docker remote", "linux/amd64 linux/arm64", "ghcr.io/a/b:1 ghcr.io/a/c:1", "a b"];

/** The kind is what the field does with a value, so that nobody writes it down twice. */
function kindOf(field: Field): CommandOption["kind"] {
  const read = (value: string) => field.safeParse(value, { jitless: true });
  if (read("true").data === true && read("false").data === false && !read("maybe").success) return "switch";
  const isList = ITEMS.some((items) => {
    const { data } = read(items.replace(" ", "\n"));
    return Array.isArray(data) && data.length === 2;
  });
  return isList ? "list" : "text";
}

/** Its first sentence, on one line, without the marks of code and the value that a switch has anyway. */
function firstSentence(description: string): string {
  const text = description
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^`true`: /, "")
    .replaceAll("` as `", "as")
    .replaceAll("`", "");
  const sentence = /^.*?[.;](?= [A-Z]| [a-z]|$)/.exec(text)?.[0].replace(/;$/, ".") ?? text;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
