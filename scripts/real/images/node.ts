import { join } from "node:path";
import { buildkit, type RealImage, writeFiles } from "../build-image.ts";
import { must } from "../command.ts";
import { aptInstall, CONFIG, debianSteps } from "./debian.ts";

/**
 * A shop of 2019. The packages that it names are fixed. Their dependencies are the newest that the ranges of then
 * allow.
 */
const PACKAGE = JSON.stringify(
  {
    name: "storefront",
    version: "1.0.0",
    private: true,
    dependencies: {
      axios: "0.19.0",
      "body-parser": "1.18.3",
      ejs: "2.6.1",
      express: "4.16.4",
      "express-fileupload": "1.1.6",
      handlebars: "4.1.2",
      jsonwebtoken: "8.5.1",
      lodash: "4.17.11",
      marked: "0.6.2",
      minimist: "1.2.0",
      moment: "2.24.0",
      mongoose: "5.4.3",
      "node-fetch": "2.6.0",
      "serialize-javascript": "1.7.0",
      "socket.io": "2.2.0",
      ws: "6.2.1",
      xml2js: "0.4.19",
      request: "2.88.0",
      semver: "5.7.1",
      tar: "4.4.8",
    },
  },
  null,
  2,
);

async function install(root: string): Promise<void> {
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--omit=dev"];
  await must("npm", ["install", ...quiet], { cwd: join(root, "app") });
}

export const nodeImage = (): RealImage => ({
  name: "node",
  title: "Express of 2019 on Debian bullseye",
  tag: "example.test/storefront:1.0",
  base: "debian:bullseye",
  config: { ...CONFIG, Cmd: ["node", "server.js"], WorkingDir: "/app" },
  steps: [
    ...debianSteps("bullseye"),
    aptInstall("nodejs"),
    buildkit("COPY package.json ./", {
      recipe: PACKAGE,
      make: async (root) => writeFiles(join(root, "app"), { "package.json": `${PACKAGE}\n` }),
    }),
    buildkit("RUN /bin/sh -c npm install --omit=dev", { make: install }),
    buildkit("COPY . .", {
      make: async (root) => writeFiles(join(root, "app"), { "server.js": "require('express')\n" }),
    }),
    { createdBy: 'CMD ["node" "server.js"]', comment: "buildkit.dockerfile.v0" },
  ],
});
