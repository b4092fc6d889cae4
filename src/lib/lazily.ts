type Called<Function> = Function extends (...given: infer Given) => infer Answer
  ? (...given: Given) => Promise<Awaited<Answer>>
  : never;

/** The functions of a module that is read when the first of them is called. */
export type Lazily<Module> = {
  readonly [Name in keyof Module as Module[Name] extends (...given: never[]) => unknown ? Name : never]: Called<
    Module[Name]
  >;
};

/**
 * Stands for a module whose functions few requests need. Each `import()` in the sources is a part of its own in the bundle, which workerd
 * evaluates when it is first asked for: what stands behind one costs the start of an isolate nothing.
 * @example const { showPasskeys } = lazily(() => import("./handlers.ts"));
 */
export function lazily<Module extends object>(load: () => Promise<Module>): Lazily<Module> {
  // The module is kept, not its promise: a promise begun in one request must not be awaited in another.
  let read: Module | undefined;
  const called =
    (name: string) =>
    async (...given: unknown[]): Promise<unknown> => {
      read ??= await load();
      const found: unknown = Reflect.get(read, name);
      if (typeof found !== "function") throw new TypeError(`nothing to call by the name ${name}`);
      return found(...given);
    };
  return new Proxy({}, { get: (_, name) => called(String(name)) }) as Lazily<Module>;
}
