/** The running account of the demo goes to stderr: stdout is for the result. */
const line = (text: string) => process.stderr.write(`${text}\n`);

const painted = (code: number, text: string) =>
  process.stderr.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text;

/** A new part begins. */
export const chapter = (title: string) => line(`\n${painted(1, `== ${title}`)}`);

/** A command as a user would type it. */
export const typed = (command: string) => line(`\n  ${painted(36, `$ ${command}`)}`);

/** A line that a command printed. */
export const printed = (text: string) => line(`    ${text}`);

/** What the demo itself observed. */
export const observed = (text: string) => line(`  ${painted(32, '->')} ${text}`);

/** Something is not as it must be. */
export const wrong = (text: string) => line(`  ${painted(31, 'not as it must be:')} ${text}`);

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
