import { SEVERITIES, severityName } from "../../domain/severity.ts";

/** The replacements for inputs of the gate, and for names that users try. */
export const REPLACED: Readonly<Record<string, string>> = {
  "name images in a list, and the list with `discover: file:PATH`": "image images image-ref",
  "it belongs to the gate, which judges one image before it is deployed":
    "path repository trivy-report scan-report max-report-age base-image base-image-candidates dockerfile upload-sarif dependency-graph",
  "the source of `discover` says where an image is looked for": "image-source",
  "SBOMs are kept in the state; see `reuse-sbom`": "sbom",
  "the platform is what the source of `discover` says, otherwise `linux/amd64`": "platform",
  "an image is compared with its own history, in the state": "baseline",
  "an SBOM that is scanned again must be whole; accept findings with `paths` in the policy file":
    "skip-dirs skip-files",
  "the policy is the checked-out one, but the default branch's for triggers that a stranger may cause": "policy-from",
  "use `issues`": "comment",
  [`use ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`]: "severity",
  "use `mode: enforce` or `mode: warn`": "exit-code",
  "use `token`": "github-token github_token",
  "set the environment variable KUBECONFIG": "kubeconfig",
  "use `discover: kubectl:CONTEXT`": "context",
  "set the environment variable DOCKER_HOST": "docker-host",
};
