// Stands before two builds of the Worker, as the platform does while a new version takes over: each request and each batch goes to
// one of them, and each object is of one of them until it is started anew. They share nothing but the stores.
import { DurableObject } from "cloudflare:workers";
import newer, { UserObject as NewerObject } from "./newer/index.js";
import older, { UserObject as OlderObject } from "./older/index.js";

const BUILDS = { older, newer };
const HEX = 16;

const nameOf = (share) => (Math.random() < Number(share) ? "newer" : "older");
const buildFor = (env) => BUILDS[nameOf(env.NEWER_REQUESTS)];

/** By its name, so that an object has one version at a time. */
const isNewer = (id, share) => Number.parseInt(id.toString().slice(0, 2), HEX) / HEX ** 2 < Number(share);

export class UserObject extends DurableObject {
  constructor(state, env) {
    super(state, env);
    // biome-ignore lint/correctness/noConstructorReturn: the object of a build takes the place of this one
    return isNewer(state.id, env.NEWER_OBJECTS) ? new NewerObject(state, env) : new OlderObject(state, env);
  }
}

export default {
  async fetch(request, env, context) {
    const name = nameOf(env.NEWER_REQUESTS);
    const answer = await BUILDS[name].fetch(request, env, context);
    const marked = new Response(answer.body, answer);
    marked.headers.set("x-build", name);
    return marked;
  },
  queue: (batch, env, context) => buildFor(env).queue(batch, env, context),
  scheduled: (controller, env, context) => buildFor(env).scheduled(controller, env, context),
};
