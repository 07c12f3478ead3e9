/*
 * The packed results of one run: its tests, and whether each passed. Tests are small integers, assigned by the owner of the list
 * of tests. The history of a test is not stored as a record of its own; it consists of the test's bits in the packed runs, in the
 * order of the runs. Recording a run adds one record and changes no other, and a run that arrives late only needs its place in
 * the order.
 *
 * Layout: version byte; varint number of layers; per layer a varint number of ranges, then per range a varint of twice the gap to
 * the end of the previous range, plus one if a varint of its length minus two follows (otherwise the range is a single test);
 * then one bit per test (1 = passed), lowest bit first. Layer k holds the k-th attempt of each test, so that retried tests keep
 * all their results. A run of n tests with consecutive numbers takes about n / 8 + 6 bytes; a run of every other test takes a
 * little over n.
 */

/** Results of one run: `passed[i]` is the result of test `tests[i]`. A test may occur more than once. */
export type RunResults = Readonly<{ tests: readonly number[]; passed: readonly boolean[] }>;

const version = 1;

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
}

/** Returns the positions sorted by test number; equal numbers keep their order. */
function orderOf(tests: readonly number[]): readonly number[] {
  const order = tests.map((_, index) => index);
  const ascending = tests.every((test, index) => index === 0 || test >= (tests[index - 1] ?? 0));
  return ascending ? order : order.sort((a, b) => (tests[a] ?? 0) - (tests[b] ?? 0) || a - b);
}

/** Splits sorted positions into layers: the first result of each test, the second, and so on. */
function layersOf(order: readonly number[], tests: readonly number[]): readonly (readonly number[])[] {
  const layers: number[][] = [];
  let previous = -1;
  let depth = 0;
  for (const position of order) {
    const test = tests[position] ?? 0;
    depth = test === previous ? depth + 1 : 0;
    previous = test;
    const layer = layers[depth];
    if (layer === undefined) layers.push([position]);
    else layer.push(position);
  }
  return layers;
}

/** Returns the ranges of consecutive test numbers in a layer, as a flat list of first number and length. */
function rangesOf(layer: readonly number[], tests: readonly number[]): readonly number[] {
  const ranges: number[] = [];
  let start = -1;
  let next = -1;
  for (const position of layer) {
    const test = tests[position] ?? 0;
    if (test !== next) {
      if (start >= 0) ranges.push(start, next - start);
      start = test;
    }
    next = test + 1;
  }
  if (start >= 0) ranges.push(start, next - start);
  return ranges;
}

function pushRanges(bytes: number[], ranges: readonly number[]): void {
  pushVarint(bytes, ranges.length / 2);
  let end = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    const [start, length] = [ranges[index] ?? 0, ranges[index + 1] ?? 0];
    pushVarint(bytes, (start - end) * 2 + (length > 1 ? 1 : 0));
    if (length > 1) pushVarint(bytes, length - 2);
    end = start + length;
  }
}

/**
 * Packs the results of a run. Test numbers are integers from 0 to 2^31 − 1.
 * @throws RangeError when the two lists differ in length or a number is out of range
 */
export function packResults({ tests, passed }: RunResults): Uint8Array {
  if (tests.length !== passed.length) throw new RangeError(`${tests.length} tests with ${passed.length} results`);
  if (!tests.every((test) => Number.isInteger(test) && test >= 0 && test <= 0x7fffffff)) {
    throw new RangeError("a test number is not an integer from 0 to 2^31 - 1");
  }
  const layers = layersOf(orderOf(tests), tests);
  const bytes: number[] = [version];
  pushVarint(bytes, layers.length);
  for (const layer of layers) {
    pushRanges(bytes, rangesOf(layer, tests));
    for (let from = 0; from < layer.length; from += 8) {
      let byte = 0;
      for (let bit = 0; bit < 8; bit += 1) if (passed[layer[from + bit] ?? -1] === true) byte |= 1 << bit;
      bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

type Reader = { at: number };

function readVarint(bytes: Uint8Array, reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[reader.at];
    if (byte === undefined) break;
    reader.at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError("packed results are damaged: a number does not end");
}

/** Reads the ranges as a flat list of first test number and last test number + 1. */
function readRanges(bytes: Uint8Array, reader: Reader): readonly number[] {
  const count = readVarint(bytes, reader);
  const ranges: number[] = [];
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const gap = readVarint(bytes, reader);
    const start = end + Math.floor(gap / 2);
    end = start + (gap % 2 === 0 ? 1 : readVarint(bytes, reader) + 2);
    ranges.push(start, end);
  }
  return ranges;
}

/**
 * Visits every result of a packed run without creating objects: test numbers ascending, and again for each layer of repeats.
 * @throws RangeError for bytes that are not packed results
 */
export function forEachResult(bytes: Uint8Array, visit: (test: number, passed: boolean) => void): void {
  if (bytes[0] !== version) throw new RangeError(`packed results are damaged or of a later version (${bytes[0] ?? "empty"})`);
  const reader: Reader = { at: 1 };
  const layers = readVarint(bytes, reader);
  for (let layer = 0; layer < layers; layer += 1) {
    const ranges = readRanges(bytes, reader);
    const bits = reader.at;
    let index = 0;
    for (let range = 0; range < ranges.length; range += 2) {
      const end = ranges[range + 1] ?? 0;
      for (let test = ranges[range] ?? 0; test < end; test += 1) {
        const byte = bytes[bits + (index >> 3)];
        if (byte === undefined) throw new RangeError("packed results are damaged: they end too early");
        visit(test, ((byte >> (index & 7)) & 1) === 1);
        index += 1;
      }
    }
    reader.at = bits + ((index + 7) >> 3);
  }
}

/**
 * Visits every test of a packed run once, with the result of its last attempt and whether its attempts disagreed.
 * @throws RangeError for bytes that are not packed results
 */
export function forEachTest(bytes: Uint8Array, visit: (test: number, passed: boolean, mixed: boolean) => void): void {
  if (readVarint(bytes, { at: 1 }) <= 1) {
    forEachResult(bytes, (test, passed) => visit(test, passed, false));
    return;
  }
  // Bits: the last attempt passed, some attempt passed, some attempt failed. Layers come in the order of attempts.
  const states = new Map<number, number>();
  forEachResult(bytes, (test, passed) => states.set(test, ((states.get(test) ?? 0) & 6) | (passed ? 3 : 4)));
  for (const [test, state] of states) visit(test, (state & 1) === 1, (state & 6) === 6);
}

/** The results of a packed run in the order of `forEachResult`. */
export function unpackResults(bytes: Uint8Array): RunResults {
  const tests: number[] = [];
  const passed: boolean[] = [];
  forEachResult(bytes, (test, ok) => {
    tests.push(test);
    passed.push(ok);
  });
  return { tests, passed };
}
