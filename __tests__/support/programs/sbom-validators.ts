import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureSpdxTools } from "../../../scripts/setup/tools.ts";

/** Problems that CycloneDX's own validator finds in a file; empty: none. */
export async function cyclonedxProblems(file: string): Promise<unknown[]> {
  const text = readFileSync(file, "utf8");
  const version = Object.values(Spec.Version).find((each) => each === JSON.parse(text).specVersion);
  if (version === undefined) return ["a version that the validator does not know"];
  const problems = await new Validation.JsonStrictValidator(version).validate(text);
  return problems === null ? [] : [problems];
}

/** Reads only JSON: all other formats of SPDX need further packages. */
const CHECK = `
import json, sys
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
with open(sys.argv[1]) as file:
    document = JsonLikeDictParser().parse(json.load(file))
for each in validate_full_spdx_document(document):
    print(each.validation_message)
`;

/** Problems that Python's spdx-tools finds in a file; empty: none. */
export async function spdxProblems(file: string): Promise<string[]> {
  const env = { ...process.env, PYTHONPATH: await ensureSpdxTools(), PYTHONDONTWRITEBYTECODE: "1" };
  const { code, stdout, stderr } = await finish("python3", ["-c", CHECK, file], { env });
  if (code !== 0) return [`exit code ${code}: ${stderr.trim().split("\n").at(-1)}`];
  return stdout.split("\n").filter((line) => line !== "");
}
