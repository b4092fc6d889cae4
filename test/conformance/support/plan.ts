import { afterAll, beforeAll, describe, it } from "vitest";
import { type Metadata, readMetadata } from "./metadata.ts";
import { RelyingParty } from "./relying-party.ts";
import { startTarget } from "./start-target.ts";
import type { ClientRequest, Person, Target } from "./target.ts";
import type { Arrival } from "./user-agent.ts";

/** One module of a plan, under the name that the OpenID Foundation's suite gives it. */
export interface Module {
  readonly name: string;
  /** What it proves, with the ids of the security checks. */
  readonly proves: string;
  readonly run: (trial: Trial) => Promise<void>;
}

/** What a module works with: the target, a person who has an account, and clients of its own. */
export interface Trial {
  readonly target: Target;
  readonly metadata: Metadata;
  readonly person: Person;
  /** Registers a client, and opens a browser that knows nothing yet. */
  readonly party: (request?: ClientRequest) => Promise<RelyingParty>;
  /** Ends the module where the official suite accepts that it does not apply. What is not offered must not be advertised. */
  readonly skip: (reason: string) => never;
}

export const module = (name: string, proves: string, run: Module["run"]): Module => ({ name, proves, run });

/** Runs the modules side by side, so that those that have to wait hold nobody up. */
export function runPlan(name: string, modules: readonly Module[], mode: Arrival["mode"] = "query"): void {
  let scene: Pick<Trial, "target" | "metadata" | "person"> | undefined;

  beforeAll(async () => {
    const target = await startTarget();
    scene = { target, metadata: await readMetadata(target), person: await target.makePerson() };
  });
  afterAll(() => scene?.target.stop());

  describe.concurrent(name, () => {
    for (const { name: moduleName, proves, run } of modules)
      it(`${moduleName}: ${proves}`, (test) => {
        if (scene === undefined) throw new Error("the target was not set up");
        const { target } = scene;
        const setting = { ...scene, mode };
        return run({
          ...scene,
          party: async (request = {}) => new RelyingParty({ ...setting, client: await target.makeClient(request) }),
          skip: (reason) => test.skip(reason),
        });
      });
  });
}

export const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
