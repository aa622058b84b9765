const { default: Sequencer } = require('@jest/test-sequencer');

/** A restarted API server leaves the cluster's components waiting until they try again: nothing may be tested after that. */
const LAST = 'apiserver-restart.test.ts';

module.exports = class extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const isLast = ({ path }) => path.endsWith(LAST);
    return [...sorted.filter((test) => !isLast(test)), ...sorted.filter(isLast)];
  }
};
