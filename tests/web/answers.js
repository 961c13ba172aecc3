// Answers to tests in Python: a line of JSON in says which function of which file to call, a line out what it gave.

import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { file, name, args } = JSON.parse(line);
  try {
    const module = await import(file);
    process.stdout.write(`${JSON.stringify({ answer: await module[name](...args) })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
