import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addToPolicy as command } from "../../../src/cli/policy/add.ts";
import { typing } from "../typed.ts";
import { cliWorld } from "../world.ts";

const addToPolicy = typing(command, "id");

const GIVEN = { id: "CVE-2021-44228", until: "2026-12-31", reason: "No input reaches it." };
const POLICY = "# Ours.\nversion: 1\nexception-rules: {max-days: 60, require-owner: true}\n# end\n";

describe("policy add", () => {
  it("writes into the file, keeps its rights and a link to it, and says where", () => {
    using world = cliWorld({ "real.yml": POLICY });
    chmodSync(world.at("real.yml"), 0o640);
    symlinkSync("real.yml", world.at("p.yml"));
    const answer = addToPolicy({ ...GIVEN, id: "cve-2021-44228", owner: "@acme", policy: "p.yml" }, world);
    expect(answer).toEqual({ out: "p.yml:5: CVE-2021-44228 is accepted until 2026-12-31.\n", err: "", code: 0 });
    expect(readFileSync(world.at("real.yml"), "utf8")).toBe(
      POLICY.replace(
        "# end",
        `exceptions:
  - id: CVE-2021-44228
    reason: No input reaches it.
    owner: "@acme"
    created: 2026-11-29
    expires: 2026-12-31
# end`,
      ),
    );
    expect(statSync(world.at("real.yml")).mode & 0o777).toBe(0o640);
    expect(readdirSync(world.path).sort()).toEqual(["p.yml", "real.yml"]);
  });

  it("makes the default policy where there is none", () => {
    using world = cliWorld();
    expect(JSON.parse(addToPolicy({ ...GIVEN, json: true }, world).out)).toEqual({
      file: ".github/image-gate.yml",
      line: 3,
      id: "CVE-2021-44228",
      expires: "2026-12-31",
    });
    expect(readFileSync(world.at(".github/image-gate.yml"), "utf8")).toMatch(/^version: 1\nexceptions:\n {2}- id: CVE/);
  });

  // Proves: policy-add-changes-nothing
  it.each([
    ["no reason", { reason: undefined }, "option-invalid"],
    ["no last day", { until: undefined }, "option-invalid"],
    ["a last day past the policy's longest term", { until: "2027-01-29" }, "option-invalid"],
    ["a day that has passed", { until: "2026-11-28" }, "option-invalid"],
    ["no owner, where the policy wants one", { owner: undefined }, "option-invalid"],
    ["an id that is none", { id: "CVE-21-1" }, "id-unknown"],
    ["more than an id", { id: "CVE-2021-44228\nversion: 2" }, "id-unknown"],
    ["a package URL that is none", { package: "pkg:log4j" }, "policy-invalid"],
    ["a file that is not there", { policy: "none.yml" }, "file-missing"],
  ])("refuses %s, and writes nothing", (_, options, code) => {
    using world = cliWorld({ "p.yml": POLICY });
    const add = () => addToPolicy({ ...GIVEN, owner: "@acme", policy: "p.yml", ...options }, world);
    expect(add).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(world.at("p.yml"), "utf8")).toBe(POLICY);
    expect(readdirSync(world.path)).toEqual(["p.yml"]);
  });

  it("refuses the same a second time", () => {
    using world = cliWorld();
    addToPolicy(GIVEN, world);
    expect(() => addToPolicy(GIVEN, world)).toThrow(expect.objectContaining({ code: "exception-exists" }));
  });
});
