import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bigDatabase } from "../../__tests__/support/databases/big-database.ts";
import { startFakeResults } from "../../__tests__/support/github/fake-results.ts";
import { debian12, saveImage } from "../../__tests__/support/images/images.ts";
import { startRegistry } from "../../__tests__/support/registry/registry.ts";
import { ensureTrivy } from "../setup/tools.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn } from "./measure.ts";
import { runAction } from "./profile.ts";

/**
 * A machine that has nothing yet, as GitHub's own runners are. It compares the database from the cache service with the
 * same one from a registry, both on this machine, so that no network is measured.
 */
export async function* freshMachineLines(parent: string): AsyncGenerator<Line> {
  const image = saveImage(join(parent, "fresh/image.tar"), debian12());
  await using registry = await startRegistry();
  await using service = await startFakeResults();
  registry.add("trivy-db", "2", await bigDatabase(new Date()));
  const trivy = await ensureTrivy();
  let machines = 0;
  const run = async (cache: boolean) => {
    const folder = join(parent, `fresh/machine-${++machines}`);
    mkdirSync(join(folder, "home"), { recursive: true });
    const inputs = {
      image,
      "trivy-binary": trivy,
      "db-repository": `${registry.host}/trivy-db:2`,
      baseline: "none",
      cache: String(cache),
    };
    const env = {
      HOME: join(folder, "home"),
      ACTIONS_CACHE_SERVICE_V2: "true",
      ACTIONS_RESULTS_URL: service.url,
      ACTIONS_RUNTIME_TOKEN: service.token,
    };
    const before = registry.requests.length;
    const result = await runAction({ folder, inputs, env });
    if (result.outputs.verdict !== "fail") throw new Error(result.log);
    return { cost: result.cost, asked: registry.requests.length > before };
  };
  await run(true);
  const compared = await inTurn(
    5,
    async () => {
      const { cost, asked } = await run(true);
      if (asked) throw new Error("The database did not come out of the cache service.");
      return cost;
    },
    async () => (await run(false)).cost,
  );
  yield* [ratioLine("real size, fresh machine: out of the cache service ÷ out of a registry", compared, 1)];
}
