import {
  lines,
  optional,
  optionalDuration,
  platforms,
  skipped,
  switchOr,
  uniqueLines,
  withDefault,
  word,
  wordList,
} from "../fields.ts";
import { input, inputs, namesWhere } from "../input-facts.ts";
import { otherScanners, scanWithMistakes } from "../scan-with.ts";
import {
  actionInputs,
  type InputData,
  type InputsOf,
  judging,
  type Mistakes,
  scanners,
  scanning,
} from "../shared-inputs.ts";
import { REPLACED } from "./foreign-inputs.ts";

const shape = {
  image: input(lines, { target: true, address: true }),
  "image-source": input(wordList(["docker", "containerd", "podman", "remote"], []), { scans: true }),
  ...inputs({ path: lines }, { target: true }),
  repository: input(lines, { target: true, address: true }),
  ...inputs({ sbom: lines, "trivy-report": lines, "scan-report": lines }, { target: true }),
  "max-report-age": optionalDuration("1h", "365d", "`1d`, `36h` or `7d`"),
  platform: input(platforms, { often: true, scans: true, needs: ["image", ""] }),
  baseline: input(withDefault(optional, "auto"), { often: true, file: true }),
  "base-image": input(optional, { address: true }),
  "base-image-candidates": input(uniqueLines, { address: true }),
  dockerfile: input(optional, { file: true }),
  vex: input(uniqueLines, { file: true, words: ["repo"] }),
  ...inputs({ "skip-dirs": skipped, "skip-files": skipped, scanners }, { scans: true }),
  ...otherScanners,
  policy: input(optional, { often: true, file: true }),
  "policy-from": word(["workspace", "base", "default-branch"], "workspace"),
  ...judging,
  comment: word(["always", "on-failure", "never"], "always"),
  summary: switchOr(true),
  reports: input(lines, {
    often: true,
    words: [
      ...["sarif", "gitlab", "gitlab-code-quality", "gitlab-sbom", "gitlab-annotations", "junit", "csv"],
      ...["markdown", "html", "verdict", "cyclonedx", "spdx-json"],
    ],
  }),
  "upload-sarif": switchOr(false),
  "dependency-graph": switchOr(false),
  ...scanning,
};

export { shape };

const known = { shape, replaced: REPLACED, contradictions, page: "docs/inputs.md" };
/** Reads the inputs. To report a run in which some are wrong, the correct ones are read alone. */
export const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs(known);

type Data = InputData<typeof shape>;

/** The action's validated inputs, with `base-image` as `baseImage`. */
export type Inputs = InputsOf<Data>;

function contradictions(data: Data): Mistakes {
  const targets = namesWhere(shape, ({ target }) => target) as (keyof Data)[];
  return {
    [`there is nothing to judge: ${targets.map((name) => `\`${name}\``).join(", ")} are all missing or empty; name what to scan, for example \`image: ghcr.io/acme/app:1.2\``]:
      targets.every((name) => (data[name] as readonly string[]).length === 0),
    ...scanWithMistakes(data),
    [`\`policy-from: ${data["policy-from"]}\` asks the platform's API, which \`offline\` forbids`]:
      data.offline && data["policy-from"] !== "workspace",
    "`max-report-age` needs a `scan-report` or a `trivy-report`":
      data["max-report-age"] !== undefined && data["trivy-report"].length + data["scan-report"].length === 0,
  };
}
