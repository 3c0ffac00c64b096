import { SEVERITIES, severityName } from "../../domain/severity.ts";

/** The replacements for inputs of other scanner actions, and for names that users try. */
export const REPLACED: Readonly<Record<string, string>> = {
  "use `image`": "image-ref image-reference tarball",
  "use `image`, one a line": "images",
  "use `image`, which takes `docker save` tars and OCI layout folders as well": "input",
  "use `path`, `repository` or `sbom`": "scan-ref",
  "name the target by its kind: `image`, `path`, `repository` or `sbom`": "scan-type",
  [`set ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`]:
    "severity severity-cutoff severity_threshold only-severities exit-on fail-on-severity",
  "a broken limit always fails the step; set `mode: warn` to report only, and `max-*` for the limits": "exit-code",
  "use `mode: enforce` or `mode: warn`": "fail-build warn-only",
  "use `ignore-unfixed`": "only-fixed",
  "use `reports`, lines of `format: path` such as `sarif: image-gate.sarif`; the JSON reports are in the outputs `report` and `trivy-report`":
    "format output template output-format output-file sarif-file acs-report-enable",
  "use `scanners`": "security-checks",
  "write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file":
    "ignore-policy trivyignores allow-ghsas",
  "write `count: introduced` into the policy file": "ignore-unchanged",
  "a configuration file could switch the gate off: use the inputs and the policy file": "trivy-config",
  "use `policy`": "config-file",
  "use `dockerfile`": "dockerfile-path",
  "use `vex`": "vex-location",
  "use `baseline`": "to",
  "use `token`": "github-pat github-token github_token",
  "log in first (`docker login`); the runner's Docker login is used":
    "registry-username registry-password registry-user dockerhub-user dockerhub-password username password",
  "set the environment variable DOCKER_HOST": "docker-host",
  "use `trivy-version`": "version",
  "use `trivy-binary`": "skip-setup-trivy",
  "use `cache`": "cache-db",
  "use `comment`": "write-comment",
  "it is not needed, leave it out": "annotations command",
};
