import { copyFileSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bigDatabase } from "../../__tests__/support/databases/big-database.ts";
import { debian12, saveImage } from "../../__tests__/support/images/images.ts";
import { startReleaseServer } from "../../__tests__/support/programs/releases.ts";
import { startRegistry } from "../../__tests__/support/registry/registry.ts";
import { ensureTrivy } from "../setup/tools.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn } from "./measure.ts";
import { runAction } from "./profile.ts";

/** Trivy in the tool cache, as a download leaves it there. */
async function placeTrivy(tools: string): Promise<string> {
  const entry = join(tools, "trivy/0.76.0/x64");
  mkdirSync(entry, { recursive: true });
  copyFileSync(await ensureTrivy(), join(entry, "trivy"));
  writeFileSync(`${entry}.complete`, "");
  return join(entry, "trivy");
}

const sumOfSizes = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0);

/** A run that finds Trivy and a database of real size where an earlier one has put them, and has to check both. */
export async function* warmRunLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "warm");
  const tools = join(folder, "tools");
  const image = saveImage(join(folder, "image.tar"), debian12());
  await using registry = await startRegistry();
  await using releases = await startReleaseServer();
  registry.add("trivy-db", "2", await bigDatabase(new Date()));
  const trivy = await placeTrivy(tools);
  const inputs = { image, "trivy-mirror": releases.url, "db-repository": `${registry.host}/trivy-db:2` };
  const gate = async () => {
    const result = await runAction({ folder, inputs, toolCache: tools });
    if (result.outputs.verdict !== "fail") throw new Error(result.log);
    return result.cost;
  };
  await gate();
  if (registry.requests.length === 0) throw new Error("The first run did not download the database.");
  const database = realpathSync(join(tools, "image-gate/db"));
  const checked = sumOfSizes([image, ...readdirSync(database).map((name) => join(database, name))]);
  const bare = () => bareTrivy({ folder, trivy, database, image });
  const compared = await inTurn(5, gate, () => floor({ trivy, checked, bare }));
  yield* [ratioLine("database of real size, all in place: whole action ÷ floor", compared, ofFloor(1.8))];
}
