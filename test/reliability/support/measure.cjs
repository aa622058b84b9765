// Loaded into the program that is measured: says what the whole of its run has cost.
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.MEASURE_TO, JSON.stringify(process.resourceUsage())));
