/**
 * Names a client by the address of its connection, for telling clients apart. An IPv6 address stands for
 * its /64, as whoever has one has all of it (RFC 6177); IPv4 mapped into IPv6 (RFC 4291 2.5.5.2) for itself.
 */
export function clientKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(":")) return address;
  const [left = "", right] = address.replace(/%.*/, "").toLowerCase().split("::");
  const before = groups(left);
  const after = groups(right ?? "");
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  const network = all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}

function groups(part: string): string[] {
  return part === "" ? [] : part.split(":");
}
