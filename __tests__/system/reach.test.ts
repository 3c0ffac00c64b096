import { describe, expect, it } from "vitest";
import { addressKind, hostKind, isWithin, reachFrom } from "../../src/system/reach.ts";

describe("where an address is", () => {
  it.each([
    ["169.254.169.254", "link-local"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["febf::1", "link-local"],
    ["::ffff:169.254.169.254", "link-local"],
    ["::ffff:a9fe:a9fe", "link-local"],
    ["::169.254.169.254", "link-local"],
    ["64:ff9b::169.254.169.254", "link-local"],
    ["2002:a9fe:a9fe::1", "link-local"],
    ["168.63.129.16", "link-local"],
    ["100.100.100.200", "link-local"],
    ["fd00:ec2::254", "link-local"],
    ["FD00:0EC2:0:0:0:0:0:254", "link-local"],
    ["127.0.0.1", "loopback"],
    ["0.0.0.0", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.0.1", "private"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["224.0.0.1", "private"],
    ["255.255.255.255", "private"],
    ["::", "loopback"],
    ["::1", "loopback"],
    ["fc00::1", "private"],
    ["ff02::1", "private"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:127.0.0.1", "loopback"],
    ["64:ff9b::127.0.0.1", "loopback"],
    ["64:ff9b::10.0.0.1", "private"],
    ["172.32.0.1", "public"],
    ["8.8.8.8", "public"],
    ["2606:4700::1111", "public"],
    ["::ffff:8.8.8.8", "public"],
    ["64:ff9b::8.8.8.8", "public"],
  ])("%s is %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  it.each([
    ["http://0xa9fea9fe/", "link-local"],
    ["http://2852039166/", "link-local"],
    ["http://169.254.43518/", "link-local"],
    ["http://[::ffff:169.254.169.254]/", "link-local"],
    ["http://METADATA.google.internal./", "link-local"],
    ["http://metadata/", "link-local"],
    ["http://instance-data.ec2.internal/", "link-local"],
    ["http://127.1/", "loopback"],
    ["http://localhost./", "loopback"],
    ["http://a.localhost/", "loopback"],
    ["http://nas.local/", "private"],
    ["http://ghcr.io/", undefined],
    ["http://metadata.example/", undefined],
  ])("of the host of %s it is known without a look-up: %s", (address, kind) => {
    expect(hostKind(new URL(address).hostname)).toBe(kind);
  });

  it("decides what may be reached", () => {
    const kinds = ["public", "private", "loopback", "link-local"] as const;
    const within = (reach: Parameters<typeof isWithin>[1]) => kinds.filter((kind) => isWithin(kind, reach));
    expect(within("any")).toEqual(kinds);
    expect(within("private")).toEqual(["public", "private"]);
    expect(within("loopback")).toEqual(["public", "loopback"]);
    expect(within("public")).toEqual(["public"]);
  });

  it.each([
    [["public"], "public"],
    [["private", "private"], "private"],
    [["loopback"], "loopback"],
    [["link-local"], "public"],
    [["private", "public"], "public"],
    [["private", "loopback"], "public"],
    [[], "public"],
  ] as const)("decides where a host of the addresses %j may send us on to: %s", (kinds, reach) => {
    expect(reachFrom(kinds)).toBe(reach);
  });
});
