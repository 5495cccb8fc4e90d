// The floor of signing in: only argon2id, with the server's parameters and a number of hashes at once. Usage: node
// argon2.mjs <at once> <seconds>; prints {"perSecond": n}.
import { hash, verify } from "@node-rs/argon2";

const atOnce = Number(process.argv[2]);
const seconds = Number(process.argv[3]);
const password = "four quiet words here";
const stored = await hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

let done = 0;
const began = performance.now();
const until = began + seconds * 1000;

async function work() {
  while (performance.now() < until) {
    if (!(await verify(stored, password))) throw new Error("The password was not recognised");
    done++;
  }
}

await Promise.all(Array.from({ length: atOnce }, work));
console.log(JSON.stringify({ perSecond: (done * 1000) / (performance.now() - began) }));
