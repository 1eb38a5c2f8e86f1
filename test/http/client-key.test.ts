import { expect, test } from "bun:test";
import fc from "fast-check";
import { clientKey } from "../../src/http/client-key.ts";

test("an IPv4 address stands for itself, mapped into IPv6 or not", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(clientKey(address)).toBe(address);
      expect(clientKey(`::ffff:${address}`)).toBe(address);
    }),
  );
});

test("an IPv6 address stands for its network of 64 bits, however it is written", () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const groups = fc.array(group, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(groups, groups, groups, (network, one, other) => {
      const text = (parts: number[]): string => parts.map((part) => part.toString(16)).join(":");
      const key = clientKey(text([...network, ...one]));
      expect(clientKey(text([...network, ...other]))).toBe(key);
      expect(clientKey(`${text([...network, ...other])}%eth0`)).toBe(key);
      expect(clientKey(text([...network, ...one]).toUpperCase())).toBe(key);
      const neighbour = network.with(3, ((network[3] ?? 0) + 1) % 0x10000);
      expect(clientKey(text([...neighbour, ...one]))).not.toBe(key);
    }),
  );
  expect(clientKey("2001:db8::1")).toBe(clientKey("2001:db8:0:0:ffff::2"));
  expect(clientKey("2001:db8::1")).not.toBe(clientKey("2001:db8:0:1::1"));
  expect(clientKey("::1")).toBe("0:0:0:0::/64");
});
