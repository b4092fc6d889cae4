import { type JsonOf, toJson } from "../../lib/json.ts";
import type { Profile } from "../profile.ts";
import { type CodeRedemption, type NewGrant, openGrant, redeemCode } from "./code-redemption.ts";
import { ConnectionsObject } from "./connections-object.ts";
import { clientOfGrant, type Grant, type GrantAnswer, liveGrant, revokeGrant } from "./grants.ts";
import { enabledProfile } from "./live-session.ts";
import { findProfile } from "./profile.ts";
import { type PresentedRefreshToken, rotateGrant } from "./refresh-rotation.ts";
import { isTokenRevoked, revokeToken } from "./revoked-tokens.ts";
import { isProven, type Spending } from "./spent.ts";

export interface LiveGrant {
  readonly grant: Grant;
  readonly profile: Profile;
}

type Refusal<Answer> = Exclude<Answer, { ok: true }>;
type UserGone = { readonly ok: false; readonly reason: "user-disabled" };

export type GrantResult = ({ readonly ok: true } & LiveGrant) | Refusal<GrantAnswer> | UserGone;

/** The part of the user's object that keeps what applications were granted: codes that were redeemed, and the tokens that came of it. */
export abstract class GrantsObject extends ConnectionsObject {
  async redeemCode(code: CodeRedemption): Promise<JsonOf<GrantResult>> {
    const result = this.#withProfile((profile) => redeemCode(this.sql, profile, code, Date.now()));
    await this.scheduleCleaning();
    return toJson(result);
  }

  /** For a client that has signed the user in by itself; see `NewGrant`. */
  async openGrant(grant: NewGrant): Promise<GrantResult> {
    const result = this.#withProfile((profile) => openGrant(this.sql, profile, grant, Date.now()));
    await this.scheduleCleaning();
    return result;
  }

  async rotateGrant(presented: PresentedRefreshToken): Promise<JsonOf<GrantResult>> {
    const result = this.#withProfile((profile) => rotateGrant(this.sql, profile, presented, Date.now()));
    // A stolen token ends the session of its device, too.
    if (!result.ok && result.reason === "refresh-token-reused") this.tellOfEnds();
    if (presented.proof !== null) await this.scheduleCleaning();
    return toJson(result);
  }

  /**
   * For userinfo and introspection: the grant behind an access token, if the token still means anything. `proof`, which came with
   * the token, is spent on the way; not when the token means nothing.
   */
  async grantOfToken(grantId: string, tokenId: string, proof: Spending | null = null): Promise<JsonOf<GrantResult>> {
    const result = this.#withProfile((profile) =>
      isTokenRevoked(this.sql, tokenId)
        ? { ok: false, reason: "grant-revoked" }
        : liveGrant(this.sql, profile, grantId, Date.now()),
    );
    if (!result.ok || proof === null) return toJson(result);
    if (!isProven(this.sql, proof)) return toJson({ ok: false, reason: "dpop-proof-replayed" });
    await this.scheduleCleaning();
    return toJson(result);
  }

  #withProfile(run: (profile: Profile) => GrantAnswer): GrantResult {
    const profile = enabledProfile(this.sql);
    if (profile === null) return { ok: false, reason: "user-disabled" };
    const answer = run(profile);
    return answer.ok ? { ...answer, profile } : answer;
  }

  /** Which client a refresh token was given to; see `clientOfGrant`. */
  async clientOfGrant(grantId: string): Promise<string | null> {
    return clientOfGrant(this.sql, grantId);
  }

  /** Ends a line of refresh tokens and the access tokens of its grant, if it is that client's. */
  async revokeGrant(grantId: string, clientId: string): Promise<void> {
    const profile = findProfile(this.sql);
    if (profile === null) return;
    const answer = liveGrant(this.sql, profile, grantId, Date.now());
    if (answer.ok && answer.grant.clientId === clientId) revokeGrant(this.sql, grantId, Date.now());
    this.tellOfEnds();
  }

  /** `expiresAt`: milliseconds since the epoch, when the token dies by itself. */
  async revokeToken(tokenId: string, expiresAt: number): Promise<void> {
    revokeToken(this.sql, tokenId, expiresAt);
    await this.scheduleCleaning();
  }
}
