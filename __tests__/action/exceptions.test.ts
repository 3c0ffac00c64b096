import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { debian12, HIDDEN_JAR, python, saveImage } from "../support/images.ts";
import { day, openStage, type Stage, type Told } from "./stage.ts";

const POLICY = ".github/image-gate.yml";

let stage: Stage;
let app: string;
let workspace: string;

beforeAll(async () => {
  stage = await openStage("exceptions");
  stage.bed.registry.add("acme/app", "1.0", debian12());
  app = `${stage.bed.registry.host}/acme/app:1.0`;
  workspace = join(stage.folder, "workspace");
  saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Exceptions of a policy file, in flow style: each on one line, the first on line 3. */
const policy = (...exceptions: readonly Readonly<Record<string, unknown>>[]) =>
  `version: 1\nexceptions:\n${exceptions.map((each) => `  - ${JSON.stringify({ reason: "Tested.", expires: day(30), ...each })}\n`).join("")}`;

const run = (text: string, inputs = {}) => stage.run({ image: app, ...inputs }, { files: { [POLICY]: text } });

/** Findings that a policy accepts, as `id package`. */
const accepted = ({ report }: Told) =>
  report.findings
    .filter(({ outcome }) => outcome === "accepted")
    .map(({ id, package: about }) => `${id} ${about?.name}`)
    .sort();

const states = ({ report }: Told) => report.exceptions.map(({ state }) => state);

/** Annotations of the policy file, by line. */
const onLines = ({ annotations }: Told) =>
  Object.fromEntries(
    annotations.flatMap(({ file, line, level, message }) => (file === POLICY ? [[line, `${level}: ${message}`]] : [])),
  );

describe("scope", () => {
  it("is the package's name, its package URL with as much as it says, or any package", async () => {
    const result = await run(
      policy(
        { id: "CVE-2099-1005", package: "libc6" },
        { id: "CVE-2099-1001", package: "pkg:deb/debian/libssl3" },
        { id: "cve-2099-1003", package: "pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64" },
        { id: "CVE-2099-1008", package: "pkg:deb/debian/perl-base@9.9.9" },
        { id: "CVE-2099-1006" },
      ),
    );
    expect(accepted(result)).toEqual([
      "CVE-2099-1001 libssl3",
      "CVE-2099-1003 zlib1g",
      "CVE-2099-1005 libc6",
      "CVE-2099-1006 libc-bin",
      "CVE-2099-1006 libc6",
    ]);
    expect(states(result)).toEqual(["live", "live", "live", "unused", "live"]);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "1", high: "2", accepted: "5" });
  });

  it("is a path glob, on the finding's path alone", async () => {
    const jar = (paths: string[]) => ({ id: "CVE-2021-44228", paths });
    const text = policy(
      jar(["/usr/local/**/sparkly/**"]),
      { id: "CVE-2021-45046", paths: ["usr/local/*/sparkly/**"] },
      { id: "CVE-2021-44832", paths: [HIDDEN_JAR] },
      { id: "CVE-2099-1003", paths: ["**"] },
    );
    const result = await stage.run(
      { image: "python.tar", policy: "paths.yml" },
      { workspace, files: { "paths.yml": text } },
    );
    expect(accepted(result).map((one) => one.split(" ")[0])).toEqual(["CVE-2021-44228", "CVE-2021-44832"]);
    // A Debian package has no path: `**` does not match it.
    expect(states(result)).toEqual(["live", "unused", "live", "unused"]);
  });

  it("is an image glob, with and without tag, and on the name that a tar is given", async () => {
    const { host } = stage.bed.registry;
    const result = await stage.run(
      { image: `${app}\npython.tar as ghcr.io/acme/python:1.0`, policy: "images.yml" },
      {
        workspace,
        files: {
          "images.yml": policy(
            { id: "CVE-2099-1003", images: [`${host}/acme/app`] },
            { id: "CVE-2099-1001", images: [`${host}/*/app:1.*`] },
            { id: "CVE-2021-44228", images: ["ghcr.io/acme/python"] },
            { id: "CVE-2021-45046", images: ["ghcr.io/acme/other"] },
          ),
        },
      },
    );
    const covered = result.report.findings.filter(({ outcome }) => outcome === "accepted");
    expect(covered.map(({ target, id }) => `${target} ${id}`).sort()).toEqual([
      "0 CVE-2099-1001",
      "0 CVE-2099-1001",
      "0 CVE-2099-1003",
      "1 CVE-2021-44228",
    ]);
    expect(states(result)).toEqual(["live", "live", "live", "elsewhere"]);
  });
});

