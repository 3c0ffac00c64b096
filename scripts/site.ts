import { buildSite, SITE } from "./site/build.ts";

try {
  await buildSite(process.argv.slice(2));
  console.log(SITE);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
