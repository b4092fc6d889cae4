import { createServer } from "node:net";

// Below the ports that the system gives to whoever connects: one of those could be taken before the program that is to listen there does.
const [lowest, highest] = [11_000, 30_000];

/** A port of this machine's where nobody listens; with `neighbours`, so are as many after it. */
export async function freePort(neighbours = 0): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const tried = await Promise.all(Array.from({ length: neighbours + 1 }, (_, offset) => isFree(port + offset)));
    if (tried.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
