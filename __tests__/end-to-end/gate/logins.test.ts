import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { ADDRESSES, FORMS, inputsOf, TOKEN, USERS } from "../../actions/login-forms.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { runAction } from "../../support/runs/runner.ts";
import { filesBelow } from "../../support/runs/stage.ts";

// The committed bundles of all four actions refuse a login in an input, and write it nowhere.

const folder = temporaryFolder("logins");
afterAll(() => folder.remove());

/** All that a run has said and written. */
async function everythingOf(action: string, inputs: Readonly<Record<string, string>>, name: string) {
  const own = join(folder.path, name);
  const { code, log, summary, outputs, files } = await runAction({ folder: own, action: join(root, action), inputs });
  const written = filesBelow(own).map((file) => [file, readFileSync(join(own, file), "latin1")]);
  return { code, log, all: JSON.stringify([log, summary, outputs, files, written]) };
}

/** Inputs of the fewest runs that have every form: each input has one form, and a different one in each run. */
function spread(forms: readonly string[], names: readonly string[]): Record<string, string>[] {
  const runs = names.length === 0 ? 0 : Math.ceil(forms.length / names.length);
  return Array.from({ length: runs }, (_, run) =>
    Object.fromEntries(names.map((name, at) => [name, forms[(run * names.length + at) % forms.length] as string])),
  );
}

describe.each([
  ["the gate", "."],
  ["rescan/", "rescan"],
  ["sign/", "sign"],
  ["verify/", "verify"],
])("a login in the inputs of %s", (_, action) => {
  const names = inputsOf(join(action, "action.yml"));
  const addresses = names.filter((name) => ADDRESSES.test(name));
  // Every form in some input. That each input refuses each form is proven on the readers of the inputs
  // (`__tests__/actions/logins.test.ts`).
  const cases = [...spread(FORMS, names), ...spread(USERS, addresses)];

  // Proves: no-input-shows-login
  it("is refused in every form, and nowhere in log, summary, outputs and files", async () => {
    for (const [at, given] of cases.entries()) {
      const form = JSON.stringify(given);
      const { code, log, all } = await everythingOf(action, given, `${action === "." ? "gate" : action}-${at}`);
      expect(code, form).not.toBe(0);
      // A long message is cut, so it does not name all of them. A required input without its value is one more mistake.
      const [, count = "1"] = /\[input-invalid\] (?:(\d+) inputs are|An input is) wrong:(?:\s|%0A).* has a login/s.exec(
        log,
      ) ?? ["", "0"];
      expect(Number(count), form).toBeGreaterThanOrEqual(Object.keys(given).length);
      expect(all, form).not.toContain(TOKEN);
    }
  }, 240_000);
});
