import { keyRing } from "../../crypto/key-ring.ts";
import {
  actorOf,
  type Operator,
  type OperatorKind,
  requireRecentProof,
  sparesSysadmins,
} from "../../domain/admin/operator.ts";
import { recordRefusal } from "../../domain/audit/record-event.ts";
import { toldByEndpoint } from "../../domain/audit/trail.ts";
import { type RealmContext, realmContext } from "../../domain/realm-context.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import type { RealmDirectory } from "../../domain/realms/realm-directory.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { realmDirectory } from "../../http/middleware/realm.ts";
import { systemClock } from "../../lib/time.ts";
import { RealmStore } from "../../storage/d1/realm-store.ts";
import { databasesOf } from "../../storage/d1/shards.ts";
import type { SysadminGuard } from "../../storage/d1/user-store.ts";
import { authenticate } from "./authenticate.ts";
import { type Address, rights } from "./rights.ts";

/** Who calls, and that they may. The request's realm is then the one its path names. Throws Problem. */
export async function authorize(c: AppContext, address: Address): Promise<Operator> {
  const operator = await authenticate(c, address);
  const reference = c.req.param("realm");
  const own = operator.kind === "deployment" ? null : c.get("realm");
  await recordOverreach(own, operator, address, async () => {
    if (reference !== undefined) c.set("realm", await realmOfPath(c, operator, reference));
    const allowed: readonly OperatorKind[] = rights[address];
    if (!allowed.includes(operator.kind)) throw new Problem("admin-role-missing");
    if (isHardToTakeBack(address)) requireRecentProof(operator, systemClock.now());
  });
  return operator;
}

/** An operator who reaches too far is written down in their own realm (ASVS 16.3.2). */
function recordOverreach(
  own: RealmContext | null,
  operator: Operator,
  address: Address,
  check: () => Promise<void>,
): Promise<void> {
  if (own === null) return check();
  const happening = { type: "operator.refused", actor: actorOf(operator), details: { endpoint: address } } as const;
  return recordRefusal(own, happening, check);
}

const isHardToTakeBack = (address: Address): boolean =>
  address.startsWith("DELETE ") ||
  // Passwords and roles, too.
  address === "PATCH /realms/:realm/users/:user" ||
  /\/(?:revoke|rotate-secret|api-keys|api-keys\/:key\/rotate|roles|merge|tfa\/reset|password-reset|import)$/.test(
    address,
  );

async function realmOfPath(c: AppContext, operator: Operator, reference: string): Promise<RealmContext> {
  const directory = realmDirectory(c);
  const realm =
    operator.kind === "deployment"
      ? await findRealm(c, directory, reference)
      : await ownRealm(c.get("realm").realm, directory, reference);
  const config = c.get("config");
  const context = realmContext(realm, c.env, config, keyRing(config));
  return {
    ...context,
    users: context.users.guardedBy(guardOf(operator, realm)),
    audit: toldByEndpoint(context.audit),
  };
}

/**
 * Whatever operators do to users, the statement itself sees to it that the realm keeps a system administrator. Also those who may act
 * anywhere do not lock themselves out of their own realm.
 */
function guardOf(operator: Operator, realm: Realm): SysadminGuard {
  if (sparesSysadmins(operator)) return "spare-all";
  const isForeign = operator.kind === "deployment" && operator.person?.realmId !== realm.id;
  return isForeign ? "none" : "keep-one";
}

/** By id, or by name when only one realm has it. */
async function findRealm(c: AppContext, directory: RealmDirectory, reference: string): Promise<Realm> {
  if (!/^[^\p{Cc}]{1,200}$/u.test(reference)) throw new Problem("realm-unknown");
  const byId = await directory.findById(reference);
  if (byId !== null) return byId;
  const [id, another] = await new RealmStore(databasesOf(c.env)).findIdsByName(reference);
  if (another !== undefined) throw new Problem("realm-ambiguous");
  const byName = id === undefined ? null : await directory.findById(id);
  if (byName === null) throw new Problem("realm-unknown");
  return byName;
}

/** A realm's operators know of no other realm: one that exists answers them like one that does not. */
async function ownRealm(own: Realm, directory: RealmDirectory, reference: string): Promise<Realm> {
  if (reference !== own.id && reference !== own.name) throw new Problem("admin-other-realm");
  const realm = await directory.findById(own.id);
  if (realm === null) throw new Problem("realm-unknown");
  return realm;
}
