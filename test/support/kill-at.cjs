/*
 * Preloaded into a process under test: counts the calls that change files below a folder, and kills the process before the one with the
 * number in KILL_AT. Without that number it writes how many there were to KILL_COUNT when the process ends.
 */
const fs = require("node:fs");
const below = process.env.KILL_BELOW;
const at = Number(process.env.KILL_AT);
let calls = 0;

const isBelow = (target) => typeof target === "string" && target.startsWith(below);

const before = (target) => {
  if (!isBelow(target)) return;
  calls += 1;
  if (calls === at) process.kill(process.pid, "SIGKILL");
};

const watch = (object, names) => {
  for (const name of names) {
    const real = object[name];
    object[name] = function (...given) {
      before(given[0]);
      return Reflect.apply(real, this, given);
    };
  }
};

const writing = new Map();
const realOpen = fs.openSync;
fs.openSync = (path, ...rest) => {
  const file = realOpen(path, ...rest);
  writing.set(file, path);
  return file;
};
for (const name of ["writeSync", "fdatasync", "ftruncateSync"]) {
  const real = fs[name];
  fs[name] = (file, ...rest) => {
    before(writing.get(file));
    return real(file, ...rest);
  };
}
watch(fs, ["mkdirSync", "renameSync", "rmSync", "unlinkSync", "rmdirSync", "writeFileSync"]);
watch(fs.promises, ["mkdir", "rename", "rm", "unlink", "writeFile"]);
const realAsyncOpen = fs.promises.open;
fs.promises.open = (path, flags, ...rest) => {
  if (flags !== "r") before(path);
  return realAsyncOpen(path, flags, ...rest);
};
process.on("exit", () => {
  if (process.env.KILL_COUNT !== undefined) fs.appendFileSync(process.env.KILL_COUNT, String(calls));
});
