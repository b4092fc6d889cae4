import { TrieRouter } from "hono/router/trie-router";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { RememberingRouter } from "../../src/http/remembering-router.ts";

function routers(): [RememberingRouter<number>, TrieRouter<number>] {
  const both: [RememberingRouter<number>, TrieRouter<number>] = [new RememberingRouter(), new TrieRouter()];
  for (const router of both)
    for (const [index, { method, path }] of app.routes.entries()) router.add(method, path, index);
  return both;
}

/** As plain values: Hono's parameters are objects without a prototype, or arrays beside a stash. */
const plain = (result: unknown): unknown => JSON.parse(JSON.stringify(result));

describe("the router that remembers", () => {
  it("answers every address and method as Hono's own does, the first time and again", () => {
    const [remembering, own] = routers();
    const paths = new Set(app.routes.map(({ path }) => path.replaceAll(/:\w+(?:\{[^}]*\})?/g, "x1").replace("*", "y")));
    expect(paths.size).toBeGreaterThan(250);
    for (const path of [...paths, "/none", "/token/", "/TOKEN", "", "//", "//token", "/v1", "/none/token", "/:id"])
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
        const expected = plain(own.match(method, path));
        for (const time of ["first", "again"])
          expect(plain(remembering.match(method, path)), `${method} ${path} ${time}`).toEqual(expected);
      }
  });

  it("keeps what one address held away from the next", () => {
    const router = new RememberingRouter<string>();
    router.add("GET", "/users/:user", "user");
    router.add("GET", "/users/me", "me");
    const paramsOf = (path: string) => plain(router.match("GET", path));
    expect([paramsOf("/users/a"), paramsOf("/users/b")]).toEqual([
      [[["user", { user: "a" }]]],
      [[["user", { user: "b" }]]],
    ]);
    expect(plain(router.match("GET", "/users/me"))).toEqual([
      [
        ["user", { user: "me" }],
        ["me", {}],
      ],
    ]);
    router.add("GET", "/users/me", "me too");
    expect(router.match("GET", "/users/me")[0]).toHaveLength(3);
  });
});
