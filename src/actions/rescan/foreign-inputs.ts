import { SEVERITIES, severityName } from "../../domain/severity.ts";

const IMAGES = "name images in a list, and the list by `discover: file:PATH`";
const LIMITS = `use ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`;
const GATE = "it belongs to the gate, which judges one image before it is deployed";
const RULES = "the policy is the checked-out one, but the default branch's for triggers that a stranger may cause";

/** Inputs of the gate and names that users try, and what replaces them here. */
export const TRANSLATIONS: Readonly<Record<string, string>> = {
  image: IMAGES,
  images: IMAGES,
  "image-ref": IMAGES,
  "image-source": "the source of `discover` says where an image is looked for",
  path: GATE,
  repository: GATE,
  sbom: "SBOMs are kept in the state; see `reuse-sbom`",
  "trivy-report": GATE,
  "scan-report": GATE,
  "max-report-age": GATE,
  platform: "the platform is what the source of `discover` says, else `linux/amd64`",
  baseline: "an image is compared with its own history, in the state",
  "base-image": GATE,
  "base-image-candidates": GATE,
  dockerfile: GATE,
  "skip-dirs": "an SBOM that is scanned again must be whole; accept findings by `paths` in the policy file",
  "skip-files": "an SBOM that is scanned again must be whole; accept findings by `paths` in the policy file",
  "policy-from": RULES,
  comment: "use `issues`",
  reports: GATE,
  "upload-sarif": GATE,
  "dependency-graph": GATE,
  "gitlab-thread": GATE,
  severity: LIMITS,
  "exit-code": "use `mode: enforce` or `mode: warn`",
  "github-token": "use `token`",
  github_token: "use `token`",
  kubeconfig: "set the environment variable KUBECONFIG",
  context: "use `discover: kubectl:CONTEXT`",
  "docker-host": "set the environment variable DOCKER_HOST",
};
