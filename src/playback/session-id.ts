/**
 * A UUID of version 7 (RFC 9562 5.7): Unix milliseconds, then 74 random bits. Ids that grow with time are
 * written to the end of the database's index; random ones would touch a page of it each.
 */
export function createSessionId(unixMs: number): string {
  const time = Math.trunc(unixMs).toString(16).padStart(12, "0");
  // From a version 4 the digits after its version: they are random, the variant in its place.
  const random = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random}`;
}
