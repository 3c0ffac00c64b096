import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { ADDRESSES, FORMS, inputsOf, TOKEN, USERS } from "../actions/login-forms.ts";
import { temporaryFolder } from "../support/folder.ts";
import { runAction } from "../support/runner.ts";
import { filesBelow } from "./stage.ts";

// The committed bundles of all four actions: a login that was written into an input is refused, and is in nothing that
// a run leaves.

const folder = temporaryFolder("logins");
afterAll(() => folder.remove());

/** All that a run has said and written. */
async function everythingOf(action: string, inputs: Readonly<Record<string, string>>, name: string) {
  const own = join(folder.path, name);
  const { code, log, summary, outputs, files } = await runAction({ folder: own, action: join(root, action), inputs });
  const written = filesBelow(own).map((file) => [file, readFileSync(join(own, file), "latin1")]);
  return { code, log, all: JSON.stringify([log, summary, outputs, files, written]) };
}

describe.each([
  ["the gate", "."],
  ["rescan/", "rescan"],
  ["sign/", "sign"],
  ["verify/", "verify"],
])("a login in the inputs of %s", (_, action) => {
  const names = inputsOf(join(action, "action.yml"));
  const cases = [
    ...FORMS.map((form) => [form, names] as const),
    ...USERS.map((form) => [form, names.filter((name) => ADDRESSES.test(name))] as const),
  ].filter(([, inputs]) => inputs.length > 0);

  it("is refused in every form, and nowhere in log, summary, outputs and files", async () => {
    for (const [at, [form, inputs]] of cases.entries()) {
      const given = Object.fromEntries(inputs.map((name) => [name, form]));
      const { code, log, all } = await everythingOf(action, given, `${action === "." ? "gate" : action}-${at}`);
      expect(code, form).not.toBe(0);
      // A long message is cut, so that it does not name them all; without its value, an input that must be there is
      // wrong once more.
      const [, count = "1"] = /\[input-invalid\] (?:(\d+) inputs are|An input is) wrong: .* has a login/.exec(log) ?? [
        "",
        "0",
      ];
      expect(Number(count), form).toBeGreaterThanOrEqual(inputs.length);
      expect(all, form).not.toContain(TOKEN);
    }
  }, 240_000);
});