describe("the end of an exception", () => {
  it("comes after its last day in UTC: today still holds, yesterday does not, both are reported on their lines", async () => {
    const text = policy(
      { id: "CVE-2099-1003", package: "zlib1g", expires: day(0), created: day(-10), owner: "@acme/platform" },
      { id: "CVE-2099-1008", expires: day(-1), created: day(-10) },
      { id: "CVE-2099-1005", expires: day(14) },
      { id: "CVE-2099-1001", expires: day(15) },
    );
    const result = await run(text);
    expect(states(result)).toEqual(["ending", "ended", "ending", "live"]);
    expect(result.report.exceptions.map(({ daysLeft }) => daysLeft)).toEqual([0, -1, 14, 15]);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "0", high: "1", accepted: "5" });
    expect(result.outputs.reason).toContain("1 exception ended");
    expect(result.report.findings.find(({ id }) => id === "CVE-2099-1008")).toMatchObject({
      outcome: "open",
      ended: 4,
    });
    const lines = onLines(result);
    expect(Object.keys(lines)).toEqual(["3", "4", "5"]);
    expect(lines[3]).toMatch(/^warning: Exception in line \d+: CVE-2099-1003 on zlib1g ends on .* · @acme\/platform$/);
    expect(lines[4]).toMatch(/^warning: Exception in line \d+: CVE-2099-1008 ended on .*1 finding counts again/);
    expect(lines[5]).toMatch(/^warning: Exception in line \d+: CVE-2099-1005 ends on .*covers 2 findings/);
    for (const text of [result.summary, result.log]) {
      expect(text).toMatch(/line 3:.*CVE-2099-1003/);
      expect(text).toMatch(/line 4:.*CVE-2099-1008/);
      expect(text).toMatch(/line 5:.*CVE-2099-1005/);
      expect(text).not.toMatch(/line 6:/);
    }
  });

  it("comes early with `only-while-unfixed`, on the day a fix exists", async () => {
    const early = { "only-while-unfixed": true };
    const result = await run(policy({ id: "CVE-2099-1003", ...early }, { id: "CVE-2099-1005", ...early }));
    expect(states(result)).toEqual(["live", "fixed"]);
    expect(accepted(result)).toEqual(["CVE-2099-1003 zlib1g"]);
    expect(result.outputs.critical).toBe("2");
    expect(onLines(result)[4]).toMatch(/^warning: Exception in line \d+: CVE-2099-1005 is over, as a fix exists/);
  });

  it("is reported `warn-days` before", async () => {
    const text = `${policy({ id: "CVE-2099-1003", expires: day(3) })}exception-rules: {warn-days: 2}\n`;
    const result = await run(text);
    expect(states(result)).toEqual(["live"]);
    expect(result.annotations.filter(({ file }) => file === POLICY)).toEqual([]);
  });
});

describe("exceptions that are not needed", () => {
  it("match nothing, or overlap with one that ends later, which holds: notices on their lines", async () => {
    const result = await run(
      policy(
        { id: "CVE-1999-0001" },
        { id: "CVE-2099-1003", expires: day(40) },
        { id: "CVE-2099-1003", package: "zlib1g", expires: day(60), reason: "The longer one." },
      ),
    );
    expect(states(result)).toEqual(["unused", "live", "live"]);
    expect(result.report.exceptions[1]?.overlappedBy).toBe(5);
    expect(result.report.findings.find(({ id }) => id === "CVE-2099-1003")?.exceptions).toEqual([5, 4]);
    const lines = onLines(result);
    expect(lines[3]).toMatch(/^notice: .*CVE-1999-0001 matches nothing/);
    expect(lines[4]).toMatch(/^notice: .*line 5/);
    expect(lines[5]).toBeUndefined();
    expect(result.summary).toContain("The longer one.");
  });

  it("are not called unused while a target is in error, as that is unknown", async () => {
    const result = await run(policy({ id: "CVE-1999-0001" }), { image: `${app}\n${app}-none` });
    expect(states(result)).toEqual(["elsewhere"]);
  });
});

describe("an exception that lets an image pass", () => {
  it("shows the finding with its reason, owner and last day, and does not count it", async () => {
    const ids = ["CVE-2099-1003", "CVE-2099-1005", "CVE-2099-1001", "CVE-2099-1008"];
    const reason = "Inflates nothing from outside.";
    const result = await run(policy(...ids.map((id) => ({ id, reason, owner: "@acme/platform" }))));
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ verdict: "pass", critical: "0", high: "0", accepted: "6" });
    expect(result.outputs.reason).toContain("6 accepted");
    expect(result.summary).toContain(reason);
    expect(result.summary).toContain("`@acme/platform`");
    expect(result.summary).toContain(day(30));
  });

  it.each([
    ["has no last day", { expires: undefined }, "expires"],
    ["has no reason", { reason: undefined }, "reason"],
    ["lives longer than a year", { expires: day(366) }, "365"],
    ["was made the day after tomorrow", { created: day(2) }, "created"],
  ])("is refused where it %s", async (_, fields, said) => {
    const result = await run(policy({ id: "CVE-2099-1003", ...fields }));
    expect(result.outputs.verdict).toBe("error");
    expect(onLines(result)[3]).toMatch(new RegExp(`^error: .*${said}`));
  });

  it("may live for exactly `max-days`, and needs an owner where the rules want one", async () => {
    const rules = "exception-rules: {max-days: 30, require-owner: true}\n";
    const fine = policy({ id: "CVE-2099-1003", expires: day(20), created: day(-10), owner: "@a" });
    expect((await run(fine + rules)).outputs.verdict).toBe("fail");
    const wrong = policy({ id: "CVE-2099-1003", expires: day(21), created: day(-10) });
    const result = await run(wrong + rules);
    expect(result.outputs.verdict).toBe("error");
    expect(messagesOf(result)).toMatch(/owner/);
    expect(messagesOf(result)).toMatch(/30/);
  });
});

const messagesOf = (result: Told) =>
  result.annotations
    .filter(({ file }) => file === POLICY)
    .map(({ message }) => message)
    .join("\n");
