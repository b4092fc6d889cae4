import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import type { AuditActor } from "../../storage/audit-events.ts";

/** Somebody of the deployment's own realm, signed in with two factors. */
export interface DeploymentPerson {
  readonly realmId: string;
  readonly userId: number;
  /** When they last proved who they are. Milliseconds since the epoch. */
  readonly authTime: number;
}

/** Who calls the operators' API: the deployment (its token, or a person of its own realm), or an administrator of one realm. */
export type Operator = { readonly kind: "deployment"; readonly person?: DeploymentPerson } | RealmOperator;

export interface RealmOperator {
  readonly kind: "sysadmin" | "admin";
  readonly realmId: string;
  readonly userId: number;
  /** Of the deployment's own realm, where each system administrator may act for all realms. */
  readonly inOperatorsRealm: boolean;
}

export type OperatorKind = Operator["kind"];

/** As audit events name them. A person of the deployment's own realm is named with it; the holder of its token has no name. */
export function actorOf(operator: Operator): AuditActor {
  if (operator.kind !== "deployment") return { kind: operator.kind, id: String(operator.userId) };
  const { person } = operator;
  return { kind: "deployment", ...(person === undefined ? {} : { id: `${person.realmId}:${person.userId}` }) };
}

export const roles = ["user", "admin", "sysadmin"] as const;

/** What somebody with these roles may be as an operator; null when nothing. */
export function operatorKindOf(held: readonly string[]): "sysadmin" | "admin" | null {
  if (held.includes("sysadmin")) return "sysadmin";
  return held.includes("admin") ? "admin" : null;
}

/**
 * What is hard to take back asks a person who may do it anywhere to have proven just now who they are; the holder of the token has.
 * `now`: milliseconds since the epoch. Throws Problem.
 */
export function requireRecentProof(operator: Operator, now: number): void {
  if (operator.kind !== "deployment" || operator.person === undefined) return;
  const ageMs = now - operator.person.authTime;
  if (ageMs > limits.recentAuthenticationSeconds * 1000) throw new Problem("reauthentication-required");
}

/**
 * An `admin` neither makes system administrators nor touches one. Nor does a system administrator of the deployment's own realm who has not
 * shown two factors: whoever they made, or took over, could act for all realms. Throws Problem.
 */
export function requireRankOver(operator: Operator, user: { readonly roles: readonly string[] }): void {
  if (user.roles.includes("sysadmin")) requireMayMakeSysadmins(operator, "sysadmin-spared");
}

export function requireMayGrant(operator: Operator, wanted: readonly string[]): void {
  if (wanted.includes("sysadmin")) requireMayMakeSysadmins(operator, "role-not-grantable");
}

/** `toAdmins`: what an `admin` hears. */
function requireMayMakeSysadmins(operator: Operator, toAdmins: "sysadmin-spared" | "role-not-grantable"): void {
  if (sparesSysadmins(operator)) throw new Problem(operator.kind === "admin" ? toAdmins : "second-factor-not-shown");
}

export const sparesSysadmins = (operator: Operator): boolean =>
  operator.kind === "admin" || (operator.kind === "sysadmin" && operator.inOperatorsRealm);

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
