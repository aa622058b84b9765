// Prints the software bill of materials of what is installed with the plugin: `npm run --silent sbom > sbom.json`.
import { execa } from 'execa';
import { type Bom, runtimeBom } from './runtime.js';

// The npm that runs this, wherever it is.
const npm: [string, ...string[]] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];

const [file, ...before] = npm;
const { stdout } = await execa(file, [...before, 'sbom', '--sbom-format=cyclonedx', '--package-lock-only']);
console.log(JSON.stringify(runtimeBom(JSON.parse(stdout) as Bom), undefined, 2));
