// A console of its own for a journey: the real program on a free port with a folder that is thrown away afterwards.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A start that takes longer than this is stuck; passwords are hashed and tables made on a slow machine. */
const STUCK_MS = 120_000;

/**
 * Starts the console; `options` are added to its command line, `earlier` is a folder that an earlier start has left. Its
 * environment and, where others must know it before, its port can be given.
 */
export async function startConsole(options = [], earlier = undefined, { environment = {}, port = 0 } = {}) {
  const program = process.env.XUNWANG_BIN;
  if (!program) throw new Error("XUNWANG_BIN must name the built program; dev/journeys does");
  const folder = earlier ?? await mkdtemp(join(tmpdir(), "xunwang-journey-"));
  const child = spawn(program, ["serve", "--data", folder, "--listen", `127.0.0.1:${port}`, ...options], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  const told = [];
  const passwords = {};
  child.stderr.on("data", (bytes) => told.push(bytes.toString()));
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no start within ${STUCK_MS} ms\n${told.join("")}`)), STUCK_MS);
    ended.then((code) => reject(new Error(`the console ended with ${code}\n${told.join("")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      told.push(`${line}\n`);
      const login = /登录名 (\S+)　密码 (\S+)/.exec(line);
      if (login) passwords[login[1]] = login[2];
      const found = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(line);
      if (found && line.includes("已启动")) {
        clearTimeout(late);
        resolve(found[1]);
      }
    });
  }).catch(async (error) => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    address,
    folder,
    passwords,
    told,
    /** Stops the console as a service manager does, and expects a clean end; the folder goes unless it is kept. */
    async stop({ keep = false } = {}) {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STUCK_MS);
      const code = await ended;
      clearTimeout(late);
      if (!keep) await rm(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`the console ended with ${code}\n${told.join("")}`);
    },
  };
}

/** A port that is free now. Somebody else may take it before it is used; then the start says so. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** What a phone shows `ahead` seconds from now for the letters of a secret (RFC 6238). */
export function phoneCode(letters, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of letters.replace(/[\s=]/g, "").toUpperCase()) {
    bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  }
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + ahead) / 30)));
  const digest = createHmac("sha1", secret).update(step).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
