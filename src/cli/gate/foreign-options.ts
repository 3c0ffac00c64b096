import { translationOf } from "../../actions/gate/foreign-inputs.ts";
import { inputOptions } from "../inputs.ts";

const DATABASE = "the database is refreshed if it is older than `--max-db-age`; `--offline` asks nobody for one";

const LIMITS = "set the limits, such as `--max-high`; `--severity` chooses what is shown";

const CLEAN = "use `image-gate clean`";

const REPORTS = "use `--reports FORMAT=PATH`, such as `--reports sarif=out.sarif`; `--json` is the whole report";

const LOGIN = "log in with `docker login` before; its login is used";

/** Options of other scanners' commands that no action has as an input, and what replaces them here. */
const TRANSLATIONS: Readonly<Record<string, string>> = {
  ignorefile: "write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file",
  "fail-on": LIMITS,
  "only-severity": LIMITS,
  "only-notfixed": "every finding is shown with its fix; `--ignore-unfixed` does not count those without one",
  "ignore-status": "`--ignore-unfixed` does not count findings without a fix; others are exceptions in the policy",
  "show-suppressed": "findings that are accepted are in the report: `--json`",
  exclude: "use `--skip-dirs` or `--skip-files`",
  "sort-by": "the most urgent findings come first",
  "by-cve": "every id of a finding is in the report: `--json`",
  reset: CLEAN,
  "clear-cache": CLEAN,
  "skip-update": DATABASE,
  "skip-db-update": DATABASE,
  "skip-java-db-update": DATABASE,
  "offline-scan": "use `--offline`",
  "download-db-only": "use `image-gate db update`",
  "image-src": "use `--image-source`",
  scope: "all layers are scanned",
  "exit-on-eol": "the answer says if the operating system is past its end of life",
  debug: "use `--verbose`",
  file: "use `--output`",
  template: REPORTS,
  "output-format": REPORTS,
  "output-file": "use `--output`; reports for other tools are `--reports FORMAT=PATH`",
  "cache-dir": "set the environment variable XDG_CACHE_HOME",
  "hide-progress": "use `--no-progress`",
  images: "name them one after the other: `image-gate app:1.2 web:3.4`",
  username: LOGIN,
  password: LOGIN,
  "registry-username": LOGIN,
  "registry-password": LOGIN,
  input: "name the tar or the layout: `image-gate app.tar`",
  "image-ref": "name the image: `image-gate app:1.2`",
  "scan-ref": "name it behind its kind: `image-gate fs PATH`",
  "exit-code": "a broken limit exits with 1; `--mode warn` exits with 0, and `--max-high` sets a limit",
  version: "`image-gate --version` is the version of Image Gate, and `--trivy-version` chooses the one of Trivy",
};

/** What to use instead of another scanner's option; undefined if it is not known. */
export function optionInstead(name: string): string | undefined {
  if (Object.hasOwn(TRANSLATIONS, name)) return TRANSLATIONS[name];
  const names = new Set(inputOptions("gate").map((option) => option.name));
  // `mode: warn` of a workflow is `--mode warn` here.
  return translationOf(name)?.replace(/`([a-z-]+)(?:: ([a-z]+))?`/g, (text, input: string, value?: string) =>
    names.has(input) ? `\`--${[input, value ?? []].flat().join(" ")}\`` : text,
  );
}
