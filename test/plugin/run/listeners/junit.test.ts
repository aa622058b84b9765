import { describe, expect, test } from '@jest/globals';
import { junitDocument } from '../../../../plugin/run/listeners/junit.js';
import type { CheckResult } from '../../../../plugin/run/results.js';

const passed: CheckResult = {
  color: 'green',
  pod: 'g1',
  check: 'health',
  kind: 'GET /health',
  status: 'passed',
  seconds: 0.0123,
};
const junit = (...results: CheckResult[]) =>
  junitDocument({ release: 'shop', namespace: 'store', context: 'prod', at: '2026-01-02T03:04:05.000Z', results });

describe('junitDocument', () => {
  test('has a testsuite for each color, and a testcase for each check of each Pod', () => {
    const results: CheckResult[] = [
      passed,
      { ...passed, pod: 'g2', status: 'failed', seconds: 1, message: 'status is 500\nand more' },
      { ...passed, check: 'port', kind: 'tcp 3000', status: 'skipped', seconds: 0 },
      { color: 'blue', check: 'command', kind: 'command', status: 'passed', seconds: 2 },
    ];
    expect(junit(...results)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="shop" tests="4" failures="1" errors="0" skipped="1" time="3.012">
  <testsuite name="shop-green" tests="3" failures="1" errors="0" skipped="1" time="1.012" timestamp="2026-01-02T03:04:05.000Z">
    <properties>
      <property name="namespace" value="store"/>
      <property name="context" value="prod"/>
      <property name="color" value="green"/>
    </properties>
    <testcase classname="g1" name="health (GET /health)" time="0.012"/>
    <testcase classname="g1" name="port (tcp 3000)" time="0.000">
      <skipped message="not run to its end: something else failed before"/>
    </testcase>
    <testcase classname="g2" name="health (GET /health)" time="1.000">
      <failure message="status is 500">status is 500
and more</failure>
    </testcase>
  </testsuite>
  <testsuite name="shop-blue" tests="1" failures="0" errors="0" skipped="0" time="2.000" timestamp="2026-01-02T03:04:05.000Z">
    <properties>
      <property name="namespace" value="store"/>
      <property name="context" value="prod"/>
      <property name="color" value="blue"/>
    </properties>
    <testcase classname="shop-blue" name="command" time="2.000"/>
  </testsuite>
</testsuites>
`);
  });

  test('escapes what XML takes for its own, and leaves out what it has no way to write', () => {
    const message = `</failure>&"'<x>\u0000\u0007\u001b[31m\ufffe\ud800 \u{1f600} é`;
    const text = junit({ ...passed, status: 'failed', message, output: ']]>\u0001\t<b>' });
    const escaped = `&lt;/failure&gt;&amp;&quot;'&lt;x&gt;[31m \u{1f600} é`;
    expect(text).toContain(`<failure message="${escaped}">${escaped}</failure>`);
    expect(text).toContain('<system-out>]]&gt;\t&lt;b&gt;</system-out>');
  });

  test('keeps a line feed within an attribute', () => {
    expect(junit({ ...passed, kind: 'a\nb\tc' })).toContain('name="health (a&#10;b&#9;c)"');
  });

  test('says why nothing was checked', () => {
    const failure = { name: 'promote', message: 'pods are forbidden' };
    const text = junitDocument({ release: 'shop', namespace: 'n', context: 'c', at: 'now', results: [], failure });
    expect(text).toContain('<testsuites name="shop" tests="1" failures="0" errors="1" skipped="0" time="0.000">');
    expect(text).toContain('<error message="pods are forbidden">pods are forbidden</error>');
  });

  test('is empty when there was nothing to check', () => {
    expect(junit()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="shop" tests="0" failures="0" errors="0" skipped="0" time="0.000">\n</testsuites>\n',
    );
  });
});
