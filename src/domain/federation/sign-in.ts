import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Device, openSession, type SignedIn } from "../sessions/open-session.ts";
import { userOfIdentity } from "./account-of-identity.ts";
import type { Identity } from "./identity.ts";
import { isOpenForSignIn, type Provider } from "./provider.ts";

/** Signs in somebody whom a provider has vouched for. `state`: of the attempt, which is over by this. Throws Problem. */
export async function signInByCallback(
  context: RealmContext,
  provider: Provider,
  identity: Identity,
  state: string,
  device: Device,
): Promise<SignedIn> {
  const user = await userOfIdentity(context, provider, identity);
  await spendState(context, user.id, state);
  return openSession(context, user, ["fed"], device);
}

/** However many tabs come back with the same state, one of them is let in. Throws Problem. */
export async function spendState(
  context: RealmContext,
  userId: number,
  state: string,
  reason: "social-sign-in-expired" | "consent-expired" = "social-sign-in-expired",
): Promise<void> {
  const spending = {
    id: `social|${await sha256(state)}`,
    attemptId: randomHandle(16),
    expiresAt: context.clock.now() + limits.socialSignInTtlSeconds * 1000,
  };
  if (!(await context.objects.call(userId, (user) => user.spend(spending)))) throw new Problem(reason);
}

/** Whether the provider's word is only the first of two factors for this user. */
export async function owesSecondFactor({ realm, objects }: RealmContext, user: UserRow): Promise<boolean> {
  if (realm.settings.tfa === "required") return true;
  const { sealedTotpSecret, passkeys } = await objects.call(user.id, (object) => object.factors(null));
  return sealedTotpSecret !== null || passkeys.some((passkey) => passkey.secondFactor);
}

/** The realm's provider of that name. Throws Problem. */
export async function getProvider(context: RealmContext, name: string): Promise<Provider> {
  const provider = await context.providers.find(name);
  if (provider === null) throw new Problem("provider-unknown");
  return provider;
}

/** Throws Problem unless people may sign in with it now. */
export function requireOpen(provider: Provider): void {
  if (!provider.purposes.includes("sign-in")) throw new Problem("provider-unknown");
  if (provider.disabled) throw new Problem("provider-disabled");
  if (!isOpenForSignIn(provider)) throw new Problem("provider-unavailable");
}
