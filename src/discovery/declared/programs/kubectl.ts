import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { type Allowance, type Decider, deciderOf, reasonOf, runDecider } from "./run.ts";

/** What kubectl reads in files of manifests. */
export interface KubectlReading {
  /** Each object by itself, lists taken apart. */
  readonly objects: readonly unknown[];
  /** Why it refused some of them. */
  readonly refusal?: string | undefined;
}

/** The machine's kubectl, undefined if it is not installed. */
export function kubectlOf(allowance: Allowance): Promise<Decider | undefined> {
  return deciderOf("kubectl", ["version", "--client"], allowance);
}

/** A patch that changes nothing: kubectl reads the files as it does for `apply`, and asks no cluster. */
const READ = ["patch", "--local", "--type=json", "--patch=[]", "--output=json"];

/**
 * What kubectl reads in texts of manifests. They are given to it as files of our own, so that it reads what was read
 * here.
 * @throws GateError as {@link runDecider}
 */
export async function kubectlReads(
  { name, path, version }: Decider,
  texts: readonly string[],
  allowance: Allowance,
): Promise<KubectlReading> {
  const folder = privateFolder(allowance.world, "manifests");
  using _ = removedAtEnd(folder);
  texts.forEach((text, index) => {
    writeFileSync(join(folder, `${String(index).padStart(6, "0")}.yaml`), text);
  });
  const result = await runDecider({ name, path, args: [...READ, `--filename=${folder}`] }, allowance);
  return { objects: objectsIn(result.stdout, version), ...(result.code === 0 ? {} : { refusal: reasonOf(result) }) };
}

/** Objects that kubectl writes one after the other, each with its braces alone at the start of a line. */
function objectsIn(text: string, version: string): unknown[] {
  try {
    return text
      .split(/^(?=\{)/m)
      .filter((each) => each.trim() !== "")
      .map((each) => JSON.parse(each) as unknown);
  } catch (cause) {
    throw new GateError(
      "discovery-readings-differ",
      `kubectl ${version} does not answer with objects in JSON`,
      "Check that `kubectl` is the real one: `kubectl patch --local` in a step before shows the same.",
      { cause },
    );
  }
}
