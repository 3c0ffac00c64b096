import { oneLine } from "../domain/one-line.ts";
import { withoutLogin } from "../domain/secrets/logins.ts";
import { GateError } from "../system/errors.ts";

/** Remedies for the faults of a source. */
const FAULTS = {
  "discovery-cluster-forbidden":
    "Give the user a ClusterRole that may list them: `kubectl create clusterrole image-gate --verb=list --resource=pods,nodes`, and a ClusterRoleBinding.",
  "discovery-cluster-unreachable":
    "Check kubeconfig (KUBECONFIG) and the login: `kubectl get pods --all-namespaces` shows the same.",
  "discovery-compose-refused":
    "Correct the file until `docker compose config` accepts it; if you deploy by another version of Compose, install that one on this machine. Or write `docker compose config --images` into a list, and name that list by file:PATH.",
  "discovery-git-file": "Name a file that is checked out, or that was written here.",
  "discovery-helm":
    "Correct the chart until `helm template` accepts it without network (its dependencies must be in charts/), or write its output into a file, and name that file by kubernetes:PATH.",
  "discovery-image-gone":
    "Start the container again from an image that exists, so that the running image can be scanned.",
  "discovery-image-unknown":
    "Push these images to a registry and let the pods name them there; an image that only a node has can be scanned only there (the source `docker`).",
  "discovery-kustomize":
    "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write its output into a file, and name that file by kubernetes:PATH.",
  "discovery-manifest-ambiguous":
    "Write it so that every program reads the same: UTF-8, documents between lines of ---, each key once, no tags, no merge keys.",
  "discovery-manifest-invalid": "Correct the file; `kubectl kustomize` checks it.",
  "discovery-no-image": "Check that the named files or servers have images, or remove the line.",
  "discovery-nothing-found":
    "The pattern starts in the workspace; * stands for a part of one name, ** for any folders. In a job, check the repository out first.",
  "discovery-program-slow": "Write its result into a file, and name that file.",
  "discovery-reference-invalid": "Write registry/name:tag, with registry and name in lower case.",
  "discovery-remote":
    "Put the file into the workspace, and write its path relative and without variables. Or write the output of `docker compose config --images` or `kustomize build` into a file before, and name that file.",
  "discovery-template": "Render it into a file before (`helm template`, `docker compose config`), and name that file.",
  "discovery-too-large":
    "Split the line into several narrower ones, or name the running images with another source (`file:`, `kubernetes:`).",
  "discovery-variable-unset":
    "Use a variable with a default or a value in the .env file of the project (the job's own environment and variables that each host sets are not read). Or write `docker compose config --images` into a list, and name that list by file:PATH.",
  "discovery-yaml-invalid": "Correct the file, or narrow the pattern so that it does not match.",
  "file-unreadable": "Give the user of this run the right to read it.",
} as const;

/** A fault of a source. @param what without a final full stop */
export function fault(code: keyof typeof FAULTS, what: string, cause?: unknown): GateError {
  return new GateError(code, what, FAULTS[code], { cause });
}

/** A file that a source reads, or a line of it. */
export interface Spot {
  /** Relative to the workspace. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number | undefined;
}

/** A fault at a place in a file: `compose.yaml, line 3: …`. */
export function faultAt({ file, line }: Spot, code: keyof typeof FAULTS, what: string): GateError {
  return fault(code, `${oneLine(file)}${line === undefined ? "" : `, line ${line}`}: ${what}`);
}

/** A source exceeds a limit. Nothing more of it is read. */
export function tooLarge(what: string): GateError {
  return fault("discovery-too-large", `The source ${what}`);
}

/** A file names a path that is not in the workspace, or might not be. */
export function elsewhere(spot: Spot, path: string): GateError {
  return faultAt(spot, "discovery-remote", `${shown(path)} can be elsewhere, and only files of the workspace are read`);
}

/** Two programs can read a place of a manifest differently. */
export function ambiguous(spot: Spot, what: string): GateError {
  return faultAt(spot, "discovery-manifest-ambiguous", `${what}, and programs read that differently`);
}

/** A template that was not rendered does not show which images run. */
export function notRendered(spot: Spot): GateError {
  return faultAt(spot, "discovery-template", "this is a template that was not rendered");
}

/** True if an error concerns the whole source, and not only a file of it. */
export function isOfSource({ code }: GateError): boolean {
  return code === "discovery-too-large" || code === "run-cancelled";
}

/** The names of a namespace, a kind, an object and a container together have fewer characters. */
const MAX_LENGTH = 1000;
/** No reference or address with a login is longer. */
const LONGEST_WITH_LOGIN = 5_000;

/** A name or a note with strangers' names: on one line, with a limited length. */
export function short(written: string): string {
  const text = withoutLogins(written);
  return oneLine(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}

/** A stranger's text in a message: in quotes, on one line, short, and without a login. */
export function shown(text: string): string {
  const harmless = withoutLogin(text.slice(0, LONGEST_WITH_LOGIN));
  return JSON.stringify(text.length > 200 ? `${harmless.slice(0, 200)}…` : harmless);
}

/**
 * An error without the logins that it may contain. They can be in a program's message, or in a missing file's name. The
 * cause is left out, since it contains the same texts.
 */
export function withoutLoginsIn(error: GateError): GateError {
  const [what, remedy] = [withoutLogins(error.what), withoutLogins(error.remedy)];
  return what === error.what && remedy === error.remedy ? error : new GateError(error.code, what, remedy);
}

/** Each word of a text, and each part of a path in it, without its login. */
function withoutLogins(text: string): string {
  return text.replace(/[^\s"'`/\\]+/g, withoutLogin);
}
