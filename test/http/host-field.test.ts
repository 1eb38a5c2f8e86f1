import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { isBeyondRebinding, parseHostField } from "../../src/http/host-field.ts";

const label = fc
  .stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
  .filter((text) => !text.startsWith("xn--"));
const port = fc.option(
  fc.nat(65_535).map((number) => `:${number}`),
  { nil: "" },
);
const dot = fc.constantFrom("", ".");
const anyCase = (text: string, upper: boolean): string => (upper ? text.toUpperCase() : text);

describe("a Host field", () => {
  test("names the same host whatever its case, port and final dot", () => {
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    fc.assert(
      fc.property(name, fc.boolean(), dot, port, (host, upper, end, tail) => {
        expect(parseHostField(`${anyCase(host, upper)}${end}${tail}`)).toBe(host);
      }),
    );
  });

  test("names an address in its one form", () => {
    fc.assert(
      fc.property(fc.ipV4(), port, (address, tail) => {
        expect(parseHostField(`${address}${tail}`)).toBe(address);
        expect(isBeyondRebinding(address)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), port, (address, tail) => {
        // Some dotted forms are no URL's to Bun; browsers send none of them.
        fc.pre(URL.canParse(`http://[${address}]`));
        const host = parseHostField(`[${address}]${tail}`);
        expect(host).toBeDefined();
        expect(isBeyondRebinding(host ?? "")).toBe(true);
      }),
    );
    for (const other of ["0x7f.1", "2130706433", "127.1", "0177.0.0.1"]) {
      expect(parseHostField(other)).toBe("127.0.0.1");
    }
  });

  test.each([
    ...[null, "", " ", ":80", ".", "a b", "a,b", "a, b", "a/b", "a@b", "a?b", "a#b", "a\\b"],
    ...["[::1", "::1", "[::g]", "a:99999", "a:b", "1.2.3.4.5", "256.1.1.1", "a%zz", "\u{fffd}"],
    ...["a\tb", "a\0b", "http://a", "[1.2.3.4]", "a..b:c"],
  ])("%j names none", (field) => {
    expect(parseHostField(field)).toBeUndefined();
  });

  test("of any bytes is taken apart without an exception, and what comes out is a host", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (field) => {
        const host = parseHostField(field);
        if (host === undefined) return;
        expect(URL.canParse(`http://${host.includes(":") ? `[${host}]` : host}/`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a page of another site", () => {
  test("may be any name of public DNS, and none that only this network knows", () => {
    const publicEnd = fc.constantFrom(
      "com",
      "org",
      "box",
      "dev",
      "co.uk",
      "ts.net",
      "arpa",
      "xn--p1ai",
    );
    fc.assert(
      fc.property(label, publicEnd, (name, end) => {
        expect(isBeyondRebinding(`${name}.${end}`)).toBe(false);
      }),
    );
    const privateEnd = fc.constantFrom(
      "local",
      "lan",
      "home.arpa",
      "internal",
      "localhost",
      "home",
    );
    fc.assert(
      fc.property(label, privateEnd, (name, end) => {
        expect(isBeyondRebinding(name)).toBe(true);
        expect(isBeyondRebinding(`${name}.${end}`)).toBe(true);
        // The end of a name is not the end of a label.
        expect(isBeyondRebinding(`${name}.x${end}`)).toBe(false);
        expect(isBeyondRebinding(`${end}.${name}.com`)).toBe(false);
      }),
    );
  });
});
