import { buildSite, SITE } from "./site/build.ts";

await buildSite(process.argv.slice(2));
console.log(SITE);
