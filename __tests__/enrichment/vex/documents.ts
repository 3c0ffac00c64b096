/** Realistic VEX documents, for all tests of reading them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const LIBSSL = "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.4";
const TIME = "2026-11-20T10:00:00Z";

export type Fields = Readonly<Record<string, unknown>>;

/** An OpenVEX statement: libssl3 is not affected. */
export function statement(change: Fields = {}): Fields {
  return {
    vulnerability: { name: "CVE-2024-0001" },
    products: [{ "@id": "pkg:deb/debian/libssl3" }],
    status: "not_affected",
    justification: "vulnerable_code_not_in_execute_path",
    ...change,
  };
}

export function openVex(statements: readonly Fields[] = [statement()], change: Fields = {}): Fields {
  return {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://acme.example/vex/1",
    author: "Acme Security",
    timestamp: TIME,
    version: 1,
    statements,
    ...change,
  };
}

/** OpenVEX with this one statement. */
export const says = (change: Fields = {}) => openVex([statement(change)]);

/** A CycloneDX vulnerability: libssl3 is not affected. */
export function vulnerability(change: Fields = {}): Fields {
  return {
    id: "CVE-2024-0001",
    analysis: { state: "not_affected", justification: "code_not_reachable", detail: "We call no such function." },
    affects: [{ ref: "pkg:deb/debian/libssl3" }],
    ...change,
  };
}

export function cycloneDx(vulnerabilities: readonly Fields[] = [vulnerability()], change: Fields = {}): Fields {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { timestamp: TIME, authors: [{ name: "Acme Security" }] },
    vulnerabilities,
    ...change,
  };
}

/** CycloneDX with this one vulnerability. */
export const finds = (change: Fields = {}) => cycloneDx([vulnerability(change)]);

/** CSAF as vendors write it: an image that contains a package, and the package by itself. */
export function csaf(status: Fields = { known_not_affected: ["image:libssl3"] }, change: Fields = {}): Fields {
  const purl = (id: string, text: string) => ({
    category: "product_name",
    name: id,
    product: { product_id: id, name: id, product_identification_helper: { purl: text } },
  });
  return {
    document: {
      category: "csaf_vex",
      csaf_version: "2.0",
      title: "Acme VEX",
      publisher: { category: "vendor", name: "Acme Security", namespace: "https://acme.example" },
      tracking: { id: "1", version: "1", status: "final", initial_release_date: TIME, current_release_date: TIME },
    },
    product_tree: {
      branches: [
        {
          category: "vendor",
          name: "Acme",
          branches: [
            purl("image", "pkg:oci/app?repository_url=ghcr.io/acme/app"),
            purl("libssl3", "pkg:deb/debian/libssl3"),
            { category: "product_name", name: "RHEL", product: { product_id: "rhel", name: "RHEL" } },
          ],
        },
      ],
      relationships: [
        {
          category: "default_component_of",
          product_reference: "libssl3",
          relates_to_product_reference: "image",
          full_product_name: { product_id: "image:libssl3", name: "libssl3 in the image" },
        },
      ],
    },
    vulnerabilities: [
      {
        cve: "CVE-2024-0001",
        product_status: status,
        flags: [{ label: "vulnerable_code_not_present", product_ids: ["image:libssl3"] }],
        threats: [{ category: "impact", details: "It is not built in.", product_ids: ["image:libssl3"] }],
      },
    ],
    ...change,
  };
}

/** Writes a file below a workspace: text unchanged, anything else as JSON. */
export function writeDocument(workspace: string, name: string, value: unknown): string {
  const path = join(workspace, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return name;
}
