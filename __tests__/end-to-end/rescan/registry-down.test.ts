import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { openWeeks } from "../../support/runs/weeks.ts";

// The committed bundle, real Trivy, and a registry that takes connections and ends each of them.

let server: Server | undefined;
afterEach(() => server?.close());

/** @returns its host, and how often it was connected to */
async function registryThatIsDown() {
  let connections = 0;
  const opened = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  return { host: `127.0.0.1:${(opened.address() as { port: number }).port}`, asked: () => connections };
}

it("a registry that does not answer is given up for the run, and each of 4,000 images says so", async () => {
  await using weeks = await openWeeks("rescan-down");
  const down = await registryThatIsDown();
  const images = Array.from({ length: 4_000 }, (_, number) => `${down.host}/fleet/app-${number}:1`);
  const begin = performance.now();
  const week = await weeks.week({ discover: "file:images.txt" }, { "images.txt": images.join("\n") });
  expect(week.outputs).toMatchObject({ verdict: "error", images: "4000" });
  expect(performance.now() - begin).toBeLessThan(120_000);
  expect(down.asked()).toBeLessThan(1_000);
  const codes = new Set(week.results.map(({ code }) => code));
  expect([...codes]).toEqual(["tag-unresolved"]);
  const report = readFileSync(week.outputs.report ?? "", "utf8");
  const said = report.match(/its registry has not answered this run, so that it is not asked again/g) ?? [];
  // The images that were requested first have the error that the registry could not be reached.
  expect(said.length).toBeGreaterThan(3_900);
});
