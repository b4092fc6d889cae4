// One argon2id hash per request, with the product's parameters and one shared instance, and nothing else.
import Argon2, { Argon2Type } from "@phi-ag/argon2";
import wasm from "@phi-ag/argon2/argon2.wasm";

const argon2 = new Argon2(new WebAssembly.Instance(wasm));
const parameters = { type: Argon2Type.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 };

export default {
  fetch() {
    argon2.hash("correct horse battery staple", { ...parameters, salt: crypto.getRandomValues(new Uint8Array(16)) });
    return new Response("hashed");
  },
};
