import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packInto } from "./build/package.ts";

// npm run pack: the npm package of the committed bundle; prints where its tarball is.
console.log(await packInto(join(fileURLToPath(new URL("..", import.meta.url)), "out", "package")));
