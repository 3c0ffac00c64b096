import { SEVERITIES, severityName } from "../../domain/severity.ts";

const LOGIN = "log in first (`docker login`); the runner's Docker login is used";
const LIMITS = `set ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`;
const REPORTS =
  "use `reports`, lines of `format: path` such as `sarif: image-gate.sarif`; the JSON reports are in the outputs `report` and `trivy-report`";
const POLICY = "write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file";
const TARGETS = "name the target by its kind: `image`, `path`, `repository` or `sbom`";
const NOT_NEEDED = "it is not needed, leave it out";

/** Inputs of other scanner actions, and what replaces them here. */
export const TRANSLATIONS: Readonly<Record<string, string>> = {
  // aquasecurity/trivy-action
  "image-ref": "use `image`",
  input: "use `image`, which takes `docker save` tars and OCI layout folders as well",
  "scan-type": TARGETS,
  "scan-ref": "use `path`, `repository` or `sbom`",
  severity: LIMITS,
  "exit-code": "a broken limit always fails the step; set `mode: warn` to report only, and `max-*` for the limits",
  format: REPORTS,
  output: REPORTS,
  template: REPORTS,
  "security-checks": "use `scanners`",
  "ignore-policy": POLICY,
  trivyignores: POLICY,
  "trivy-config": "a configuration file could switch the gate off: use the inputs and the policy file",
  "github-pat": "use `token`",
  "docker-host": "set the environment variable DOCKER_HOST",
  version: "use `trivy-version`",
  "skip-setup-trivy": "use `trivy-binary`",
  // anchore/scan-action
  "fail-build": "use `mode: enforce` or `mode: warn`",
  "severity-cutoff": LIMITS,
  "only-fixed": "use `ignore-unfixed`",
  "output-format": REPORTS,
  "output-file": REPORTS,
  "cache-db": "use `cache`",
  "registry-username": LOGIN,
  "registry-password": LOGIN,
  // crazy-max/ghaction-container-scan
  tarball: "use `image`",
  trivy_version: "use `trivy-version`",
  severity_threshold: LIMITS,
  annotations: NOT_NEEDED,
  // docker/scout-action
  command: NOT_NEEDED,
  "only-severities": LIMITS,
  "exit-on": LIMITS,
  "dockerhub-user": LOGIN,
  "dockerhub-password": LOGIN,
  "write-comment": "use `comment`",
  "registry-user": LOGIN,
  "sarif-file": REPORTS,
  "ignore-unchanged": "write `count: introduced` into the policy file",
  // actions/dependency-review-action
  "fail-on-severity": LIMITS,
  "config-file": "use `policy`",
  "allow-ghsas": POLICY,
  "warn-only": "use `mode: warn`",
  // names that users try
  "github-token": "use `token`",
  github_token: "use `token`",
  images: "use `image`, one a line",
  username: LOGIN,
  password: LOGIN,
};
