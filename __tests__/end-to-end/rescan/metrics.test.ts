import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, expect, it } from "vitest";
import { debian12 } from "../../support/images/images.ts";
import { type Listening, listen } from "../../support/network/http.ts";
import { shared } from "../../support/runs/shared.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// The committed bundle as a runner starts it: real Trivy, a real image; the Pushgateway is a server that can refuse.

const weeks = await shared(openWeeks("rescan-metrics"));
weeks.bed.registry.add("numbers/app", "1.0", debian12());

let gateway: Listening;
let status = 200;
let pushed: { readonly path: string; readonly login: string | undefined; readonly body: string }[];
beforeEach(async () => {
  pushed = [];
  status = 200;
  gateway = await listen(async (message, response) => {
    pushed.push({ path: message.url ?? "", login: message.headers.authorization, body: await text(message) });
    response.writeHead(status).end();
  });
  return () => gateway.close();
});

const LOGIN = `Basic ${Buffer.from("push:s3cret").toString("base64")}`;
const files = () => ({ "images.txt": `${weeks.bed.registry.host}/numbers/app:1.0\n` });
const inputs = (name: string) => ({
  discover: "file:images.txt",
  "state-dir": weeks.state(name),
  metrics: join(weeks.folder.path, `${name}.prom`),
  page: join(weeks.folder.path, `${name}.html`),
  pushgateway: `http://push:s3cret@127.0.0.1:${gateway.port}/base/`,
});
/** The log without the lines by which the runner learns what to mask. */
const shownOf = (log: string) => log.replace(/^::add-mask::.*$/gm, "");

it("writes the numbers to the file and the page, and pushes the text of the file, with the login of the address", async () => {
  const run = await weeks.week(inputs("all"), files());
  expect(run.outputs.verdict, run.log).toBe("fail");
  const written = readFileSync(join(weeks.folder.path, "all.prom"), "utf8");
  const group = Buffer.from("acme/widget").toString("base64url");
  expect(pushed).toEqual([
    { path: `/base/metrics/job/image-gate/repository@base64/${group}`, login: LOGIN, body: written },
  ]);
  const { open } = JSON.parse(run.outputs.numbers ?? "");
  const image = `${weeks.bed.registry.host}/numbers/app`;
  for (const [severity, count] of Object.entries(open))
    expect(written).toContain(
      `image_gate_open_findings{repository="acme/widget",image="${image}",severity="${severity}"} ${count}\n`,
    );
  expect(written).toMatch(/^image_gate_database_age_seconds\{repository="acme\/widget"\} \d+/m);
  expect(written.endsWith("# EOF\n")).toBe(true);
  const page = readFileSync(join(weeks.folder.path, "all.html"), "utf8");
  expect(page).toContain(`<dd class="soft">${open.critical} CRITICAL, ${open.high} HIGH</dd>`);
  expect(page).toContain(`<code>${image}</code>`);
  expect(shownOf(run.log)).not.toContain("s3cret");
  expect(run.summary).toContain("| number | now |\n");

  const next = await weeks.week(inputs("all"), files());
  expect(next.summary).toMatch(/\| number \| now \| after the run of \d{4}-\d\d-\d\d \|/);
});

it("says why nothing was pushed, without the login; verdict and file stay", async () => {
  status = 401;
  const run = await weeks.week(inputs("refused"), files());
  expect(run.outputs.verdict).toBe("fail");
  expect(run.log).toContain("[metrics-not-pushed]");
  expect(shownOf(run.log)).not.toContain("s3cret");
  expect(existsSync(join(weeks.folder.path, "refused.prom"))).toBe(true);
});

it("warns if a file cannot be written, and pushes all the same", async () => {
  const nowhere = { metrics: "/proc/none/a.prom", page: "/proc/none/a.html" };
  const run = await weeks.week({ ...inputs("nowhere"), ...nowhere }, files());
  expect(run.outputs.verdict).toBe("fail");
  expect(run.log).toContain("[metrics-not-written]");
  expect(run.log).toContain("[page-not-written]");
  expect(pushed).toHaveLength(1);
});

// Proves: stranger-does-not-write-numbers
it("leaves metrics and page as they are in a run that does not write the history, such as a pull request's", async () => {
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const repo = { full_name: "acme/widget" };
  const sha = "2".repeat(40);
  const pull_request = { number: 7, head: { sha, repo }, base: { sha, ref: "main", repo } };
  const event = { name: "pull_request", ref: "refs/pull/7/merge", payload: { repository, pull_request } };
  const path = join(weeks.folder.path, "theirs.prom");
  const page = join(weeks.folder.path, "theirs.html");
  for (const file of [path, page]) writeFileSync(file, "of the default branch\n");
  const run = await weeks.week(inputs("theirs"), files(), { event });
  expect(run.outputs.verdict).toBe("fail");
  for (const file of [path, page]) expect(readFileSync(file, "utf8")).toBe("of the default branch\n");
  expect(pushed).toEqual([]);
  // It could not read the history either: old findings would be called new.
  expect(run.outputs.numbers).toBe("");
  expect(run.log).toContain("The numbers of an earlier run stay as they were");
});
