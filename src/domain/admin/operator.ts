import { Problem } from "../../errors/errors.ts";

/** Who calls the operators' API: the holder of the deployment's token, or an administrator of one realm. */
export type Operator =
  | { readonly kind: "deployment" }
  | { readonly kind: "sysadmin" | "admin"; readonly realmId: string; readonly userId: number };

export type OperatorKind = Operator["kind"];

export const roles = ["user", "admin", "sysadmin"] as const;
export type Role = (typeof roles)[number];

/** What somebody with these roles may be as an operator; null when nothing. */
export function operatorKindOf(held: readonly string[]): "sysadmin" | "admin" | null {
  if (held.includes("sysadmin")) return "sysadmin";
  return held.includes("admin") ? "admin" : null;
}

/** An `admin` neither makes system administrators nor touches one. Throws Problem. */
export function requireRankOver(operator: Operator, user: { readonly roles: readonly string[] }): void {
  if (operator.kind === "admin" && user.roles.includes("sysadmin")) throw new Problem("sysadmin-spared");
}

export function requireMayGrant(operator: Operator, wanted: readonly string[]): void {
  if (operator.kind === "admin" && wanted.includes("sysadmin")) throw new Problem("role-not-grantable");
}

/** What an `admin` must not be able to give a client, or to take over with it. */
interface ShapedClient {
  readonly firstParty: boolean;
  readonly metadata?: { readonly token_exchange?: unknown };
}

/**
 * A first-party application gets codes without asking the user, and its tokens act for administrators. Whoever could set its return
 * addresses or secret could become any of them, so an `admin` only looks at it; and so it is with one that may exchange other clients'
 * tokens. Throws Problem.
 */
export function requireMayShape(operator: Operator, client: ShapedClient): void {
  if (operator.kind !== "admin") return;
  if (client.firstParty) throw new Problem("client-first-party-reserved");
  if (client.metadata?.token_exchange !== undefined) throw new Problem("client-token-exchange-reserved");
}
