#!/usr/bin/env node
const [, , first, ...more] = process.argv;
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`error: image-gate needs Node.js 24 or newer; this is ${process.version}`);
  process.exitCode = 2;
} else if ((first === "--version" || first === "-V") && more.length === 0) {
  process.stdout.on("error", ({ code }) => {
    if (code === "EPIPE") return;
    console.error(`error: the version cannot be written to standard output (${code})`);
    process.exitCode = 2;
  });
  process.stdout.write("0.1.0\n");
} else {
  process.argv[1] = import.meta.filename;
  import("./index.js");
}
