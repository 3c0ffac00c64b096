import { translationOf } from "../../actions/gate/foreign-inputs.ts";

const DATABASE = "the database is refreshed if it is older than `--max-db-age`; `--offline` asks nobody for one";

/** Options of other scanners' commands that no action has as an input, and what replaces them here. */
const TRANSLATIONS: Readonly<Record<string, string>> = {
  ignorefile: "write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file",
  "fail-on": "set the limits, such as `--max-high`; `--severity` chooses what is shown",
  "only-notfixed": "every finding is shown with its fix; `--ignore-unfixed` does not count those without one",
  "skip-db-update": DATABASE,
  "skip-java-db-update": DATABASE,
  "offline-scan": "use `--offline`",
  "download-db-only": "use `image-gate db update`",
  "image-src": "use `--image-source`",
  scope: "all layers are scanned",
  "exit-on-eol": "the answer says if the operating system is past its end of life",
  debug: "use `--verbose`",
  file: "use `--output`",
  username: "log in with `docker login` before; its login is used",
  password: "log in with `docker login` before; its login is used",
};

/** What to use instead of another scanner's option; undefined if it is not known. */
export function optionInstead(name: string): string | undefined {
  return Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name] : translationOf(name);
}
