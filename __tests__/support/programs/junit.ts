import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "junit2json";
import { XmlDocument, XsdValidator } from "libxml2-wasm";

/** The schema by which Jenkins' xUnit plugin takes JUnit files (MIT), as pytest ships it for its own reports. */
const SCHEMA = readFileSync(join(import.meta.dirname, "../../fixtures/junit-10.xsd"));

/** @throws where libxml2 finds that the text is not a XML, or not as Jenkins' schema of JUnit reports wants it. */
export function expectJenkinsValid(text: string): void {
  using schema = XmlDocument.fromBuffer(SCHEMA);
  using validator = XsdValidator.fromDoc(schema);
  using document = XmlDocument.fromString(text);
  validator.validate(document);
}

export interface Case {
  readonly name: string;
  readonly classname: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  /** Message and body of cases that did not pass. */
  readonly message: string;
  readonly body: string;
}

export interface Suite {
  readonly name: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly cases: readonly Case[];
}

/** The suites as a JUnit parser that is not ours (junit2json) reads them. */
export async function readJunit(text: string) {
  const read = await parse(text);
  if (!read || !("testsuite" in read)) throw new Error("no test suites");
  const { tests = -1, failures = -1, errors = -1 } = read as Partial<Suite>;
  const suites = (read.testsuite ?? []).map(
    (suite): Suite => ({
      name: suite.name ?? "",
      tests: suite.tests ?? -1,
      failures: suite.failures ?? -1,
      errors: suite.errors ?? -1,
      skipped: suite.skipped ?? -1,
      cases: (suite.testcase ?? []).map(({ name = "", classname = "", failure, error, skipped }): Case => {
        const [found] = (["failure", "error", "skipped"] as const).flatMap((outcome) =>
          ({ failure, error, skipped })[outcome]?.[0] === undefined ? [] : [outcome],
        );
        const told = (failure ?? error ?? skipped)?.[0] as { message?: string; inner?: string } | undefined;
        return { name, classname, outcome: found ?? "passed", message: told?.message ?? "", body: told?.inner ?? "" };
      }),
    }),
  );
  return { tests, failures, errors, suites };
}
