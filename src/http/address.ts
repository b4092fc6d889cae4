import type { Exchange } from "./env.ts";

/**
 * The caller's address as the platform saw it; headers that callers may set themselves are never looked at. On a laptop nothing stands
 * in front of the Worker, so there is none. IPv6 counts by /64: one customer has that many addresses.
 */
export function callerAddress(c: Exchange): string | null {
  if (c.get("config").development) return null;
  return c.req.header("cf-connecting-ip") ?? null;
}

/** The same for the record of a session: one that is begun on a laptop was begun there. */
export const recordedAddress = (c: Exchange): string | null =>
  c.get("config").development ? "127.0.0.1" : callerAddress(c);

export function addressKey(address: string | null): string {
  if (address === null) return "local";
  return address.includes(":") ? ipv6Network(address) : address;
}

/** The network that an address is in, for records that are kept: /24, or /48 for IPv6. It says where somebody was, not who. */
export function networkOf(address: string | null): string | null {
  if (address === null) return null;
  if (!address.includes(":")) return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) ? address.replace(/\d+$/, "0/24") : null;
  return `${ipv6Network(address).split(":").slice(0, 3).join(":")}::/48`;
}

function ipv6Network(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
