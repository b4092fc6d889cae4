import { DurableObject } from "cloudflare:workers";
export class UserObject extends DurableObject {}
export default { async fetch(r: Request) { return new Response(JSON.stringify({ u: r.url, h: [...r.headers] })); }, async queue() {}, async scheduled() {} };
