import { expect, it } from "vitest";
import { ownCache } from "../../../src/job/terminal/index.ts";
import { databaseStore } from "../../../src/system/store/store.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// Proves: terminal-lies-working-directory
it.each([
  ["linux", { HOME: "/home/ada" }, "/home/ada/.cache/image-gate"],
  ["linux", { HOME: "/home/ada", XDG_CACHE_HOME: "/var/cache/ada" }, "/var/cache/ada/image-gate"],
  ["linux", { HOME: "/home/ada", XDG_CACHE_HOME: "" }, "/home/ada/.cache/image-gate"],
  // It would be in the user's current folder, which may be a stranger's repository.
  ["linux", { HOME: "/home/ada", XDG_CACHE_HOME: "cache" }, "/home/ada/.cache/image-gate"],
  ["linux", { XDG_CACHE_HOME: "./cache" }, undefined],
  ["linux", {}, undefined],
  ["darwin", { HOME: "/Users/ada" }, "/Users/ada/Library/Caches/image-gate"],
  ["darwin", { HOME: "/Users/ada", XDG_CACHE_HOME: "/Users/ada/.cache" }, "/Users/ada/.cache/image-gate"],
  ["win32", { LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local" }, "C:\\Users\\ada\\AppData\\Local\\image-gate"],
  ["win32", { HOME: "/c/Users/ada", LOCALAPPDATA: "D:\\local" }, "D:\\local\\image-gate"],
  ["win32", { XDG_CACHE_HOME: "E:\\caches", LOCALAPPDATA: "D:\\local" }, "E:\\caches\\image-gate"],
  ["win32", { HOME: "/c/Users/ada" }, undefined],
] as const)("on %s with %j the cache is %s", (platform, env, folder) => {
  expect(ownCache(env, platform)).toBe(folder);
});

it("is the store of databases on macOS, too, where a runner's tools can be changed by others", () => {
  using home = temporaryFolder("mac-home");
  const world = { ...testWorld(home.path, { env: { HOME: home.path } }), platform: "darwin" } as const;
  const { store } = databaseStore({ ...world, toolCache: undefined });
  expect(store).toBe(ownCache(world.env, "darwin"));
});
